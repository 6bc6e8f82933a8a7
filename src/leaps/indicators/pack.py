"""The indicators' tables in the pack: definitions first, then the values that name them."""

from django.utils.translation import gettext_lazy as _

from leaps.catalogue import pack as catalogue_pack
from leaps.indicators import checks, models
from leaps.record.registry import RecordType, register

# Values name facilities: that kind must be registered before, in whatever order the apps get ready.
REFERS_TO = (catalogue_pack.FACILITY,)

INDICATOR_DEFINITION = register(
    RecordType(
        model=models.IndicatorDefinition,
        kind="indicator_definition",
        table="indicator_definitions",
        title=_("indicator"),
        title_plural=_("indicators"),
        key_field="code",
        page="indicators:indicator",
        checks=(checks.definitions,),
    )
)
PUBLISHED_VALUE = register(
    RecordType(
        model=models.PublishedValue,
        kind="published_value",
        table="published_values",
        title=_("published value"),
        title_plural=_("published values"),
        label_field="slug",
        facility_path="facility",
        page="indicators:value",
        checks=(checks.published_values,),
    )
)
