"""The board of guest hours: what facilities offer while others are dark, and who answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.core.views import domain_error
from leaps.roadmaps import dark_actions, dark_queries, rules
from leaps.roadmaps.dark_forms import AnswerForm, OfferForm
from leaps.roadmaps.dark_queries import OfferRow
from leaps.roadmaps.models import GuestOffer, GuestResponse
from leaps.roadmaps.views.actions import into
from leaps.roadmaps.views.dark_calendar import verb_words


def months_words(offer: GuestOffer) -> str:
    """The months of an offer in words."""
    first, last = date_format(offer.first_month, "M Y"), date_format(offer.last_month, "M Y")
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def loss_words(row: OfferRow) -> str:
    """What the technique loses in the months of an offer."""
    if row.loss is None:
        return _("the record names no facility with this technique")
    if not row.dark:
        return _("nobody who has it is dark then")
    return _("%(n).0f %% of its instruments are dark then (%(who)s); at least %(open)d facilities have it open") % {
        "n": 100 * row.loss, "who": ", ".join(row.dark), "open": row.fewest,
    }  # fmt: skip


def board(request: HttpRequest) -> HttpResponse:
    """What is offered, beside what the technique loses in these months."""
    rows = dark_queries.offers(request.user, catalogue_queries.today())
    shown = [(row, months_words(row.offer), loss_words(row), dark_queries.sees_answers(request.user, row.offer)) for row in rows]
    context = {
        "rows": [one for one in shown if one[0].is_open], "closed": [one for one in shown if not one[0].is_open],
        "may_offer": rules.plans_anything(request.user),
    }  # fmt: skip
    return render(request, "roadmaps/guest_hours.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Offer hours."""
    if not rules.plans_anything(request.user):
        return domain_error(request, NotAllowed(_("Only editors and directors of a facility, and the office, offer hours.")))
    facilities = dark_queries.facilities_planned_by(request.user)
    first = facilities.first()
    form = OfferForm(request.POST or None, facilities=facilities, initial={"facility": first.slug if first else ""})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = dark_actions.offer(facility=values.pop("facility"), technique=values.pop("technique"), values=values, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            into(form, error)
        else:
            messages.success(request, _("The offer stands on the board."))
            return redirect("roadmaps:guest-offer", made.pk)
    return render(request, "roadmaps/guest_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(request: HttpRequest, pk: int) -> OfferRow:
    row = dark_queries.offer_row(request.user, pk, catalogue_queries.today())
    if row is None:
        raise Http404(_("There is no such offer, or it is not open any more."))
    return row


def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer; who is signed in answers it here."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    row = _found(request, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                dark_actions.respond(offer=row.offer, actor=request.user, now=timezone.now(), **form.cleaned_data)
            except InvalidInput as error:
                into(form, error)
            except dark_actions.Overtaken as error:
                return domain_error(request, error)
            else:
                messages.success(request, _("Your answer is with the facility. You can take it back on this page."))
                return redirect("roadmaps:guest-offer", pk)
    answers = list(dark_queries.responses(request.user, row.offer))
    sees = dark_queries.sees_answers(request.user, row.offer)
    context = {
        "row": row, "offer": row.offer, "months": months_words(row.offer), "loss": loss_words(row), "form": form, "answers": answers, "sees": sees,
        "mine": next((one for one in answers if one.person_id == request.user.pk), None),
        "events": [
            {"who": event.actor_label, "at": date_format(timezone.localtime(event.at), "j M Y H:i"), "did": verb_words(event.verb)}
            for event in (reversed(row.offer.events.all()) if sees else ())
        ],
    }  # fmt: skip
    return render(request, "roadmaps/guest_offer.html", context, status=status)


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an offer, or take that back."""
    row = _found(request, pk)
    if request.method == "POST":
        restore = bool(request.POST.get("restore"))
        try:
            dark_actions.withdraw_offer(offer=row.offer, actor=request.user, now=timezone.now(), restore=restore)
        except NotAllowed as error:
            return domain_error(request, error)
        messages.success(request, _("The offer stands again.") if restore else _("Withdrawn. You can take that back on this page."))
    return redirect("roadmaps:guest-offer", pk)


@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's answer back, or let it stand again."""
    response = GuestResponse.objects.filter(pk=pk, person=request.user.pk).first()
    if response is None:
        raise Http404(_("There is no such answer of yours."))
    if request.method == "POST":
        restore = bool(request.POST.get("restore"))
        dark_actions.take_back(response=response, actor=request.user, now=timezone.now(), restore=restore)
        messages.success(request, _("Your answer stands again.") if restore else _("Your answer is taken back."))
    return redirect("roadmaps:guest-offer", response.offer_id)
