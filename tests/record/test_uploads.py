"""Packs by the web page: read apart by the worker, shown before anything is written, loaded once agreed."""

import io
import subprocess
import sys
import textwrap
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.models import Instrument
from leaps.record import tasks
from leaps.record.models import ChangeSet, PackUpload
from leaps.record.packs import limited, reading
from tests.record.factories import facility, instrument, update, write

HEADER = "slug,name,short_name,kind,partnership,membership,country\n"
RING = f"{HEADER}ring,The ring,RING,synchrotron,LEAPS,member,SE\n"


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return stream.getvalue()


class TestTheLimitedProcess:
    """What is read apart is what would be read here; what is too much ends there."""

    def test_a_pack_comes_back_as_it_is_read_here(self) -> None:
        content = zipped(facilities=RING.encode(), instruments=b"slug,facility,name\nring-i01,ring,I01\n,,\n")

        assert limited.read("pack.zip", content) == reading.read_bytes("pack.zip", content)

    def test_problems_come_back_with_their_place(self) -> None:
        content = zipped(facilities=b'slug,name\nring,"open\n')

        assert limited.read("pack.zip", content).problems == reading.read_bytes("pack.zip", content).problems != []

    def test_what_needs_too_much_memory_is_refused_in_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limited, "MEMORY_BYTES", 400 * 2**20)
        content = zipped(facilities=b"slug,name\n" + b"a" * 150_000_000)

        (problem,) = limited.read("pack.zip", content).problems

        assert (problem.file, problem.message) == ("pack.zip", "needs too much memory to be read")

    def test_what_takes_too_long_is_stopped_and_refused_in_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limited, "WALL_SECONDS", 0.01)

        (problem,) = limited.read("pack.zip", zipped(facilities=RING.encode())).problems

        assert "limits of time" in problem.message

    def test_too_many_rows_are_refused_before_they_are_planned(self) -> None:
        content = HEADER.encode() + b"a,b,c,d,e,f,g\n" * (limited.MAX_ROWS + 1)

        (problem,) = limited.read("facilities.csv", content).problems

        assert "more than 20000 rows" in problem.message

    def test_the_process_has_limits_and_none_of_the_installations_secrets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LEAPS_SECRET_KEY", "do not tell")
        seen: dict[str, object] = {}
        run = subprocess.run
        monkeypatch.setattr(limited.subprocess, "run", lambda *a, **k: seen.update(k) or run(*a, **k))

        limited.read("pack.zip", zipped(facilities=RING.encode()))

        assert set(seen["env"]) == {"PATH", "LANG"}  # type: ignore[call-overload]
        program = """
            import resource
            from leaps.record.packs import limited
            limited._limit(limited.MEMORY_BYTES)
            print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        """
        told = run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True)
        assert told.stdout.split() == [str(limited.MEMORY_BYTES), "0"]


@pytest.mark.django_db
class TestTheWebPage:
    """Sent, read by the worker, shown, agreed."""

    @pytest.fixture(autouse=True)
    def _record(self) -> None:
        write(facility("ring"), facility("other"), instrument("ring-i01"), instrument("other-i01", of="other"))

    @pytest.fixture
    def editor(self, client: Client) -> Client:
        user = User.objects.create_user("editor@example.org", name="E. Editor")
        RoleGrant.objects.create(user=user, role="facility_editor", scope="ring")
        client.force_login(user)
        return client

    def send(self, client: Client, content: bytes, name: str = "instruments.csv", **more: str) -> str:
        answer = client.post("/packs/upload/", {"file": SimpleUploadedFile(name, content), **more})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def read(self) -> None:
        for sent in PackUpload.objects.filter(contents__isnull=True):
            tasks.read_upload.func(str(sent.pk), "en")

    def test_until_the_worker_has_read_it_the_page_waits(self, editor: Client) -> None:
        page = self.send(editor, b"slug,full_name\nring-i01,New\n")

        waiting = editor.get(page)
        polled = editor.get(page, headers={"HX-Request": "true"})
        self.read()
        ready = editor.get(page, headers={"HX-Request": "true"})

        assert "Reading your file" in waiting.content.decode()
        assert (polled.status_code, ready.headers.get("HX-Refresh")) == (204, "true")
        assert "1 entry would change" in editor.get(page).content.decode()

    def test_agreeing_before_it_is_read_writes_nothing(self, editor: Client) -> None:
        page = self.send(editor, b"slug,full_name\nring-i01,New\n")

        answer = editor.post(f"{page}load/", {"revision": "1"})

        assert (answer.status_code, ChangeSet.objects.count()) == (302, 1)

    def test_agreed_values_are_written_once_and_vouched_for(self, editor: Client) -> None:
        page = self.send(editor, b"slug,full_name\nring-i01,New\n", confirmed="on")
        self.read()

        first = editor.post(f"{page}load/", {"revision": "1", "reason": "yearly check\x00"})
        again = editor.post(f"{page}load/", {"revision": "1"})

        assert (first.status_code, again.status_code) == (302, 404)
        found = Instrument.objects.get(slug="ring-i01")
        assert found.full_name == "New"
        assert found.provenance["full_name"]["vouched_by"] == "E. Editor"
        assert ChangeSet.objects.get(revision=2).reason == "yearly check"

    def test_a_record_that_changed_meanwhile_is_shown_again(self, editor: Client) -> None:
        page = self.send(editor, b"slug,full_name\nring-i01,New\n")
        self.read()
        write(update("instrument", "ring-i01", full_name="Changed by others"))

        refused = editor.post(f"{page}load/", {"revision": "1"}, follow=True)

        shown = refused.content.decode()
        assert "The record changed while you were reading" in shown
        assert "Changed by others" in shown
        assert Instrument.objects.get(slug="ring-i01").full_name == "Changed by others"

    def test_rows_of_another_facility_are_named_and_nothing_is_written(self, editor: Client) -> None:
        page = self.send(editor, b"slug,facility,full_name\nring-i01,ring,New\nother-i01,other,New\nnew-i01,other,New\n")
        self.read()

        shown = editor.get(f"{page}?form=csv").content.decode().splitlines()

        assert [line.split(",")[:4] for line in shown[1:]] == [
            ["instruments.csv", "3", "slug", "other-i01"],
            ["instruments.csv", "4", "name", ""],
        ]
        assert editor.post(f"{page}load/", {"revision": "1"}).status_code == 302
        assert ChangeSet.objects.count() == 1

    def test_an_upload_is_its_owners_alone(self, editor: Client) -> None:
        page = self.send(editor, b"slug,full_name\nring-i01,New\n")
        self.read()
        other = Client()
        stranger = User.objects.create_user("other@example.org", name="Other")
        RoleGrant.objects.create(user=stranger, role="office", scope="")
        other.force_login(stranger)

        assert [other.get(page).status_code, other.post(f"{page}load/").status_code] == [404, 404]

    def test_a_bomb_is_a_problem_on_the_page(self, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limited, "MEMORY_BYTES", 400 * 2**20)
        page = self.send(editor, zipped(instruments=b"slug,name\n" + b"a" * 150_000_000), "pack.zip")
        self.read()

        assert "needs too much memory to be read" in editor.get(page).content.decode()
