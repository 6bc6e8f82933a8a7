"""What the calculators ask. Everything stands in the address, so that a result can be shown to others and cited."""

import math
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaps.indicators.economy import calculator
from leaps.indicators.economy.tables import Table
from leaps.indicators.formulas.costbenefit import SOCIAL_RATE, Side, Stream

MOST_STREAMS = 8
MOST_YEARS = 100
LARGEST = 1e12
MOST_SEED = 2**31 - 1
FEWEST_DRAWS = 50


class Finite(forms.FloatField):
    """A number a person can mean: no infinity, no NaN, nothing beyond the limits."""

    def __init__(self, **more: Any) -> None:
        limits = {"min_value": 0, "max_value": LARGEST} | more
        super().__init__(widget=forms.NumberInput({"class": "form-control", "step": "any", "inputmode": "decimal"}), **limits)

    def clean(self, value: Any) -> Any:
        """Refuse what is no number."""
        found = super().clean(value)
        if found is not None and not math.isfinite(found):
            raise forms.ValidationError(_("Write a number."))
        return found


def _percent(label: Any, initial: float, **more: Any) -> Finite:
    return Finite(label=label, initial=initial, max_value=100, required=False, **more)


def _whole(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput({"class": "form-control", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=False, widget=widget, **more)


class _Answered(forms.Form):
    """A form whose empty fields take their initial value, and show it: a short address is enough, nothing is hidden."""

    # Which fields stay empty when they are: those that mean "none".
    optional: tuple[str, ...] = ()

    def fill(self) -> None:
        """Write what is assumed into what was asked; once, when all fields are there."""
        if not self.is_bound:
            return
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, field in self.fields.items():
            if data.get(name, "") == "" and field.initial is not None and not name.startswith(self.optional):
                data[name] = f"{field.initial:g}" if isinstance(field.initial, float) else str(field.initial)
        self.data = data

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            if self.cleaned_data.get(name) in (None, "") and field.initial is not None and name not in self.errors:
                self.cleaned_data[name] = field.initial
        return self.cleaned_data



class SpendingForm(_Answered):
    """A year's spending by sector of one table, and what is assumed."""

    optional = tuple(f"s{digit}" for digit in range(10))

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.fields["region"] = forms.ChoiceField(
            label=_("Where the spender is"), choices=[(name, name) for name in table.regions], required=False,
            initial=table.regions[0], widget=forms.Select({"class": "form-select"}),
        )  # fmt: skip
        self.fields["about"] = forms.CharField(
            label=_("What this is about"), max_length=120, required=False, widget=forms.TextInput({"class": "form-control"}),
            help_text=_("Goes into title and citation."),
        )  # fmt: skip
        for number, sector in enumerate(table.sectors):
            self.fields[f"s{number}"] = Finite(label=sector, initial=0.0, required=False)
        unit = {"unit": table.unit}
        self.fields["payroll"] = Finite(
            label=_("Own payroll [%(unit)s]") % unit, initial=0.0, required=False, help_text=_("Gross wages the spender pays itself.")
        )
        self.fields["jobs"] = Finite(
            label=_("Own jobs [FTE]"), required=False, help_text=_("Left empty, jobs of the spender are not counted.")
        )
        self.fields["abroad"] = _percent(
            _("Bought in other regions [%]"), 0.0, help_text=_("Spread over the other regions of the table by what they make.")
        )
        self.fields["vat"] = _percent(_("Value-added tax in the amounts [%]"), 0.0, help_text=_("0 when the amounts are without tax."))
        if table.sector_of(calculator.TRADERS) is not None:
            self.fields["margin"] = _percent(_("Part that traders keep [%]"), 0.0, help_text=_("Moved to the sector of trade."))
        self.fields["region_share"] = Finite(
            label=_("Region's share of its country [%]"), required=False, max_value=100,
            help_text=_("For effects within a region: its part of the country's output. The mix of sectors is taken to be the country's."),
        )  # fmt: skip
        if table.wages is None:
            self.fields["wage_share"] = _percent(
                _("Wages in value added [%]"), 50.0, help_text=_("Assumed: this table does not tell wages apart.")
            )
        self.fields["tax"] = _percent(_("Tax and contributions on wages [%]"), 30.0, help_text=_("Assumed; take your country's."))
        self.fields["saving"] = _percent(_("Saved [%]"), 10.0, help_text=_("Assumed; of gross wages."))
        self.fields["leak"] = _percent(_("Spent elsewhere [%]"), 5.0, help_text=_("Assumed; commuters and travel, of gross wages."))
        self.fields["spread"] = Finite(
            label=_("Spread of shares and coefficients [± %]"), initial=10.0, max_value=30, required=False,
            help_text=_("Each draw moves every number of the model evenly within it."),
        )  # fmt: skip
        self.fields["seed"] = _whole(_("Seed"), 0, MOST_SEED, initial=1, help_text=_("The same seed gives the same draws."))
        self.fields["draws"] = _whole(_("Draws"), FEWEST_DRAWS, calculator.MOST_DRAWS, initial=200)
        self.fill()

    @property
    def sectors(self) -> list[forms.BoundField]:
        """The fields of the sectors."""
        return [self[f"s{number}"] for number in range(len(self.table.sectors))]

    @property
    def own(self) -> list[forms.BoundField]:
        """What the spender is and does itself."""
        return [self[name] for name in ("region", "payroll", "jobs", "abroad", "about")]

    @property
    def assumptions(self) -> list[forms.BoundField]:
        """Everything else."""
        shown = {field.name for field in (*self.sectors, *self.own)}
        return [self[name] for name in self.fields if name not in shown]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        if not any(data[f"s{n}"] for n in range(len(self.table.sectors))) and not data["payroll"]:
            self.add_error(None, _("Nothing is spent yet. Write an amount for at least one sector, or a payroll."))
        data["about"] = " ".join(data["about"].split())
        if data["tax"] + data["saving"] + data["leak"] > 100:
            self.add_error("tax", _("Tax, saving and what is spent elsewhere are together more than all wages."))
        return data

    def spending(self) -> calculator.Spending:
        """What the calculator takes."""
        d = self.cleaned_data
        return calculator.Spending(
            home=self.table.regions.index(d["region"]),
            purchases=tuple(d[f"s{number}"] for number in range(len(self.table.sectors))),
            payroll=d["payroll"],
            jobs=d["jobs"],
            abroad=d["abroad"] / 100,
            vat=d["vat"] / 100,
            margin=d.get("margin", 0.0) / 100,
            wage_share=d.get("wage_share", 50.0) / 100,
            tax=d["tax"] / 100,
            saving=d["saving"] / 100,
            leak=d["leak"] / 100,
            region_share=d["region_share"] / 100 if d["region_share"] else None,
            spread=d["spread"] / 100,
            seed=d["seed"],
            draws=d["draws"],
        )


SIDES = ((Side.COST.value, gettext_lazy("cost")), (Side.BENEFIT.value, gettext_lazy("benefit")))


class AppraisalForm(_Answered):
    """Streams of costs and benefits, a rate, and how often to draw."""

    optional = tuple(f"{letter}{digit}" for letter in "nkaftlh" for digit in range(10))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = {"class": "form-control"}
        self.fields["unit"] = forms.CharField(
            label=_("Currency and price year"), max_length=40, initial="million EUR", required=False, widget=forms.TextInput(text)
        )
        self.fields["rate"] = Finite(
            label=_("Discount rate [% a year]"), initial=100 * SOCIAL_RATE, max_value=50, required=False,
            help_text=_("Above inflation. 3 % is in common use in the Union; say which rate and why."),
        )  # fmt: skip
        self.fields["seed"] = _whole(_("Seed"), 0, MOST_SEED, initial=1, help_text=_("The same seed gives the same draws."))
        self.fields["draws"] = _whole(_("Draws"), FEWEST_DRAWS, 20_000, initial=2000)
        for n in range(MOST_STREAMS):
            self.fields[f"n{n}"] = forms.CharField(label=_("Name"), max_length=80, required=False, widget=forms.TextInput(text))
            self.fields[f"k{n}"] = forms.ChoiceField(
                label=_("Side"), choices=SIDES, required=False, initial=Side.COST.value, widget=forms.Select({"class": "form-select"})
            )
            self.fields[f"a{n}"] = Finite(label=_("Amount a year"), required=False)
            self.fields[f"f{n}"] = _whole(_("From year"), 0, MOST_YEARS, initial=0)
            self.fields[f"t{n}"] = _whole(_("To year"), 0, MOST_YEARS, initial=0)
            self.fields[f"l{n}"] = _percent(_("Up to lower [%]"), 0.0)
            self.fields[f"h{n}"] = Finite(label=_("Up to higher [%]"), initial=0.0, max_value=1000, required=False)
        self.fill()

    @property
    def common(self) -> list[forms.BoundField]:
        """The fields that are not of one stream."""
        return [self[name] for name in ("unit", "rate", "seed", "draws")]

    @property
    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each stream: its number from 1, and its seven fields."""
        return [(n + 1, [self[f"{letter}{n}"] for letter in "nkaftlh"]) for n in range(MOST_STREAMS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        used = [n for n in range(MOST_STREAMS) if data.get(f"a{n}") is not None]
        for n in used:
            if data[f"t{n}"] < data[f"f{n}"]:
                self.add_error(f"t{n}", _("The last year lies before the first."))
        if not used:
            self.add_error(None, _("There is no stream yet. Give at least one an amount."))
        return data

    def streams(self) -> list[Stream]:
        """The streams that have an amount, all as long as the longest."""
        d = self.cleaned_data
        used = [n for n in range(MOST_STREAMS) if d.get(f"a{n}") is not None]
        years = 1 + max(d[f"t{n}"] for n in used)
        return [
            Stream(
                name=d[f"n{n}"] or _("stream %(n)d") % {"n": n + 1},
                side=Side(d[f"k{n}"]),
                amounts=tuple(d[f"a{n}"] if d[f"f{n}"] <= year <= d[f"t{n}"] else 0.0 for year in range(years)),
                low=-d[f"l{n}"] / 100,
                high=d[f"h{n}"] / 100,
            )
            for n in used
        ]
