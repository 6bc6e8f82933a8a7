"""The OpenID Connect providers of leaps.toml: what is wrong is told before anything starts."""

from pathlib import Path

import pytest

from leaps.config.options import BadOption, read

RIGHT = """
[[oidc]]
id = "home"
name = "Home University"
issuer = "https://sso.uni.example/realms/uni"
client_id = "leaps"
client_secret = "s"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "leaps.toml").write_text(text)
    return folder


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    second = RIGHT.replace('"home"', '"second"').replace('client_secret = "s"\n', "")

    assert [p["id"] for p in read(written(tmp_path, RIGHT + second), {})["oidc"]] == ["home", "second"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RIGHT.replace('name = "Home University"\n', ""), "name missing"),
        (RIGHT.replace('client_id = "leaps"', 'client = "leaps"'), "client_id missing; client unknown"),
        (RIGHT.replace('id = "home"', 'id = "Home University"', 1), "lower-case letters"),
        (RIGHT + RIGHT, "stand once"),
        (RIGHT.replace("https://", "http://"), "begin with https://"),
        ('oidc = ["https://sso.uni.example"]', "list of tables"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadOption, match=words):
        read(written(tmp_path, text), {})


def test_they_cannot_come_from_the_environment(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="list of tables"):
        read(tmp_path, {"LEAPS_OIDC": "https://sso.uni.example"})
