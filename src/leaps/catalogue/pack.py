"""The catalogue's tables in the pack, referenced tables first."""

from django.utils.translation import gettext_lazy as _

from leaps.catalogue import checks, models
from leaps.record.registry import RecordType, register

PANET_CREDIT = (
    (
        "title",
        "PaNET 1.3.0, the PaNET authors; Tan et al. 2025, J. Synchrotron Rad. 32, 1361. Licence CC BY 4.0.",
    ),
    ("path", "https://doi.org/10.5281/zenodo.4806026"),
)

FACILITY = register(
    RecordType(
        model=models.Facility,
        kind="facility",
        table="facilities",
        title=_("facility"),
        title_plural=_("facilities"),
        label_field="short_name",
        facility_path="slug",
        page="catalogue:facility",
    )
)
ORGANISATION = register(
    RecordType(
        model=models.Organisation,
        kind="organisation",
        table="organisations",
        title=_("organisation"),
        title_plural=_("organisations"),
        page="catalogue:organisation",
    )
)
TECHNIQUE = register(
    RecordType(
        model=models.Technique,
        kind="technique",
        table="techniques",
        title=_("technique"),
        title_plural=_("techniques"),
        key_field="panet_id",
        label_field="label",
        credits=(PANET_CREDIT,),
        checks=(checks.no_cycles,),
        page="catalogue:technique",
    )
)
SOURCE = register(
    RecordType(
        model=models.PhotonSource,
        kind="source",
        table="sources",
        title=_("photon source"),
        title_plural=_("photon sources"),
        facility_path="facility",
        page="catalogue:source",
    )
)
INSERTION_DEVICE = register(
    RecordType(
        model=models.InsertionDevice,
        kind="insertion_device",
        table="insertion_devices",
        title=_("insertion device"),
        title_plural=_("insertion devices"),
        facility_path="source__facility",
        page="catalogue:insertion_device",
    )
)
INSTRUMENT = register(
    RecordType(
        model=models.Instrument,
        kind="instrument",
        table="instruments",
        title=_("instrument"),
        title_plural=_("instruments"),
        facility_path="facility",
        page="catalogue:instrument",
    )
)
UPGRADE = register(
    RecordType(
        model=models.Upgrade,
        kind="upgrade",
        table="upgrades",
        title=_("upgrade"),
        title_plural=_("upgrades"),
        label_field="project",
        facility_path="facility",
        page="catalogue:upgrade",
    )
)
