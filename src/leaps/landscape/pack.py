"""The tables of challenges, chains and rings outside Europe in the pack: what is named first, then the steps that name it."""

from django.utils.translation import gettext_lazy as _

from leaps.catalogue import pack as catalogue_pack
from leaps.landscape import checks, models
from leaps.record.registry import RecordType, register
from leaps.roadmaps import pack as roadmaps_pack

# Steps name techniques, and the order of the tables stays that of the apps, in whatever order these get ready.
REFERS_TO = (catalogue_pack.TECHNIQUE, roadmaps_pack.MILESTONE)

CHALLENGE = register(
    RecordType(
        model=models.Challenge,
        kind="challenge",
        table="challenges",
        title=_("challenge"),
        title_plural=_("challenges"),
        label_field="title",
        page="landscape:challenge",
    )
)
NEED = register(
    RecordType(
        model=models.Need,
        kind="need",
        table="needs",
        title=_("need"),
        title_plural=_("needs"),
        label_field="question",
        page="landscape:need",
    )
)
OBSERVABLE = register(
    RecordType(
        model=models.Observable,
        kind="observable",
        table="observables",
        title=_("observable"),
        title_plural=_("observables"),
        page="landscape:observable",
        checks=(checks.evidence,),
    )
)
CHALLENGE_NEED = register(
    RecordType(
        model=models.ChallengeNeed,
        kind="challenge_need",
        table="challenge_needs",
        title=_("need of a challenge"),
        title_plural=_("needs of challenges"),
        label_field="slug",
        page="landscape:challenge_need",
        checks=(checks.evidence,),
    )
)
OBSERVABLE_TECHNIQUE = register(
    RecordType(
        model=models.ObservableTechnique,
        kind="observable_technique",
        table="observable_techniques",
        title=_("technique for an observable"),
        title_plural=_("techniques for observables"),
        label_field="slug",
        page="landscape:observable_technique",
        checks=(checks.evidence,),
    )
)
WORLD_SOURCE = register(
    RecordType(
        model=models.WorldSource,
        kind="world_source",
        table="world_sources",
        title=_("ring outside Europe"),
        title_plural=_("rings outside Europe"),
        page="landscape:world-source",
    )
)
