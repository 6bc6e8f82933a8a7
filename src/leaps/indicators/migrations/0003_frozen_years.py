"""Triggers that keep a frozen year as it is, whoever writes to the database."""

from typing import Any

from django.db import migrations

# Columns that say something. Those left out name people who may ask to be forgotten.
COLUMNS = {
    "indicators_return": "campaign_id, facility, state, is_synthetic, tables, comment, reason, embargo_until, signed_at",
    "indicators_computedvalue": (
        "campaign_id, facility, indicator, variant, dimension, category, value, numerator, denominator, low, high, "
        "n_records, is_synthetic, method, version, closed_at"
    ),
}
WORDS = "the year is frozen"


def _statements(vendor: str) -> list[str]:
    found = []
    if vendor == "postgresql":
        found.append(
            f"""CREATE FUNCTION indicators_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE campaign bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.campaign_id ELSE OLD.campaign_id END;
            BEGIN
              IF EXISTS (SELECT 1 FROM indicators_campaign c WHERE c.id = campaign AND c.frozen_at IS NOT NULL) THEN
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
              RETURN NEW;
            END $$"""
        )
        found.append(
            f"""CREATE FUNCTION indicators_keep_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for table, columns in COLUMNS.items():
        for verb, row in (("INSERT", "NEW"), (f"UPDATE OF {columns}", "OLD"), ("DELETE", "OLD")):
            name = f"{table}_frozen_{verb.split()[0].lower()}"
            if vendor == "postgresql":
                found.append(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION indicators_refuse_frozen()"
                )
            else:
                found.append(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    f"WHEN EXISTS (SELECT 1 FROM indicators_campaign c WHERE c.id = {row}.campaign_id AND c.frozen_at IS NOT NULL) "
                    f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
                )
    for verb in ("UPDATE OF year, frozen_at", "DELETE"):
        name = f"indicators_campaign_frozen_{verb.split()[0].lower()}"
        if vendor == "postgresql":
            found.append(
                f"CREATE TRIGGER {name} BEFORE {verb} ON indicators_campaign FOR EACH ROW "
                "WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION indicators_keep_frozen()"
            )
        else:
            found.append(
                f"CREATE TRIGGER {name} BEFORE {verb} ON indicators_campaign WHEN OLD.frozen_at IS NOT NULL "
                f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
    return found


def set_up(_apps: Any, editor: Any) -> None:
    """Create the triggers in the dialect of the database."""
    for statement in _statements(editor.connection.vendor):
        editor.execute(statement)


def take_down(_apps: Any, editor: Any) -> None:
    """Remove them."""
    postgresql = editor.connection.vendor == "postgresql"
    names = [(table, verb) for table in COLUMNS for verb in ("insert", "update", "delete")]
    names += [("indicators_campaign", verb) for verb in ("update", "delete")]
    for table, verb in names:
        editor.execute(f"DROP TRIGGER {table}_frozen_{verb}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        editor.execute("DROP FUNCTION indicators_refuse_frozen()")
        editor.execute("DROP FUNCTION indicators_keep_frozen()")


class Migration(migrations.Migration):
    """Frozen years stay."""

    dependencies = [("indicators", "0002_returns")]  # noqa: RUF012

    operations = [migrations.RunPython(set_up, take_down)]  # noqa: RUF012
