"""What is set: by the command line before the environment before the file before the default; and nothing by half."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from terms.errors import UsageError
from tests import warm
from tests.server.conftest import PATIENCE_SECONDS, Made, Start, environment
from web import settings
from web.commands import serve


def ran(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return warm.run(*words, env={**environment(home), **more}, cwd=home.parent, timeout=PATIENCE_SECONDS)


def shown(home: Path, **more: str) -> dict[str, Any]:
    done = ran(home, "config", "show", "--json", **more)
    assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in json.loads(done.stdout)["settings"]}


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_each_value_is_shown_with_its_origin(tmp_path: Path) -> None:
    file = tmp_path / ".config" / "firstparty" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('port = 9000\ndev = true\nallow_host = ["a.example", "b.example"]\npassphrase_file = "key"\n')
    found = shown(tmp_path / "vault", FIRSTPARTY_PORT="9001")
    assert (found["port"]["value"], found["port"]["origin"]) == ("9001", "environment")
    assert (found["allow_host"]["value"], found["allow_host"]["origin"]) == ("a.example b.example", str(file))
    assert found["passphrase_file"]["value"] == str(file.parent / "key")
    assert (found["host"]["value"], found["host"]["origin"]) == ("127.0.0.1", "default")
    assert found["home"]["origin"] == "environment"
    elsewhere = shown(tmp_path / "vault", XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    assert elsewhere["port"]["origin"] == "default"
    person = ran(tmp_path / "vault", "config", "show")
    assert str(file) in person.stderr


def test_a_server_goes_by_the_file_unless_the_environment_or_an_option_says_otherwise(made: Made, start: Start) -> None:
    file = written(
        made.home.parent, 'base_url = "https://file.example"\nrequests_per_minute = 3\nallow_host = ["x.example"]\n'
    )
    server = start(FIRSTPARTY_CONFIG=str(file))
    assert server.url == "https://file.example"
    local = f"http://127.0.0.1:{server.port}/health"
    answers = [server.client.get(local, headers={"Host": "x.example"}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    server.stop()
    server = start(FIRSTPARTY_CONFIG=str(file), FIRSTPARTY_BASE_URL="https://environment.example")
    assert server.url == "https://environment.example"
    server.stop()
    server = start("--base-url", "https://option.example", FIRSTPARTY_CONFIG=str(file))
    assert server.url == "https://option.example"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 9000", "did you mean `port`"),
        ("colour = 1", "config show"),
        ('port = "9000"', "not a whole number"),
        ("port = 70000", "not a whole number"),
        ("port = true", "not a whole number"),
        ("dev = 1", "not true or false"),
        ('allow_host = "a.example"', "not a list"),
        ('allow_host = ["a b"]', "not a list"),
        ("host = 1", "not a text"),
        ('host = ""', "not a text"),
        ("[serve]\nport = 1", "that there is not"),
        ("port = ", "not TOML"),
        ("port = 1\nport = 2", "not TOML"),
    ],
)
def test_what_is_not_understood_sets_nothing_and_says_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError, match=says):
        settings.read(file)
    done = ran(tmp_path / "vault", "config", "show", FIRSTPARTY_CONFIG=str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert ran(tmp_path / "vault", "--help", FIRSTPARTY_CONFIG=str(file)).returncode == 0


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    done = ran(tmp_path / "vault", "config", "show", FIRSTPARTY_CONFIG=str(tmp_path / "none.toml"))
    assert (done.returncode, "cannot read" in done.stderr) == (2, True)


def test_every_option_of_serve_that_is_not_only_how_it_prints_is_in_the_table() -> None:
    options = {parameter.name for parameter in serve.COMMAND.params} - {"as_json", "help", "opens"}
    assert options == set(settings.BY_NAME)


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "serving.md").read_text()
    for one in settings.TABLE:
        assert one.name in text, one.name
