"""What the economic impact is reckoned from besides the record: input-output tables, and the trades of suppliers."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaps.catalogue.models import key_field


class InputOutputTable(models.Model):
    """An imported table, whole and unchangeable: another import is another row or takes its place.

    `content` is what `economy.tables.to_bytes` wrote; the other columns are for lists, so that nobody has to
    open it. It lies in the database like packs do: wholly in or wholly out, and in every backup.
    """

    key = key_field()
    title = models.CharField(_("title"), max_length=120)
    year = models.IntegerField(_("year"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40)
    source = models.CharField(_("source"), max_length=300)
    licence = models.CharField(_("licence"), max_length=120)
    regions = models.IntegerField(_("regions"))
    sectors = models.IntegerField(_("sectors"))
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(_("imported"))
    imported_by = models.CharField(_("imported by"), max_length=200)

    class Meta:
        verbose_name = _("input-output table")
        verbose_name_plural = _("input-output tables")
        ordering: ClassVar = ["title", "key"]

    def __str__(self) -> str:
        return self.title


class Supplier(models.Model):
    """A supplier of one facility and the trade it belongs to: proposed by rule, decided by a person.

    Read from the purchases in signed returns; only the facility's officers and editors and the office see it.
    `facility` is its key in the record, `party` the facility's own key for the company, which is no name. What
    was bought, and the codes the orders name, are what the proposal rests on. The trade is a division of NACE
    Rev. 2; none until somebody has decided.
    """

    facility = models.CharField(max_length=100, db_index=True)
    is_synthetic = models.BooleanField(default=False)
    party = models.CharField(_("key"), max_length=200)
    country = models.CharField(_("country"), max_length=2, blank=True)
    subject = models.CharField(_("what was bought"), max_length=300, blank=True)
    cpv = models.CharField(_("CPV code"), max_length=10, blank=True)
    nace = models.CharField(_("NACE class of the orders"), max_length=10, blank=True)
    proposed = models.CharField(_("proposed trade"), max_length=2, blank=True)
    score = models.FloatField(_("score"))
    division = models.CharField(
        _("trade"), max_length=2, blank=True, validators=[RegexValidator(r"^\d\d$", _("write two digits"))]
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering: ClassVar = ["facility", "party"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["facility", "is_synthetic", "party"], name="indicators_supplier_once"),
            models.CheckConstraint(condition=models.Q(score__gte=0, score__lte=1), name="indicators_supplier_score"),
            models.CheckConstraint(
                condition=models.Q(division="", decided_at__isnull=True)
                | (~models.Q(division="") & models.Q(decided_at__isnull=False)),
                name="indicators_supplier_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility} {self.party}"


class SupplierSpending(models.Model):
    """What a facility paid one supplier in one year, in the currency of the orders."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="spending")
    year = models.IntegerField(_("year"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.FloatField(_("amount"))

    class Meta:
        ordering: ClassVar = ["supplier", "year", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["supplier", "year", "currency"], name="indicators_spending_once"),
            models.CheckConstraint(condition=models.Q(year__gte=1900, year__lte=2100), name="indicators_spending_year"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.year} {self.amount} {self.currency}"


class TradeDecision(models.Model):
    """One decision on the trade of a supplier, kept for ever: by whom, when, from what to what, and why."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    before = models.CharField(max_length=2, blank=True)
    after = models.CharField(max_length=2)
    proposed = models.CharField(max_length=2, blank=True)
    score = models.FloatField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.before or '–'} → {self.after}"
