"""What a local run is given, and from where."""

from __future__ import annotations

from pathlib import Path

import pytest

from osteodb.local import configuration, postgres


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    """A run that keeps everything in a folder of its own."""
    return {"OSTEODB_VAR": str(tmp_path / "var")}


def test_an_env_file_is_read_with_quotes_comments_and_exports(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# words\nA=1\n\nexport B='two words'\nC=\"x=y\"\n#D=4\nE=\n")
    assert configuration.read_env_file(file) == {"A": "1", "B": "two words", "C": "x=y", "E": ""}


def test_what_the_user_says_wins_over_the_file(tmp_path: Path, given: dict[str, str]) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nOSTEODB_SYNC_QUERY=sarcoma\n")
    made = configuration.local_environment(given | {"PORT": "8002"}, root=tmp_path)
    assert (made["PORT"], made["OSTEODB_SYNC_QUERY"]) == ("8002", "sarcoma")


def test_the_secret_is_random_and_stays(tmp_path: Path, given: dict[str, str]) -> None:
    first = configuration.local_environment(given, root=tmp_path)["SECRET_KEY"]
    assert len(first) >= 50
    assert configuration.local_environment(given, root=tmp_path)["SECRET_KEY"] == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_with_debug_off_no_secret_is_made_up(tmp_path: Path, given: dict[str, str]) -> None:
    made = configuration.local_environment(given | {"DEBUG": "0"}, root=tmp_path)
    assert "SECRET_KEY" not in made


def test_a_command_finds_the_database_of_a_local_run(tmp_path: Path, given: dict[str, str]) -> None:
    data = tmp_path / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    environment = dict(given)
    configuration.adopt_local_run(environment)
    assert "DATABASE_URL" not in environment, "nothing has run here yet"
    (data / "PG_VERSION").write_text("18\n")
    configuration.adopt_local_run(environment)
    assert environment["DATABASE_URL"] == postgres.socket_url(data, "osteodb")


def test_a_command_obeys_the_address_it_is_given(tmp_path: Path, given: dict[str, str]) -> None:
    data = tmp_path / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    environment = given | {"DATABASE_URL": "postgres:///elsewhere"}
    configuration.adopt_local_run(environment)
    assert environment == given | {"DATABASE_URL": "postgres:///elsewhere"}
