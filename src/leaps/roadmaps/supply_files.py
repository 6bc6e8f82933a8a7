"""Planned purchases and joint windows as they stand in files."""

from collections.abc import Sequence
from typing import Any, Final

from leaps.roadmaps.supply_queries import JointRow, SupplyRow

PURCHASE: Final = (
    "basis", "facility", "facility_name", "category", "technology", "title", "quantity", "unit", "first_month", "last_month", "state", "suppliers",
    "sole_source", "visibility", "note", "upgrade", "synthetic",
)  # fmt: skip
JOINT: Final = ("category", "facilities", "first_month", "last_month", "months_apart", "announced", "implied", "what")


def purchase_records(rows: Sequence[SupplyRow]) -> list[dict[str, Any]]:
    """Purchases; `basis` tells an announced one from one that an upgrade implies."""
    return [
        {
            "basis": "implied" if row.is_implied else "announced", "facility": row.facility, "facility_name": row.facility_name, "category": row.category.value,
            "technology": row.technology or None, "title": row.title, "quantity": row.quantity, "unit": row.unit or None, "first_month": f"{row.first:%Y-%m}",
            "last_month": f"{row.last:%Y-%m}", "state": row.state or None, "suppliers": row.suppliers or None,
            "sole_source": "yes" if row.is_sole_source else None, "visibility": row.visibility or None, "note": row.note or row.why or None,
            "upgrade": row.upgrade or None, "synthetic": "yes" if row.is_synthetic else None,
        }
        for row in rows
    ]  # fmt: skip


def joint_records(found: Sequence[JointRow]) -> list[dict[str, Any]]:
    """Joint windows with who could take part."""
    return [
        {
            "category": one.category.value, "facilities": "; ".join(one.facilities), "first_month": f"{one.first:%Y-%m}", "last_month": f"{one.last:%Y-%m}",
            "months_apart": one.gap, "announced": one.announced, "implied": len(one.rows) - one.announced, "what": "; ".join(row.title for row in one.rows),
        }
        for one in found
    ]  # fmt: skip
