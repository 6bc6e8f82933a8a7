"""The kinds of object the record keeps. Apps above register theirs in their `pack` module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from leaps.core.errors import DomainError
from leaps.record.constraints import Between, Ordered
from leaps.record.fields import TermsField
from leaps.record.specs import FieldSpec, codes, unit_of
from leaps.record.types import ValueType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django_stubs_ext import StrOrPromise

    from leaps.core.errors import Problem
    from leaps.record.types import Planned


class UnknownKind(DomainError):
    """No such kind of object in the record."""

    status = 404


@dataclass(frozen=True)
class RecordType:
    """One kind of object: its model, its table in the pack, and who answers for it.

    `kind` names one object (`instrument`), `table` the table (`instruments`). `facility_path` leads
    from an object's values to the facility that answers for it: the name of a REFERENCE field, a
    chain such as `source__facility`, or the key field itself for facilities; empty when only the
    office answers. `page` is the name of the URL that shows one object, given its key. `may_edit` lets people in beside the
    facility's editors and the office, by the person and the facility.
    """

    model: type[models.Model]
    kind: str
    table: str
    title: "StrOrPromise"
    title_plural: "StrOrPromise"
    key_field: str = "slug"
    label_field: str = "name"
    facility_path: str = ""
    page: str = ""
    credits: tuple[tuple[tuple[str, str], ...], ...] = ()
    checks: "tuple[Callable[[Sequence[Planned]], Iterable[Problem]], ...]" = ()
    may_edit: "Callable[[object, str], bool] | None" = None

    @cached_property
    def specs(self) -> dict[str, FieldSpec]:
        """Every field of the kind, in the order of the model, by name."""
        return {spec.name: spec for spec in _specs_of(self.model)}

    @cached_property
    def ordered_pairs(self) -> tuple[Ordered, ...]:
        """The declared orders between two fields."""
        return tuple(c for c in self.model._meta.constraints if isinstance(c, Ordered))

    @cached_property
    def unique_together(self) -> tuple[tuple[str, ...], ...]:
        """The sets of fields that no two objects may share; those over expressions are a matter of `checks`."""
        constraints = (c for c in self.model._meta.constraints if isinstance(c, models.UniqueConstraint))
        return tuple(tuple(c.fields) for c in constraints if c.fields and set(c.fields) <= set(self.specs))

    @cached_property
    def references(self) -> dict[str, "RecordType"]:
        """The kinds that REFERENCE and REFERENCES fields point to, by field name."""
        return {spec.name: get(spec.target) for spec in self.specs.values() if spec.target}

    def label_of(self, values: Mapping[str, Any], key: str) -> str:
        """The name of an object for people."""
        return str(values.get(self.label_field) or key)


_types: dict[str, RecordType] = {}


def register(record_type: RecordType) -> RecordType:
    """Add a kind. Kinds are written in the order of registration: referenced kinds first.

    Raises ValueError when the kind or table is taken.
    """
    if record_type.kind in _types or any(t.table == record_type.table for t in _types.values()):
        message = f"record kind {record_type.kind!r} is registered twice"
        raise ValueError(message)
    _types[record_type.kind] = record_type
    return record_type


def all_types() -> tuple[RecordType, ...]:
    """Every kind, referenced ones before those that refer to them."""
    return tuple(_types.values())


def get(kind: str) -> RecordType:
    """The kind of a name. Raises UnknownKind."""
    try:
        return _types[kind]
    except KeyError:
        raise UnknownKind(_("There is no kind of object called %(kind)s.") % {"kind": kind}) from None


def by_table(table: str) -> RecordType | None:
    """The kind kept in a table of the pack, if any."""
    return next((t for t in _types.values() if t.table == table), None)


def kind_of_model(model: type[models.Model]) -> RecordType | None:
    """The kind a model keeps, if any."""
    return next((t for t in _types.values() if t.model is model), None)


_BOOKKEEPING = {"id", "version", "provenance"}
# What these check, the FieldSpec checks itself, with a cure.
_COVERED = (MaxLengthValidator, URLValidator, MinValueValidator, MaxValueValidator)


def _specs_of(model: type[models.Model]) -> Iterable[FieldSpec]:
    limits = {c.field: c for c in model._meta.constraints if isinstance(c, Between)}
    everything = (*model._meta.fields, *model._meta.many_to_many)
    for field in sorted(everything, key=lambda item: item.creation_counter):
        if field.name in _BOOKKEEPING:
            continue
        limit = limits.get(field.name)
        yield FieldSpec(
            name=field.name,
            title=capfirst(field.verbose_name),
            description=field.help_text,
            type=_type_of(field),
            unit=unit_of(field.name),
            required=_is_required(field),
            choices=codes(field.flatchoices) if getattr(field, "choices", None) else (),
            minimum=limit.low if limit else None,
            maximum=limit.high if limit else None,
            max_length=field.max_length if not isinstance(field, TermsField) else 200,
            target=_target_of(field),
            validators=tuple(v for v in field.validators if not isinstance(v, _COVERED)),
        )


def _is_required(field: Any) -> bool:
    return not field.null and not field.blank


def _target_of(field: Any) -> str:
    if not field.is_relation:
        return ""
    related = kind_of_model(field.related_model)
    if related is not None:
        return related.kind
    return str(field.related_model._meta.model_name)


def _type_of(field: models.Field[Any, Any]) -> ValueType:
    if isinstance(field, models.ManyToManyField):
        return ValueType.REFERENCES
    if isinstance(field, models.ForeignKey):
        return ValueType.REFERENCE
    if isinstance(field, TermsField):
        return ValueType.TERMS
    if isinstance(field, models.BooleanField):
        return ValueType.FLAG
    if field.choices:
        return ValueType.CODE
    if isinstance(field, models.DateField):
        return ValueType.DATE
    if isinstance(field, models.FloatField):
        return ValueType.NUMBER
    if isinstance(field, models.IntegerField):
        is_year = field.name == "year" or (field.name.endswith("_year") and not field.name.endswith("per_year"))
        return ValueType.YEAR if is_year else ValueType.INTEGER
    if isinstance(field, models.URLField):
        return ValueType.URL
    return ValueType.TEXT
