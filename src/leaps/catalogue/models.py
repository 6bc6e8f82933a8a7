"""Facilities and what they offer: sources, devices, instruments, techniques, upgrades, organisations."""

from typing import ClassVar

import pycountry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.record.constraints import Between, Ordered
from leaps.record.fields import TermsField
from leaps.record.models import RecordModel

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("use small letters, digits and single hyphens, such as max-iv")
)


def validate_country(code: str) -> None:
    """Refuse what is not an ISO 3166-1 alpha-2 code."""
    if not code.isupper() or pycountry.countries.get(alpha_2=code) is None:
        raise ValidationError(_("Use the two-letter code of ISO 3166-1 in capitals, such as SE or GB."))


def validate_ror(address: str) -> None:
    """Refuse a ROR identifier whose form or checksum is wrong."""
    import idutils  # half a second that only writing to the record needs

    if not address.startswith("https://ror.org/") or not idutils.is_ror(address):
        raise ValidationError(_("Write https://ror.org/ and nine characters; the last two are a checksum."))


def key_field() -> models.CharField[str, str]:
    """The stable name of an object, used in addresses, packs and the API."""
    return models.CharField(
        _("key"),
        max_length=120,
        unique=True,
        validators=[slug_validator],
        help_text=_("Stable name in addresses, packs and the API."),
    )


LIGHT_SOURCES = ("synchrotron", "fel")
"""The kinds of facilities that are light sources."""


