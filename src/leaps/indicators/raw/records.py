"""What a facility returns for a year: one schema for each kind of raw record.

Every record carries `facility` (its slug in the record) and `year` (the calendar year it belongs
to); together they are the partition a return replaces. Moments are in UTC. A person is known only by
`person_key`, a keyed hash made on the facility's own machine; a person's affiliation, career stage
and declared gender are those of the year, so a person has one row for each facility and year.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from leaps.core.errors import DomainError
from leaps.core.lake import Field, FieldType, Schema

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
COUNTRY = r"^[A-Z]{2}$"
NUTS2 = r"^[A-Z]{2}[A-Z0-9]{2}$"
CURRENCY = r"^[A-Z]{3}$"
FIRST_YEAR, LAST_YEAR = 1960, 2100

ACCESS_ROUTES = (
    "peer_review", "rapid", "long_term", "transnational", "proprietary", "in_house", "training", "other",
)  # fmt: skip
"""How time is given. All but `proprietary` and `in_house` are external and reviewed, or trial use."""

PEER_REVIEWED = ("peer_review", "rapid", "long_term", "transnational")
"""The routes that count as external, peer-reviewed access (ACC-17)."""

SECTORS = ("university", "rto", "company", "sme", "hospital", "other")
INDUSTRY_SECTORS = ("company", "sme")
GENDERS = ("woman", "man", "other", "not_stated")
CAREER_STAGES = ("bachelor_master", "phd", "postdoc", "senior", "technician", "not_stated")
EARLY_CAREER = ("bachelor_master", "phd", "postdoc")
DECISIONS = ("accepted", "accepted_in_part", "rejected", "withdrawn", "pending")
MODES = ("onsite", "remote", "mail_in")
RUN_MODES = ("user", "user_reserve", "machine", "beamline_commissioning", "shutdown")
OUTAGE_CLASSES = ("no_beam", "refill", "low_current", "orbit", "lifetime", "size", "filling", "top_up")
DISTORTIONS = ("no_beam", "low_current", "orbit", "lifetime", "size", "filling", "top_up")
AUDIENCES = ("user", "student", "school", "public", "scientific", "vip", "industry")


def _text(name: str, title: object, **more: object) -> Field:
    return Field(name, FieldType.TEXT, title, **more)  # type: ignore[arg-type]


def _number(name: str, title: object, unit: str = "", **more: object) -> Field:
    return Field(name, FieldType.NUMBER, title, unit=unit, **({"minimum": 0} | more))  # type: ignore[arg-type]


def _whole(name: str, title: object, **more: object) -> Field:
    return Field(name, FieldType.INTEGER, title, **({"minimum": 0} | more))  # type: ignore[arg-type]


def _moment(name: str, title: object, **more: object) -> Field:
    return Field(name, FieldType.MOMENT, title, **more)  # type: ignore[arg-type]


_PARTITION = (
    _text("facility", _("facility"), required=True, pattern=SLUG, description=_("The facility's key in the record.")),
    Field("year", FieldType.INTEGER, _("year"), required=True, minimum=FIRST_YEAR, maximum=LAST_YEAR),
)
_MONEY = (
    _number("amount", _("amount"), required=True, minimum=None, description=_("In the currency named, not converted.")),
    _text("currency", _("currency"), required=True, pattern=CURRENCY, description=_("ISO 4217.")),
    Field("price_year", FieldType.INTEGER, _("price year"), minimum=FIRST_YEAR, maximum=LAST_YEAR),
)


def _schema(name: str, title: object, description: object, *fields: Field, key: tuple[str, ...] = ()) -> Schema:
    whole = ("facility", "year", *key) if key else ()
    return Schema(name, title, description, (*_PARTITION, *fields), whole)  # type: ignore[arg-type]


PERSON = _schema(
    "person", _("Persons"), _("Everybody who visited or proposed in the year, under a key that is not a name."),
    _text("person_key", _("person key"), required=True, description=_("A keyed hash of the ORCID, or the facility's own number hashed.")),
    Field("league_key", FieldType.FLAG, _("key shared in the league"), required=True, description=_("Whether the key was made of an ORCID, so that the same person has the same key everywhere.")),
    _text("institution_ror", _("institution"), description=_("ROR identifier of the affiliation in the year.")),
    _text("country", _("country of the affiliation"), pattern=COUNTRY, description=_("ISO 3166-1 alpha-2; not the passport.")),
    _text("nuts2", _("region of the affiliation"), pattern=NUTS2),
    _text("sector", _("sector"), choices=SECTORS),
    _text("gender", _("declared gender"), choices=GENDERS, description=_("As the person declares it; never guessed.")),
    _text("career_stage", _("career stage"), choices=CAREER_STAGES),
    key=("person_key",),
)  # fmt: skip
PROPOSAL = _schema(
    "proposal", _("Proposals"), _("Every request for access, in the year it was submitted."),
    _text("proposal_id", _("number"), required=True),
    _text("call", _("call"), description=_("The call it answered; empty for rolling access.")),
    _text("access_route", _("access route"), required=True, choices=ACCESS_ROUTES),
    _moment("submitted_at", _("submitted"), required=True),
    _text("pi_key", _("key of the principal investigator")),
    _text("pi_country", _("country of the principal investigator"), pattern=COUNTRY),
    Field("instruments", FieldType.TEXTS, _("instruments"), description=_("Keys in the record.")),
    Field("techniques", FieldType.TEXTS, _("techniques"), description=_("PaNET identifiers.")),
    _text("science_field", _("science field")),
    _number("requested_h", _("beamtime requested"), "h"),
    _number("awarded_h", _("beamtime awarded"), "h"),
    _number("shift_h", _("length of a shift"), "h", minimum=1, maximum=24),
    _text("decision", _("decision"), required=True, choices=DECISIONS),
    _moment("decided_at", _("decided")),
    key=("proposal_id",),
)  # fmt: skip
SESSION = _schema(
    "session", _("Sessions"), _("Every experiment that had time on an instrument, in the year it began."),
    _text("session_id", _("number"), required=True),
    _text("proposal_id", _("proposal")),
    _text("instrument", _("instrument"), required=True, pattern=SLUG),
    _text("access_route", _("access route"), required=True, choices=ACCESS_ROUTES),
    _moment("starts_at", _("begins"), required=True),
    _moment("ends_at", _("ends"), required=True),
    _number("awarded_h", _("beamtime awarded"), "h"),
    _number("delivered_h", _("beamtime delivered"), "h"),
    _text("lost_reason", _("reason of lost time")),
    key=("session_id",),
)  # fmt: skip
VISIT = _schema(
    "visit", _("Visits"), _("One person at one session, on site, remote or by mail-in."),
    _text("session_id", _("session"), required=True),
    _text("person_key", _("person key"), required=True),
    _text("mode", _("mode"), required=True, choices=MODES),
    key=("session_id", "person_key"),
)  # fmt: skip
RUN_PLAN = _schema(
    "run_plan", _("Run plan"), _("What the source was scheduled for, without gaps or overlaps."),
    _moment("starts_at", _("begins"), required=True),
    _moment("ends_at", _("ends"), required=True),
    _text("mode", _("mode"), required=True, choices=RUN_MODES),
    key=("starts_at",),
)  # fmt: skip
OUTAGE = _schema(
    "outage", _("Outages"), _("Every time without good beam, as the operators logged it."),
    _moment("starts_at", _("begins"), required=True),
    _moment("ends_at", _("ends"), required=True),
    _text("outage_class", _("class"), required=True, choices=OUTAGE_CLASSES),
    _text("subsystem", _("subsystem"), description=_("What failed: rf, magnets, vacuum, mains …")),
    key=("starts_at", "outage_class"),
)  # fmt: skip
INSTRUMENT_PERIOD = _schema(
    "instrument_period", _("Instruments by month"), _("How much of each month an instrument was open, and the hours it offered and delivered."),
    _text("instrument", _("instrument"), required=True, pattern=SLUG),
    _whole("month", _("month"), required=True, minimum=1, maximum=12),
    _number("fraction_open", _("share of the month open to users"), required=True, maximum=1),
    _number("offered_h", _("hours offered"), "h", required=True),
    _number("delivered_h", _("hours delivered"), "h", required=True),
    key=("instrument", "month"),
)  # fmt: skip
PUBLICATION = _schema(
    "publication", _("Publications"), _("Peer-reviewed papers with data of the facility, in the year they appeared."),
    _text("doi", _("DOI"), required=True, pattern=r"^10\.\d{4,9}/\S+$"),
    _text("kind", _("kind"), choices=("user", "in_house", "industry")),
    Field("instruments", FieldType.TEXTS, _("instruments")),
    Field("countries", FieldType.TEXTS, _("countries of the authors"), description=_("One entry for each author.")),
    _text("science_field", _("science field")),
    Field("open_access", FieldType.FLAG, _("open access")),
    Field("with_industry", FieldType.FLAG, _("with an author from industry")),
    Field("top_ten_percent", FieldType.FLAG, _("among the most cited tenth of its field and year")),
    key=("doi",),
)  # fmt: skip
DATASET = _schema(
    "dataset", _("Datasets and depositions"), _("Data produced in the year, and entries in archives such as the PDB."),
    _text("dataset_id", _("number"), required=True),
    _text("archive", _("archive"), required=True, description=_("facility, PDB, EMDB, CXIDB, Zenodo …")),
    _text("instrument", _("instrument"), pattern=SLUG),
    _text("doi", _("DOI")),
    _number("size_tb", _("size"), "TB"),
    Field("released_on", FieldType.DATE, _("opened on")),
    _whole("external_downloads", _("downloads by others")),
    key=("archive", "dataset_id"),
)  # fmt: skip
CONTRACT = _schema(
    "contract", _("Contracts and orders"), _("Sales to companies and purchases from suppliers, in the year they were signed."),
    _text("contract_id", _("number"), required=True),
    _text("kind", _("kind"), required=True, choices=("sale", "purchase")),
    _text("party_key", _("party"), required=True, description=_("A keyed hash of the company's VAT or register number.")),
    _text("country", _("country"), pattern=COUNTRY),
    _text("nuts2", _("region"), pattern=NUTS2),
    _text("nace", _("NACE class"), pattern=r"^[A-U]?\d{0,2}(\.\d{1,2})?$"),
    _text("cpv", _("CPV code"), pattern=r"^\d{2,8}(-\d)?$", description=_("Common Procurement Vocabulary, of purchases: what was bought.")),
    _text("subject", _("what was bought"), description=_("In a few words, without names; from it a trade is proposed for a supplier without a code.")),
    *_MONEY,
    key=("contract_id",),
)  # fmt: skip
EVENT = _schema(
    "event", _("Events"), _("Training, schools, meetings and outreach."),
    _text("event_id", _("number"), required=True),
    _text("kind", _("kind"), required=True, choices=("training", "school", "conference", "open_day", "visit", "other")),
    _text("audience", _("audience"), required=True, choices=AUDIENCES),
    _whole("participants", _("participants"), required=True),
    _whole("participants_abroad", _("of them from abroad")),
    _number("hours", _("duration"), "h"),
    Field("starts_on", FieldType.DATE, _("begins on")),
    key=("event_id",),
)  # fmt: skip
ENERGY = _schema(
    "energy", _("Energy"), _("Meters by month. The emission factor is stored with the reading."),
    _text("meter", _("meter"), required=True),
    _whole("month", _("month"), required=True, minimum=1, maximum=12),
    _text("carrier", _("carrier"), required=True, choices=("electricity", "heat", "gas", "fuel", "cooling")),
    _text("direction", _("direction"), required=True, choices=("bought", "own", "sold")),
    _number("energy_kwh", _("energy"), "kWh", required=True),
    _number("emission_kg_per_kwh", _("emission factor"), "kg CO2e/kWh"),
    key=("meter", "month", "direction"),
)  # fmt: skip
BUDGET = _schema(
    "budget", _("Budget"), _("What was spent and who paid for it."),
    _text("line", _("line"), required=True),
    _text("kind", _("kind"), required=True, choices=("operation", "capital", "revenue")),
    _text("source", _("source of the money"), required=True, choices=("core", "external", "commercial")),
    *_MONEY,
    key=("line",),
)  # fmt: skip
STAFF = _schema(
    "staff", _("Staff"), _("Full-time equivalents and heads at the end of the year."),
    _text("category", _("category"), required=True, choices=("scientist", "engineer", "technician", "administration", "phd", "other")),
    _text("gender", _("declared gender"), required=True, choices=GENDERS),
    _text("nuts2", _("region of residence"), required=True, pattern=NUTS2),
    _number("fte", _("full-time equivalents"), "FTE", required=True),
    _whole("heads", _("heads"), required=True),
    key=("category", "gender", "nuts2"),
)  # fmt: skip

RECORDS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        schema.name: schema
        for schema in (
            PERSON, PROPOSAL, SESSION, VISIT, RUN_PLAN, OUTAGE, INSTRUMENT_PERIOD, PUBLICATION, DATASET,
            CONTRACT, EVENT, ENERGY, BUDGET, STAFF,
        )
    }
)  # fmt: skip
"""Every kind of raw record by name."""

FINISHED_VALUE = _schema(
    "finished_value", _("Finished values"), _("Values a facility has worked out itself, where it cannot give the raw records."),
    _text("indicator", _("indicator"), required=True, pattern=r"^[A-Z]{2,6}-\d{2,3}$"),
    _text("variant", _("variant"), description=_("The rule, where the indicator knows several; empty otherwise.")),
    _text("dimension", _("dimension"), description=_("Empty for the total; else a dimension of the indicator.")),
    _text("category", _("category"), description=_("What the row is about within the dimension.")),
    _number("value", _("value"), minimum=None, required=True),
    _number("numerator", _("numerator"), minimum=None, description=_("Of ratios: with it the value can be added to others.")),
    _number("denominator", _("denominator"), description=_("Of ratios.")),
    _text("note", _("note"), description=_("How it was worked out.")),
)  # fmt: skip
RETURNED: Final[Mapping[str, Schema]] = MappingProxyType({**RECORDS, FINISHED_VALUE.name: FINISHED_VALUE})
"""Every kind of table a return may hold."""

VISITOR = Schema(
    "visitor", _("Visitors"), _("Who visited how often in which mode: the visits of a return, counted and joined with the persons once."),
    (
        *_PARTITION,
        _text("who", _("key to count persons by"), required=True, description=_("The key shared in the league, else the facility and its own key.")),
        Field("shared", FieldType.FLAG, _("key shared in the league"), required=True),
        _text("mode", _("mode"), required=True, choices=MODES),
        *(field for field in PERSON.fields if field.name in ("institution_ror", "country", "sector", "gender", "career_stage")),
        _whole("records", _("visits"), required=True, minimum=1),
    ),
    ("facility", "year", "who", "mode"),
)  # fmt: skip
"""No facility returns it: it is worked out when a return is taken in, and saves every later question the largest join."""


class UnknownRecord(DomainError):
    """There is no such kind of raw record."""

    status = 404


def record(name: str) -> Schema:
    """The schema of a kind of raw record. Raises UnknownRecord."""
    if name == VISITOR.name:
        return VISITOR
    try:
        return RETURNED[name]
    except KeyError:
        message = f"There is no kind of raw record called {name!r}; there are {', '.join(RETURNED)}."
        raise UnknownRecord(message) from None

