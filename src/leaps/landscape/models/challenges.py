"""Societal challenges, and the chains that lead from one to techniques: challenge → need → observable → technique.

Every step of a chain is an object of the record with a strength and, where there is one, its evidence. Instruments are not
part of a chain: they are found in the catalogue by the technique and what it must be able to do.
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import Technique, slug_validator
from leaps.landscape.types import STRONGEST, ChallengeList, EvidenceKind
from leaps.record.constraints import Between, Ordered
from leaps.record.models import RecordModel
from leaps.record.specs import ValueRefused, clean_partial_date

# Addresses of pages that stand beside those of challenges.
TAKEN = frozenset({"needs", "observables", "links", "requirements", "works", "gaps"})


def validate_partial_date(text: str) -> None:
    """Refuse what is neither a year, a month nor a day."""
    try:
        clean_partial_date(text)
    except ValueRefused as error:
        raise ValidationError(error.cure) from None


def validate_free(text: str) -> None:
    """Refuse the key of a challenge that would hide behind the address of a list."""
    if text in TAKEN:
        raise ValidationError(_("Choose another key: this word is the address of a list."))


def _key(*more: Any) -> models.CharField[str, str]:
    return models.CharField(
        _("key"), max_length=120, unique=True, validators=[slug_validator, *more],
        help_text=_("Stable name in addresses, packs and the API."),
    )  # fmt: skip


def _strength() -> models.IntegerField[int, int]:
    return models.IntegerField(
        _("strength"), help_text=_("How far the one serves the other: 0 not at all, 1 helps, 2 matters, 3 hardly to be replaced.")
    )


def _evidence_kind() -> models.CharField[str | None, str | None]:
    return models.CharField(
        _("kind of evidence"), max_length=10, choices=EvidenceKind, null=True, blank=True, help_text=_("Empty: the step is claimed, nobody has shown it.")
    )


def _evidence_title() -> models.CharField[str | None, str | None]:
    return models.CharField(_("evidence"), max_length=250, null=True, blank=True, help_text=_("What the paper, case or project is called."))


def _evidence_url() -> models.URLField[str | None, str | None]:
    return models.URLField(_("address of the evidence"), max_length=400, null=True, blank=True)


def _evidence_date() -> models.CharField[str | None, str | None]:
    return models.CharField(
        _("date of the evidence"), max_length=10, null=True, blank=True, validators=[validate_partial_date],
        help_text=_("A year, a month or a day, no sharper than the source: 2027, 2027-12 or 2027-12-01."),
    )  # fmt: skip


def _evidence_is_whole(name: str) -> models.CheckConstraint:
    together = Q(evidence_kind__isnull=True, evidence_url__isnull=True) | Q(evidence_kind__isnull=False, evidence_url__isnull=False)
    return models.CheckConstraint(condition=together, name=name)


class Challenge(RecordModel):
    """One entry of a controlled list: a mission, a cluster, a goal or a theme, as its owner names it."""

    slug = _key(validate_free)
    scheme = models.CharField(_("list"), max_length=10, choices=ChallengeList)
    code = models.CharField(_("code"), max_length=20, help_text=_("As its list counts: 7 for the seventh goal."))
    title = models.CharField(_("title"), max_length=160)
    description = models.CharField(_("description"), max_length=400, null=True, blank=True, help_text=_("What it asks for, in our own words."))

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        ordering: ClassVar = ["scheme", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "code"], name="landscape_challenge_once")]

    def __str__(self) -> str:
        return self.title


class Need(RecordModel):
    """A question that a measurement can answer, and that somebody who works on a challenge needs answered."""

    slug = _key()
    question = models.CharField(_("question"), max_length=250)
    note = models.CharField(_("note"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.question


class Observable(RecordModel):
    """What must be measured to answer the question of a need; the step from the need to it has a strength."""

    slug = _key()
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="observables", verbose_name=_("need"))
    name = models.CharField(_("name"), max_length=200)
    strength = _strength()
    evidence_kind = _evidence_kind()
    evidence_title = _evidence_title()
    evidence_url = _evidence_url()
    evidence_date = _evidence_date()

    class Meta:
        verbose_name = _("observable")
        verbose_name_plural = _("observables")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            Between("strength", 0, STRONGEST, name="landscape_observable_strength"),
            _evidence_is_whole("landscape_observable_evidence"),
        ]

    def __str__(self) -> str:
        return self.name


class ChallengeNeed(RecordModel):
    """The step from a challenge to a need."""

    slug = _key()
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="needs", verbose_name=_("challenge"))
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("need"))
    strength = _strength()
    evidence_kind = _evidence_kind()
    evidence_title = _evidence_title()
    evidence_url = _evidence_url()
    evidence_date = _evidence_date()

    class Meta:
        verbose_name = _("need of a challenge")
        verbose_name_plural = _("needs of challenges")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["challenge", "need"], name="landscape_challenge_need_once"),
            Between("strength", 0, STRONGEST, name="landscape_challenge_need_strength"),
            _evidence_is_whole("landscape_challenge_need_evidence"),
        ]

    def __str__(self) -> str:
        return self.slug


class ObservableTechnique(RecordModel):
    """The step from an observable to a technique, with what the technique must be able to do for it.

    The catalogue answers for photon energy and beam size. It has no time resolution, and its sample environments are
    free words: both are kept and shown here, but no instrument is chosen or refused by them.
    """

    slug = _key()
    observable = models.ForeignKey(Observable, on_delete=models.PROTECT, related_name="techniques", verbose_name=_("observable"))
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="observables", verbose_name=_("technique"))
    photon_energy_min_ev = models.FloatField(_("photon energy from"), null=True, blank=True)
    photon_energy_max_ev = models.FloatField(_("photon energy to"), null=True, blank=True)
    beam_size_um = models.FloatField(_("largest useful beam"), null=True, blank=True, help_text=_("The beam at the sample may be no larger than this."))
    time_resolution_s = models.FloatField(_("slowest useful picture"), null=True, blank=True, help_text=_("The time one measurement may take."))
    environment = models.CharField(_("sample environment"), max_length=150, null=True, blank=True)
    strength = _strength()
    evidence_kind = _evidence_kind()
    evidence_title = _evidence_title()
    evidence_url = _evidence_url()
    evidence_date = _evidence_date()

    class Meta:
        verbose_name = _("technique for an observable")
        verbose_name_plural = _("techniques for observables")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["observable", "technique"], name="landscape_observable_technique_once"),
            Between("photon_energy_min_ev", 0, None, name="landscape_requirement_energy_min"),
            Between("photon_energy_max_ev", 0, None, name="landscape_requirement_energy_max"),
            Between("beam_size_um", 0, None, name="landscape_requirement_beam"),
            Between("time_resolution_s", 0, None, name="landscape_requirement_time"),
            Between("strength", 0, STRONGEST, name="landscape_requirement_strength"),
            Ordered("photon_energy_min_ev", "photon_energy_max_ev", name="landscape_requirement_energy_order"),
            _evidence_is_whole("landscape_requirement_evidence"),
        ]

    def __str__(self) -> str:
        return self.slug
