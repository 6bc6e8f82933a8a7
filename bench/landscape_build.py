"""Building an edition: seconds of every form, cold and after one paragraph changed, and growth with its length.

The text is the first edition of the landscape over the real record, repeated as volumes with figures and tables of their
own, until it has a hundred pages with 40 tables and 30 figures. Cold means: nothing is kept of earlier builds, figures
included. The peer is pandoc on the same Markdown with its own HTML and DOCX writers and nothing bound, in the same run.
"""

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from _support import SIZES, claim, environment, home, machine, table

VOLUMES = (1, 2, 5)
PAGES = 100


def measure() -> None:
    """Everything, in a process that has the record."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
    django.setup()
    import pypandoc
    import pypdfium2

    from leaps.core.documents import Binder, Call, Chapter, Document, Figure, Piece, Table, assemble, build
    from leaps.landscape import first_edition
    from leaps.landscape.binding import bind

    def volume(chapters: list[Chapter], number: int) -> list[Chapter]:
        """The chapters under names of their own; references stay within the volume."""
        found = []
        for chapter in chapters:
            text = chapter.text
            for one in chapters:
                text = text.replace(f"ref('{one.slug}')", f"ref('{one.slug}-{number}')")
            for name in ("figure", "ref", "table"):
                text = text.replace(f"{name}('", f"{name}('{number}~")
            for one in chapters:
                text = text.replace(f"ref('{number}~{one.slug}-{number}')", f"ref('{one.slug}-{number}')")
            text = text.replace(f"ref('{number}~", f"ref('v{number}-")
            found.append(Chapter(f"{chapter.slug}-{number}", chapter.title, text))
        return found

    def volumes(binder: Binder) -> Binder:
        """Figures and tables of a volume are those of the record under names of their own."""

        def bound(call: Call) -> Piece:
            if call.name not in ("figure", "table"):
                return binder(call)
            number, _mark, name = str(call.args[0]).partition("~")
            piece = binder(replace(call, args=(name,)))
            assert isinstance(piece, Figure | Table)
            return replace(piece, id=f"v{number}-{piece.id}")

        return bound

    def document(n: int, change: str = "") -> Document:
        chapters = [one for number in range(n) for one in volume(first_edition.chapters(), number)]
        if change:
            chapters[3] = replace(chapters[3], text=f"{change}\n\n{chapters[3].text}")
        return Document("Landscape", "", dt.date(2026, 11, 25), "LEAPS", chapters, "https://leaps.example/landscape/x/")

    lines, seconds = [], {}
    for n in VOLUMES:
        with tempfile.TemporaryDirectory(prefix="leaps-bench-") as name:
            kept = Path(name) / "kept"
            started = time.perf_counter()
            found = assemble(document(n), volumes(bind(kept=kept)), kept=kept)
            if found.problems:
                sys.exit("\n".join(map(str, found.problems)))
            bound_s = time.perf_counter() - started
            built = build(found, kept=kept)
            cold = time.perf_counter() - started
            started = time.perf_counter()
            again = build(assemble(document(n, "A new paragraph."), volumes(bind(kept=kept)), kept=kept), kept=kept)
            changed = time.perf_counter() - started
            assert again.digest != built.digest
            pages = len(pypdfium2.PdfDocument(built.pdf))
            plain = "\n\n".join(f"# {c.title}\n\n{c.text}" for c in document(n).chapters)
            started = time.perf_counter()
            for form in ("html5", "docx"):
                subprocess.run([pypandoc.get_pandoc_path(), "-t", form, "-o", str(Path(name) / f"plain.{form}")], input=plain, text=True, check=True)
            peer = time.perf_counter() - started
        seconds[pages] = (cold, changed)
        lines.append((
            f"{pages} pages, {len(found.tables)} tables, {len(found.figures)} figures, {len(found.uses)} numbers", f"{bound_s:.1f}",
            *(f"{built.seconds[k]:.1f}" for k in ("html", "pdf", "docx")), f"{cold:.1f}", f"{changed:.1f}", f"{peer:.1f}",
        ))  # fmt: skip
    table(("", "bind s", "HTML s", "PDF s", "DOCX s", "cold s", "one paragraph s", "pandoc alone s"), lines)
    largest = max(seconds)
    claim(f"an edition of {PAGES} pages with 40 tables and 30 figures in every form below 30 s, cold", f"{seconds[largest][0]:.1f} s for {largest} pages", met=seconds[largest][0] < 30 and largest >= PAGES)
    claim("below 5 s when one paragraph changed", f"{seconds[largest][1]:.1f} s", met=seconds[largest][1] < 5)
    smallest = min(seconds)
    growth = (seconds[largest][0] / seconds[smallest][0]) / (largest / smallest)
    claim("grows no faster than the pages", f"{growth:.2f} of linear", met=growth <= 1.3)


def main() -> None:
    """Make a home with the real record and measure in a process of its own."""
    print(machine())
    with home(SIZES[0]) as folder:
        done = subprocess.run([sys.executable, __file__, "--inside"], env=environment(folder, LEAPS_LOG_LEVEL="ERROR"), check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        measure()
    else:
        main()
