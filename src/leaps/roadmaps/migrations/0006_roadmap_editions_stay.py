"""Triggers that keep the editions of a roadmap as they are, whoever writes to the database."""

from typing import Any

from django.db import migrations

WORDS = "an edition of a roadmap stays as it is"
# The label of who froze it is left out: a person may ask to be forgotten.
KEPT = "roadmap_id, number, title, note, at, version, content"


def set_up(_apps: Any, editor: Any) -> None:
    """Create the triggers in the dialect of the database."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"""CREATE FUNCTION roadmaps_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, verb in (("update", f"UPDATE OF {KEPT}"), ("delete", "DELETE")):
        head = f"CREATE TRIGGER roadmaps_edition_{name} BEFORE {verb} ON roadmaps_roadmapedition"
        if editor.connection.vendor == "postgresql":
            editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION roadmaps_keep_edition()")
        else:
            editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


def take_down(_apps: Any, editor: Any) -> None:
    """Remove them."""
    postgresql = editor.connection.vendor == "postgresql"
    for name in ("update", "delete"):
        editor.execute(f"DROP TRIGGER roadmaps_edition_{name}" + (" ON roadmaps_roadmapedition" if postgresql else ""))
    if postgresql:
        editor.execute("DROP FUNCTION roadmaps_keep_edition()")


class Migration(migrations.Migration):
    """Editions of roadmaps stay."""

    dependencies = [("roadmaps", "0005_group_roadmaps")]  # noqa: RUF012

    operations = [migrations.RunPython(set_up, take_down)]  # noqa: RUF012
