"""The terminal sessions of the tutorials, against a running trial; their clicks are the other journeys."""

import os
from pathlib import Path

import pytest

from tests.journeys.conftest import Site
from tests.test_docs import DOCS, run, sessions


@pytest.mark.parametrize("page", sorted((DOCS / "tutorials").glob("*.md")), ids=lambda p: p.stem)
def test_the_sessions_of_a_tutorial_run_as_shown(page: Path, site: Site, tmp_path: Path) -> None:
    told = sessions(page)
    assert told, "a tutorial shows at least one thing at the terminal"
    for command, shown in told:
        here = command.replace("http://localhost:8000", site.url)
        assert run(here, tmp_path, dict(os.environ)) == shown, command
