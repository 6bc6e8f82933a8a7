"""Triggers that keep a released edition as it is, whoever writes to the database."""

from typing import Any

from django.db import migrations

# What says something. Columns left out name people who may ask to be forgotten.
COLUMNS = {
    "landscape_chapter": "edition_id, position, slug, title, text, version",
    "landscape_chapterversion": "chapter_id, number, base, at, title, text, stood",
    "landscape_acceptance": "edition_id, key, label, reason, at",
    "landscape_signature": "edition_id, at, approves, note",
    "landscape_build": "edition_id, state, is_release, revision, problems, uses, chapters, digest, finished_at",
    "landscape_buildfile": "build_id, name, content, size",
}
OF_EDITION = {
    "landscape_chapterversion": "(SELECT c.edition_id FROM landscape_chapter c WHERE c.id = {row}.chapter_id)",
    "landscape_buildfile": "(SELECT b.edition_id FROM landscape_build b WHERE b.id = {row}.build_id)",
}
EDITION = "slug, title, subtitle, stage, previous_id, revision, creators, keywords, opened_at, released_at"
WORDS = "the edition is released"


def _released(table: str, row: str) -> str:
    edition = OF_EDITION.get(table, "{row}.edition_id").format(row=row)
    return f"EXISTS (SELECT 1 FROM landscape_edition e WHERE e.id = {edition} AND e.stage = 'released')"


def statements(vendor: str, columns: dict[str, str] = COLUMNS) -> list[str]:
    """What creates the triggers; a later migration that adds columns gives its own list."""
    found = []
    if vendor == "postgresql":
        found.append(
            f"""CREATE FUNCTION landscape_keep_released() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
        for table in COLUMNS:
            found.append(
                f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF TG_OP = 'INSERT' THEN
                    IF {_released(table, "NEW")} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
                    RETURN NEW;
                  END IF;
                  IF {_released(table, "OLD")} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
                  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                  RETURN NEW;
                END $$"""
            )
    for table, names in columns.items():
        for verb, row in (("INSERT", "NEW"), (f"UPDATE OF {names}", "OLD"), ("DELETE", "OLD")):
            name = f"{table}_released_{verb.split()[0].lower()}"
            if vendor == "postgresql":
                found.append(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()")
            else:
                found.append(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {_released(table, row)} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
    for verb in (f"UPDATE OF {EDITION}", "DELETE"):
        name = f"landscape_edition_released_{verb.split()[0].lower()}"
        if vendor == "postgresql":
            found.append(
                f"CREATE TRIGGER {name} BEFORE {verb} ON landscape_edition FOR EACH ROW "
                "WHEN (OLD.stage = 'released') EXECUTE FUNCTION landscape_keep_released()"
            )
        else:
            found.append(f"CREATE TRIGGER {name} BEFORE {verb} ON landscape_edition WHEN OLD.stage = 'released' BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
    return found


def set_up(_apps: Any, editor: Any) -> None:
    """Create the triggers in the dialect of the database."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement)


def take_down(_apps: Any, editor: Any) -> None:
    """Remove them."""
    postgresql = editor.connection.vendor == "postgresql"
    names = [(table, verb) for table in COLUMNS for verb in ("insert", "update", "delete")]
    names += [("landscape_edition", verb) for verb in ("update", "delete")]
    for table, verb in names:
        editor.execute(f"DROP TRIGGER {table}_released_{verb}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        for table in COLUMNS:
            editor.execute(f"DROP FUNCTION {table}_refuse()")
        editor.execute("DROP FUNCTION landscape_keep_released()")


class Migration(migrations.Migration):
    """Released editions stay."""

    dependencies = [("landscape", "0001_editions")]  # noqa: RUF012

    operations = [migrations.RunPython(set_up, take_down)]  # noqa: RUF012