class Facility(RecordModel):
    """A research infrastructure that users come to."""

    class Kind(models.TextChoices):
        SYNCHROTRON = "synchrotron", _("synchrotron")
        FEL = "fel", _("free-electron laser")
        NEUTRON = "neutron", _("neutron source")
        MUON = "muon", _("muon source")
        LASER = "laser", _("high-power laser")
        ELECTRON = "electron", _("electron microscopy")
        ION = "ion", _("ion source")

    class Partnership(models.TextChoices):
        LEAPS = "LEAPS", "LEAPS"
        LENS = "LENS", "LENS"
        ELI = "ELI", "ELI"
        LASERLAB = "Laserlab-Europe", "Laserlab-Europe"
        E_DREAM = "e-DREAM", "e-DREAM"
        OTHER = "other", _("none of the partnerships here")

    class Membership(models.TextChoices):
        MEMBER = "member", _("member")
        ASSOCIATE = "associate", _("associate")
        PARTNER = "partner", _("partner")
        NONE = "none", _("not a member")

    slug = key_field()
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    operator = models.CharField(_("operator"), max_length=200, null=True, blank=True)
    operator_ror = models.URLField(
        _("operator's ROR identifier"), max_length=60, null=True, blank=True, validators=[validate_ror],
        help_text=_("Research Organization Registry identifier of the (first named) operator."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    partnership = models.CharField(_("partnership"), max_length=20, choices=Partnership)
    membership = models.CharField(_("membership"), max_length=20, choices=Membership)
    country = models.CharField(
        _("country"), max_length=2, validators=[validate_country], help_text=_("ISO 3166-1 alpha-2 code.")
    )
    city = models.CharField(_("city"), max_length=100, null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude"), null=True, blank=True)
    longitude_deg = models.FloatField(_("longitude"), null=True, blank=True)
    homepage = models.URLField(_("home page"), max_length=300, null=True, blank=True)
    first_light_year = models.IntegerField(_("first light"), null=True, blank=True)
    users_per_year = models.IntegerField(
        _("users per year"), null=True, blank=True, help_text=_("Unique people, not visits.")
    )
    beamtime_hours_per_year = models.FloatField(_("beam hours per year"), null=True, blank=True)
    instruments_count = models.IntegerField(
        _("published number of instruments"), null=True, blank=True,
        help_text=_("As the facility counts them; the catalogue may list fewer or more."),
    )
    publications_per_year = models.IntegerField(_("publications per year"), null=True, blank=True)
    staff_count = models.IntegerField(_("staff"), null=True, blank=True)
    annual_budget_meur = models.FloatField(_("annual budget"), null=True, blank=True)

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering: ClassVar = ["short_name"]
        constraints: ClassVar = [
            Between("latitude_deg", -90, 90, name="catalogue_facility_latitude"),
            Between("longitude_deg", -180, 180, name="catalogue_facility_longitude"),
            Between("first_light_year", 1940, 2100, name="catalogue_facility_first_light"),
            Between("users_per_year", 0, None, name="catalogue_facility_users"),
            Between("beamtime_hours_per_year", 0, None, name="catalogue_facility_hours"),
            Between("instruments_count", 0, None, name="catalogue_facility_instruments"),
            Between("publications_per_year", 0, None, name="catalogue_facility_publications"),
            Between("staff_count", 0, None, name="catalogue_facility_staff"),
            Between("annual_budget_meur", 0, None, name="catalogue_facility_budget"),
        ]

    def __str__(self) -> str:
        return self.short_name


class Organisation(RecordModel):
    """A body with a stake in the facilities: funder, network, project, user organisation."""

    class Kind(models.TextChoices):
        FUNDER = "funder", _("funder")
        POLICY = "policy", _("policy body")
        USER_ORGANISATION = "user_organisation", _("user organisation")
        NETWORK = "network", _("network")
        PROJECT = "project", _("project")
        INDUSTRY_BODY = "industry_body", _("industry body")

    slug = key_field()
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = models.CharField(
        _("country"), max_length=2, null=True, blank=True, validators=[validate_country],
        help_text=_("ISO 3166-1 alpha-2 code of the seat."),
    )
    homepage = models.URLField(_("home page"), max_length=300, null=True, blank=True)
    role = models.CharField(_("role"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Technique(RecordModel):
    """An experimental technique of the PaNET ontology, release 1.3.0.

    PaNET is a polyhierarchy: a technique has up to four direct parents. Identity is the id, never
    the label, which changes between releases. CC BY 4.0, doi:10.5281/zenodo.4806026.
    """

    panet_id = models.CharField(
        _("PaNET id"), max_length=20, unique=True,
        validators=[RegexValidator(r"^PaNET\d{5}$", _("write PaNET and five digits, such as PaNET01089"))],
        help_text=_("Bare id, such as PaNET01089; the IRI is http://purl.org/pan-science/PaNET/ + id."),
    )
    label = models.CharField(_("label"), max_length=200)
    alt_labels = TermsField(verbose_name=_("alternative labels"))
    parents: models.ManyToManyField["Technique", "TechniqueParent"] = models.ManyToManyField(
        "self", through="TechniqueParent", symmetrical=False, related_name="children", blank=True,
        verbose_name=_("parents"),
    )

    class Meta:
        verbose_name = _("technique")
        verbose_name_plural = _("techniques")
        ordering: ClassVar = ["label"]

    def __str__(self) -> str:
        return self.label


class TechniqueParent(models.Model):
    """A direct parent of a technique; `position` keeps the order of the source."""

    source = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="catalogue_technique_parent_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="catalogue_technique_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} < {self.target_id}"


class PhotonSource(RecordModel):
    """A storage ring, free-electron laser line or THz source that feeds instruments."""

    class Kind(models.TextChoices):
        STORAGE_RING = "storage_ring", _("storage ring")
        SASE_FEL = "sase_fel", _("SASE free-electron laser")
        SEEDED_FEL = "seeded_fel", _("seeded free-electron laser")
        IR_FEL = "ir_fel", _("infrared free-electron laser")
        THZ = "thz", _("terahertz source")

    class Status(models.TextChoices):
        OPERATING = "operating", _("operating")
        UPGRADING = "upgrading", _("being upgraded")
        PLANNED = "planned", _("planned")
        DECOMMISSIONED = "decommissioned", _("decommissioned")

    slug = key_field()
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="sources", verbose_name=_("facility")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    electron_energy_gev = models.FloatField(_("electron energy"), null=True, blank=True)
    circumference_m = models.FloatField(_("circumference"), null=True, blank=True)
    current_ma = models.FloatField(_("current"), null=True, blank=True)
    horizontal_emittance_pm_rad = models.FloatField(_("horizontal emittance"), null=True, blank=True)
    vertical_emittance_pm_rad = models.FloatField(_("vertical emittance"), null=True, blank=True)
    energy_spread_rel = models.FloatField(_("relative energy spread"), null=True, blank=True)
    beta_x_m = models.FloatField(_("horizontal beta at a straight section"), null=True, blank=True)
    beta_y_m = models.FloatField(_("vertical beta at a straight section"), null=True, blank=True)
    photon_energy_min_ev = models.FloatField(_("lowest photon energy"), null=True, blank=True)
    photon_energy_max_ev = models.FloatField(_("highest photon energy"), null=True, blank=True)
    pulse_energy_uj = models.FloatField(_("pulse energy"), null=True, blank=True)
    repetition_rate_hz = models.FloatField(_("pulses per second"), null=True, blank=True)
    pulse_length_fs = models.FloatField(_("pulse length"), null=True, blank=True)

    class Meta:
        verbose_name = _("photon source")
        verbose_name_plural = _("photon sources")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            Between("electron_energy_gev", 0, 1000, name="catalogue_source_energy"),
            Between("circumference_m", 0, None, name="catalogue_source_circumference"),
            Between("current_ma", 0, None, name="catalogue_source_current"),
            Between("horizontal_emittance_pm_rad", 0, None, name="catalogue_source_emittance_x"),
            Between("vertical_emittance_pm_rad", 0, None, name="catalogue_source_emittance_y"),
            Between("energy_spread_rel", 0, 1, name="catalogue_source_spread"),
            Between("beta_x_m", 0, None, name="catalogue_source_beta_x"),
            Between("beta_y_m", 0, None, name="catalogue_source_beta_y"),
            Between("photon_energy_min_ev", 0, None, name="catalogue_source_photon_min"),
            Between("photon_energy_max_ev", 0, None, name="catalogue_source_photon_max"),
            Between("pulse_energy_uj", 0, None, name="catalogue_source_pulse_energy"),
            Between("repetition_rate_hz", 0, None, name="catalogue_source_rate"),
            Between("pulse_length_fs", 0, None, name="catalogue_source_pulse_length"),
            Ordered("photon_energy_min_ev", "photon_energy_max_ev", name="catalogue_source_photon_order"),
        ]

    def __str__(self) -> str:
        return self.name


class InsertionDevice(RecordModel):
    """An undulator, wiggler or bending magnet of a source."""

    class Kind(models.TextChoices):
        PLANAR_UNDULATOR = "planar_undulator", _("planar undulator")
        HELICAL_UNDULATOR = "helical_undulator", _("helical undulator")
        IN_VACUUM = "in_vacuum", _("in-vacuum undulator")
        CRYOGENIC = "cryogenic", _("cryogenic undulator")
        WIGGLER = "wiggler", _("wiggler")
        BENDING_MAGNET = "bending_magnet", _("bending magnet")

    slug = key_field()
    source = models.ForeignKey(
        PhotonSource, on_delete=models.PROTECT, related_name="devices", verbose_name=_("photon source")
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    period_mm = models.FloatField(_("magnetic period"), null=True, blank=True)
    length_m = models.FloatField(_("length"), null=True, blank=True)
    periods = models.FloatField(_("number of periods"), null=True, blank=True)
    k_max = models.FloatField(
        _("largest deflection parameter K"), null=True, blank=True, help_text=_("Peak value, not rms.")
    )
    b_peak_t = models.FloatField(_("peak magnetic field"), null=True, blank=True)
    min_gap_mm = models.FloatField(_("smallest gap"), null=True, blank=True)

    class Meta:
        verbose_name = _("insertion device")
        verbose_name_plural = _("insertion devices")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "name"], name="catalogue_device_once"),
            Between("period_mm", 0, None, name="catalogue_device_period"),
            Between("length_m", 0, None, name="catalogue_device_length"),
            Between("periods", 0, None, name="catalogue_device_periods"),
            Between("k_max", 0, None, name="catalogue_device_k"),
            Between("b_peak_t", 0, None, name="catalogue_device_field"),
            Between("min_gap_mm", 0, None, name="catalogue_device_gap"),
        ]

    def __str__(self) -> str:
        return self.name


class Instrument(RecordModel):
    """A beamline, branch or end-station that users work at."""

    class SourceDevice(models.TextChoices):
        UNDULATOR = "undulator", _("undulator")
        WIGGLER = "wiggler", _("wiggler")
        BENDING_MAGNET = "bending_magnet", _("bending magnet")
        SUPERBEND = "superbend", _("superbend")
        WAVELENGTH_SHIFTER = "wavelength_shifter", _("wavelength shifter")
        FEL = "fel", _("free-electron laser")
        LINAC_UNDULATOR = "linac_undulator", _("undulator at a linac")
        SUPERRADIANT_THZ = "superradiant_thz", _("superradiant terahertz source")
        REACTOR = "reactor", _("reactor")
        SPALLATION = "spallation", _("spallation source")
        MUON_TARGET = "muon_target", _("muon target")
        LASER = "laser", _("laser")

    class Status(models.TextChoices):
        OPERATING = "operating", _("operating")
        COMMISSIONING = "commissioning", _("in commissioning")
        PLANNED = "planned", _("planned")
        CLOSED = "closed", _("closed")

    slug = key_field()
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="instruments", verbose_name=_("facility")
    )
    name = models.CharField(_("name"), max_length=100)
    full_name = models.CharField(_("description"), max_length=200, null=True, blank=True)
    techniques: models.ManyToManyField[Technique, "InstrumentTechnique"] = models.ManyToManyField(
        Technique, through="InstrumentTechnique", related_name="instruments", blank=True,
        verbose_name=_("techniques"), help_text=_("PaNET ids, the main technique first."),
    )
    technique_terms = TermsField(
        verbose_name=_("further techniques"), help_text=_("Plain wording where PaNET has no class.")
    )
    photon_energy_min_ev = models.FloatField(_("lowest photon energy"), null=True, blank=True)
    photon_energy_max_ev = models.FloatField(_("highest photon energy"), null=True, blank=True)
    beam_size_h_um = models.FloatField(
        _("horizontal beam size"), null=True, blank=True, help_text=_("Smallest or standard focus at the sample.")
    )
    beam_size_v_um = models.FloatField(
        _("vertical beam size"), null=True, blank=True, help_text=_("Smallest or standard focus at the sample.")
    )
    flux_ph_s = models.FloatField(
        _("photon flux"), null=True, blank=True, help_text=_("Best value the source gives.")
    )
    energy_resolution_rel = models.FloatField(
        _("relative energy resolution"), null=True, blank=True, help_text=_("ΔE/E; smaller is better.")
    )
    polarisation = models.CharField(_("polarisation"), max_length=100, null=True, blank=True)
    source_device = models.CharField(
        _("source device"), max_length=20, choices=SourceDevice, null=True, blank=True
    )
    sample_environments = TermsField(verbose_name=_("sample environments"))
    detectors = TermsField(verbose_name=_("detectors"))
    remote_access = models.BooleanField(_("remote access"), null=True, blank=True)
    mail_in = models.BooleanField(_("mail-in"), null=True, blank=True)
    industry_service = models.BooleanField(_("industry service"), null=True, blank=True)
    science_fields = TermsField(
        verbose_name=_("science fields"), help_text=_("Our classification into 18 fixed words.")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, null=True, blank=True)
    homepage = models.URLField(_("home page"), max_length=300, null=True, blank=True)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            Between("photon_energy_min_ev", 0, None, name="catalogue_instrument_energy_min"),
            Between("photon_energy_max_ev", 0, None, name="catalogue_instrument_energy_max"),
            Between("beam_size_h_um", 0, None, name="catalogue_instrument_beam_h"),
            Between("beam_size_v_um", 0, None, name="catalogue_instrument_beam_v"),
            Between("flux_ph_s", 0, None, name="catalogue_instrument_flux"),
            Between("energy_resolution_rel", 0, 10, name="catalogue_instrument_resolution"),
            Ordered(
                "photon_energy_min_ev", "photon_energy_max_ev", name="catalogue_instrument_energy_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InstrumentTechnique(models.Model):
    """A technique of an instrument; `position` 0 is the main one."""

    source = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="catalogue_instrument_technique_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.target_id}"


class Upgrade(RecordModel):
    """A project that renews a facility, with the period in which its users get no beam."""

    class Status(models.TextChoices):
        CONCEPT = "concept", _("concept")
        PLANNED = "planned", _("planned")
        FUNDED = "funded", _("funded")
        CONSTRUCTION = "construction", _("under construction")
        INSTALLATION = "installation", _("installation")
        IN_PROGRESS = "in progress", _("in progress")
        DARK = "dark", _("dark")
        COMPLETED = "completed", _("completed")
        DECOMMISSIONED = "decommissioned", _("shut down for good")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    slug = key_field()
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="upgrades", verbose_name=_("facility")
    )
    project = models.CharField(_("project"), max_length=200)
    phase = models.CharField(_("phase"), max_length=200, null=True, blank=True)
    dark_start = models.DateField(_("dark from"), null=True, blank=True)
    dark_end = models.DateField(_("dark until"), null=True, blank=True)
    date_precision = models.CharField(
        _("precision of the dates"), max_length=5, choices=Precision, null=True, blank=True,
        help_text=_("Do not read more into the dates than this."),
    )
    new_source = models.ForeignKey(
        PhotonSource, null=True, blank=True, on_delete=models.PROTECT, related_name="upgrades",
        verbose_name=_("new source"),
    )
    new_horizontal_emittance_pm_rad = models.FloatField(_("new horizontal emittance"), null=True, blank=True)
    cost_meur = models.FloatField(_("cost"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    note = models.CharField(_("note"), max_length=500, null=True, blank=True)

    class Meta:
        verbose_name = _("upgrade")
        verbose_name_plural = _("upgrades")
        ordering: ClassVar = ["dark_start", "project"]
        constraints: ClassVar = [
            Between("new_horizontal_emittance_pm_rad", 0, None, name="catalogue_upgrade_emittance"),
            Between("cost_meur", 0, None, name="catalogue_upgrade_cost"),
            Ordered("dark_start", "dark_end", name="catalogue_upgrade_dark_order"),
        ]

    def __str__(self) -> str:
        return self.project


class SavedSearch(models.Model):
    """A search somebody keeps. `seen` are the keys of instruments that are no news any more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="searches")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=4000)
    seen = models.JSONField(default=list)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name
