"""What may move and what must hold when a better calendar is asked for; actions and meetings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.roadmaps.actions import REPORTED
from leaps.roadmaps.models import Action, Milestone, Technology
from leaps.roadmaps.types import ActionStatus, Area, Plan, Priority

MOST_KEPT = 12


class ProposeForm(forms.Form):
    """The question to the optimiser."""

    movable = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    within = forms.IntegerField(min_value=1, max_value=36)
    share = forms.IntegerField(min_value=10, max_value=100)
    apart = forms.IntegerField(min_value=0, max_value=24)
    late = forms.IntegerField(min_value=0, max_value=24, required=False)
    kept = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, plans: Sequence[Plan], techniques: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = {"class": "form-control w-auto"}
        words = {
            "movable": (_("Which may move"), ""),
            "within": (_("By how many months at most"), _("Earlier or later than published, 1 to 36.")),
            "share": (_("Demand, in per cent of all beamtime"), _("Nobody publishes demand, so assume it: what is offered when all are open is 100. Beamtime beyond demand is missed by nobody.")),
            "apart": (_("Months between any two starts"), _("0 if nothing speaks against two at once; more when they share suppliers or crews.")),
            "late": (_("Lengths uncertain: up to so many months longer"), _("0 or empty: as published. Else ten equally likely cases are drawn, short slips likelier than long ones, and the answer tells what is missed on average and in the worst tenth.")),
            "kept": (_("Techniques that somebody must always have open"), _("None, or up to %(n)d; hold Ctrl to choose several.") % {"n": MOST_KEPT}),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        for name in ("within", "share", "apart", "late"):
            self.fields[name].widget.attrs = dict(number)
        choices = [(plan.upgrade, f"{plan.facility_name}, {plan.project}, {plan.published_start:%Y-%m}") for plan in plans]
        for name, offered in (("movable", choices), ("kept", list(techniques))):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
            field.choices = offered
        self.fields["movable"].error_messages["required"] = _("Choose at least one dark period that may move.")
        self.fields["kept"].widget.attrs = {"class": "form-select", "size": 6}

    def clean_kept(self) -> list[str]:
        """Each technique is a rule; too many have no plan and take long to say so."""
        kept: list[str] = self.cleaned_data["kept"]
        if len(kept) > MOST_KEPT:
            raise forms.ValidationError(_("Choose at most %(n)d techniques.") % {"n": MOST_KEPT})
        return kept


_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
_DATE = {"class": "form-control w-auto", "type": "date"}


class _PlanForm(forms.Form):
    """A form of action plans: each field with its words."""

    def _word(self, words: dict[str, tuple[str, str]]) -> None:
        for name, (label, help_text) in words.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text

    def _offer(self, name: str, choices: Sequence[tuple[str, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared as one
        field.choices = [(key, str(words)) for key, words in choices]


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(_DATE, format="%Y-%m-%d"))


def _line(most: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(required=required, max_length=most, widget=forms.TextInput(_TEXT))


def _text(most: int, rows: int = 2) -> forms.CharField:
    return forms.CharField(required=False, max_length=most, widget=forms.Textarea({**_TEXT, "rows": rows}))


class ActionForm(_PlanForm):
    """What an action is: for chairs and the office."""

    title = _line(200)
    why = _text(500)
    milestone = forms.ModelChoiceField(Milestone.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    technology = forms.ModelChoiceField(Technology.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    area = forms.ChoiceField(widget=forms.Select(_SELECT))
    owner = _line(200, required=False)
    owner_role = _line(120, required=False)
    due = _day()
    next_step = _line(300)
    priority = forms.ChoiceField(widget=forms.Select(_SELECT))
    is_agreed = forms.BooleanField(required=False, initial=True, widget=forms.CheckboxInput({"class": "form-check-input"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("milestone", Milestone.objects.order_by("title")), ("technology", Technology.objects.order_by("name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
            field.queryset, field.empty_label = rows, _("none")
        self._offer("area", Area.choices)
        self._offer("priority", Priority.choices)
        self._word({
            "title": (_("What is to be done"), ""),
            "why": (_("Why"), _("The recommendation or decision it follows from. May stay empty when a milestone or technology below says it.")),
            "milestone": (_("Milestone it serves"), ""),
            "technology": (_("Technology it serves"), ""),
            "area": (_("Area"), ""),
            "owner": (_("Owner"), _("Address or name of one person with an account, who is then reminded by mail; or a role.")),
            "owner_role": (_("In which role"), _("May stay empty: chair of the optics group, project office of a facility.")),
            "due": (_("Due"), ""),
            "next_step": (_("Next step"), _("One thing: what happens first.")),
            "priority": (_("Priority"), ""),
            "is_agreed": (_("It is agreed; without this it is a proposal that only its owner, the chairs and the office see"), ""),
        })  # fmt: skip


class UpdateForm(_PlanForm):
    """How an action goes; chairs also agree on it and close it."""

    base = forms.IntegerField(widget=forms.HiddenInput())
    next_step = _line(300)
    status = forms.ChoiceField(widget=forms.Select(_SELECT))
    blocker = _line(200, required=False)
    evidence = _line(500, required=False)
    due = _day()
    note = _text(500)

    def __init__(self, *args: Any, action: Action, is_chair: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in ActionStatus if is_chair or one in REPORTED or one == action.status]
        if action.status not in REPORTED and not is_chair:
            offered = [ActionStatus(action.status)]
        self._offer("status", [(one.value, one.label) for one in offered])
        self._word({
            "next_step": (_("Next step"), _("One thing: what happens first.")),
            "status": (_("Status"), "" if is_chair else _("Done is said by the chair, when the evidence is there.")),
            "blocker": (_("Blocked by"), _("Who or what stands in the way; needed when it is blocked.")),
            "evidence": (_("Evidence"), _("An address or a sentence that others can check; needed before it is done.")),
            "due": (_("Due"), _("When it changes, say why.")),
            "note": (_("What has happened, or why"), _("A sentence alone, with nothing changed, says that all is still so.")),
        })  # fmt: skip


class AssignForm(ActionForm):
    """What an action is, once it exists."""

    base = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("is_agreed", "due", "next_step"):
            del self.fields[name]


class MeetingForm(_PlanForm):
    """A meeting to come."""

    title = _line(200)
    held_on = _day()
    area = forms.ChoiceField(required=False, widget=forms.Select(_SELECT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("area", [("", _("all areas")), *Area.choices])
        self._word({"title": (_("Which group meets"), ""), "held_on": (_("Day"), ""), "area": (_("Area"), _("Its agenda holds the actions and milestones of this area."))})


class MinutesForm(_PlanForm):
    """What was said."""

    base = forms.IntegerField(widget=forms.HiddenInput())
    minutes = _text(40_000, 14)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word({"minutes": (_("Minutes"), _("A line such as “- ACTION jo@lab.example, 2026-12-01: what is to be done” can be taken over as an action. Owner: an address, a name or a role."))})


class TakeOverForm(_PlanForm):
    """The area of the actions that are taken over."""

    area = forms.ChoiceField(widget=forms.Select({"class": "form-select w-auto"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("area", Area.choices)
        self._word({"area": (_("Area of these actions"), "")})
