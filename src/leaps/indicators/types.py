"""The words of indicators: what a value is exactly, what it is about, and how values may be put together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """Who proposed a definition."""

    LEAGUE = "league", _("League core")
    ESFRI = "esfri-2019", _("ESFRI 2019")
    OECD = "oecd-2019", _("OECD 2019")
    RI_PATHS = "ri-paths", _("RI-PATHS")
    ERIC = "eric-forum", _("ERIC Forum principles")


class Group(models.TextChoices):
    """What part of a facility's work a definition of the league is about."""

    ACCESS = "access", _("access")
    OPERATION = "operation", _("operation")
    SCIENCE = "science", _("science")
    INDUSTRY = "industry", _("industry")
    PEOPLE = "people", _("people")
    OUTREACH = "outreach", _("outreach")
    ENVIRONMENT = "environment", _("environment")
    FINANCE = "finance", _("finance")
    ECONOMY = "economy", _("economy")


class Objective(models.TextChoices):
    """The nine objectives under which ESFRI arranges its indicators, in its order."""

    EXCELLENCE = "excellence", _("scientific excellence")
    TRAINING = "training", _("education and training")
    EUROPE = "europe", _("collaboration in Europe")
    ECONOMY = "economy", _("economic activity")
    OUTREACH = "outreach", _("outreach to the public")
    DATA = "data", _("use of data")
    ADVICE = "advice", _("scientific advice")
    WORLD = "world", _("international cooperation")
    MANAGEMENT = "management", _("management")


class Aggregation(models.TextChoices):
    """How values of several facilities or periods become one."""

    SUM = "sum", _("added up")
    RATIO = "ratio", _("summed numerators over summed denominators")
    DISTINCT = "distinct", _("counted once over all, never added up")
    MEDIAN = "median", _("median of all cases")
    CUMULATIVE = "cumulative", _("counted since the start, never added up")
    SNAPSHOT = "snapshot", _("a state at one moment")
    NONE = "none", _("not put together")


class Qualifier(models.TextChoices):
    """How sharply a value is stated."""

    EXACT = "exact", _("exact")
    APPROX = "approx", _("about")
    MIN = "min", _("at least")
    MAX = "max", _("at most")
    FORECAST = "forecast", _("forecast")
    ALT_DEFINITION = "alt-definition", _("by another rule")


class PeriodKind(models.TextChoices):
    """What stretch of time a value is about. Values of different kinds are never compared."""

    CALENDAR_YEAR = "calendar_year", _("calendar year")
    FISCAL_YEAR = "fiscal_year", _("fiscal year")
    CALL = "call", _("call")
    CUMULATIVE = "cumulative", _("since the start")
    SNAPSHOT = "snapshot", _("state at one moment")
    PROGRAMME = "programme", _("programme")
    SURVEY = "survey", _("survey")
    STUDY = "study", _("study")
    OTHER = "other", _("another period")


class ScopeKind(models.TextChoices):
    """Whom a value is about."""

    FACILITY = "facility", _("facility")
    LABORATORY = "laboratory", _("whole laboratory")
    PARTNERSHIP = "partnership", _("partnership")
    PROJECT = "project", _("project")
    COMPARISON = "comparison", _("another institution, for comparison")


class Standing(models.TextChoices):
    """Whether a value was published, and if not, why it is no gap."""

    PUBLISHED = "published", _("published")
    SUPPRESSED = "suppressed", _("suppressed")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Relevance(models.TextChoices):
    """What a facility says an indicator means for it."""

    RELEVANT = "relevant", _("relevant")
    PARTLY = "partly", _("relevant in part")
    NOT = "not", _("not relevant")
    UNSAID = "unsaid", _("not said")


class ReturnState(models.TextChoices):
    """Where a return stands."""

    RECEIVED = "received", _("being read")
    FAULTY = "faulty", _("to be mended")
    CHECKED = "checked", _("ready to sign")
    SIGNED = "signed", _("signed")
    SUPERSEDED = "superseded", _("replaced by a later one")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Origin(models.TextChoices):
    """What a computed value was made of."""

    RAW = "raw", _("computed from raw records")
    FINISHED = "finished", _("finished value of the facility")
    MIXED = "mixed", _("computed, with finished values of some facilities")


class Shown(models.TextChoices):
    """What the public sees of a computed value."""

    PUBLIC = "public", _("published")
    SUPPRESSED = "suppressed", _("withheld, so that nobody can be found out")
    HOUSE = "house", _("for the facility and the office only")
