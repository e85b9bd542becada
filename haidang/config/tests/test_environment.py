"""What the environment says, what it cannot say, and that every name is documented."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from haidang.config import environment as env

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "operations" / "configuration.md"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HAIDANG_X", "HAIDANG_SECRET_KEY", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("value", "meant"), [("", False), ("1", True), ("TRUE", True), ("off", False), (" yes ", True)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("HAIDANG_X", value)
    assert env.flag("HAIDANG_X") is meant


@pytest.mark.parametrize("value", ["2", "ja", "-1"])
def test_flag_refuses(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HAIDANG_X", value)
    with pytest.raises(ImproperlyConfigured, match="HAIDANG_X"):
        env.flag("HAIDANG_X")


def test_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.whole("HAIDANG_X", 3, least=0, most=9) == 3
    monkeypatch.setenv("HAIDANG_X", "9")
    assert env.whole("HAIDANG_X", 3, least=0, most=9) == 9
    for value in ("10", "-1", "1.5", "x", "٣"):
        monkeypatch.setenv("HAIDANG_X", value)
        with pytest.raises(ImproperlyConfigured, match="HAIDANG_X"):
            env.whole("HAIDANG_X", 3, least=0, most=9)


def test_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIDANG_X", "JSON")
    assert env.choice("HAIDANG_X", "text", {"text", "json"}) == "json"
    monkeypatch.setenv("HAIDANG_X", "xml")
    with pytest.raises(ImproperlyConfigured, match="json, text"):
        env.choice("HAIDANG_X", "text", {"text", "json"})


def test_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.address("HAIDANG_X") is None
    monkeypatch.setenv("HAIDANG_X", "https://okr.example.vn/")
    parts = env.address("HAIDANG_X")
    assert parts is not None
    assert parts.hostname == "okr.example.vn"
    for value in ("okr.example.vn", "ftp://x", "https://x/path", "https://x:port", "https://"):
        monkeypatch.setenv("HAIDANG_X", value)
        with pytest.raises(ImproperlyConfigured, match="HAIDANG_X"):
            env.address("HAIDANG_X")


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("", "haidang.lib.sqlite", "/data/haidang.sqlite3"),
        ("sqlite:////srv/m%E1%BA%ABu.sqlite3", "haidang.lib.sqlite", "/srv/mẫu.sqlite3"),
        ("sqlite:///here.sqlite3", "haidang.lib.sqlite", "here.sqlite3"),
        ("postgresql:///okr", "django.db.backends.postgresql", "okr"),
        ("postgres://a:b%40c@db:5433/okr", "django.db.backends.postgresql", "okr"),
    ],
)
def test_database(monkeypatch: pytest.MonkeyPatch, url: str, engine: str, name: str) -> None:
    monkeypatch.setenv("HAIDANG_X", url)
    facts = env.database("HAIDANG_X", Path("/data"))
    assert (facts["ENGINE"], facts["NAME"]) == (engine, name)


def test_database_of_postgresql_has_login_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIDANG_X", "postgres://a:b%40c@db:5433/okr?sslmode=require")
    facts = env.database("HAIDANG_X", Path("/data"))
    assert [facts[k] for k in ("USER", "PASSWORD", "HOST", "PORT")] == ["a", "b@c", "db", "5433"]
    assert facts["OPTIONS"]["sslmode"] == "require"
    assert facts["OPTIONS"]["server_side_binding"]


@pytest.mark.parametrize(
    "url",
    ["mysql://x/y", "just text", "postgresql://h:port/x", "postgresql:///", "postgresql://a@h"],
)
def test_database_refuses_without_showing_secrets(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HAIDANG_X", url)
    with pytest.raises(ImproperlyConfigured, match="HAIDANG_X"):
        env.database("HAIDANG_X", Path("/data"))


def test_a_service_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIDANG_X", "postgresql:///?service=okr")
    assert env.database("HAIDANG_X", Path("/data"))["OPTIONS"]["service"] == "okr"


@pytest.mark.parametrize(
    "value",
    [
        "https://an@okr.example.vn",
        "https://an:secret@okr.example.vn",
        "https://okr.example.vn/?x=1",
        "https://okr.example.vn#x",
        "https://okr.example.vn/path",
        "okr.example.vn",
    ],
)
def test_an_address_is_bare(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HAIDANG_X", value)
    with pytest.raises(ImproperlyConfigured, match="HAIDANG_X") as refused:
        env.address("HAIDANG_X")
    assert "secret" not in str(refused.value)


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.names("HAIDANG_X", "a,b") == ["a", "b"]
    monkeypatch.setenv("HAIDANG_X", " okr.vn , , 10.0.0.5,")
    assert env.names("HAIDANG_X", "a") == ["okr.vn", "10.0.0.5"]
    monkeypatch.setenv("HAIDANG_X", " , ")
    with pytest.raises(ImproperlyConfigured, match="HAIDANG_X"):
        env.names("HAIDANG_X", "a")


def test_former_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAIDANG_SECRET_KEY_FALLBACKS", raising=False)
    assert env.former_keys() == []
    monkeypatch.setenv("HAIDANG_SECRET_KEY_FALLBACKS", "one, two three")
    assert env.former_keys() == ["one", "two", "three"]


@pytest.mark.parametrize("held", [b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: bytes
) -> None:
    (tmp_path / "secret-key").write_bytes(held)
    with pytest.raises(ImproperlyConfigured, match="secret-key has no key"):
        env.secret_key(tmp_path)
    monkeypatch.setenv("HAIDANG_SECRET_KEY", "from outside")
    assert env.secret_key(tmp_path) == "from outside"


def test_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.mail("HAIDANG_X") is None
    monkeypatch.setenv("HAIDANG_X", "smtp://okr%40x.vn:p%3Aw@mail.x.vn:587")
    facts = env.mail("HAIDANG_X") or {}
    assert facts["EMAIL_HOST_USER"] == "okr@x.vn"
    assert facts["EMAIL_HOST_PASSWORD"] == "p:w"
    assert facts["EMAIL_USE_TLS"] is True
    assert facts["EMAIL_USE_SSL"] is False
    monkeypatch.setenv("HAIDANG_X", "smtps://mail.x.vn")
    facts = env.mail("HAIDANG_X") or {}
    assert (facts["EMAIL_PORT"], facts["EMAIL_USE_SSL"], facts["EMAIL_USE_TLS"]) == (
        465,
        True,
        False,
    )
    monkeypatch.setenv("HAIDANG_X", "smtp://localhost")
    facts = env.mail("HAIDANG_X") or {}
    assert (facts["EMAIL_PORT"], facts["EMAIL_USE_TLS"]) == (25, False)
    monkeypatch.setenv("HAIDANG_X", "console:")
    assert "console" in (env.mail("HAIDANG_X") or {})["EMAIL_BACKEND"]
    monkeypatch.setenv("HAIDANG_X", "http://mail")
    with pytest.raises(ImproperlyConfigured, match="smtp://"):
        env.mail("HAIDANG_X")


def test_a_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    assert env.secret_key(tmp_path) != env.secret_key(tmp_path)  # nothing is stored by looking
    env.keep_secret_key(tmp_path)
    file = tmp_path / "secret-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = env.secret_key(tmp_path)
    assert len(kept) >= 50
    env.keep_secret_key(tmp_path)
    assert env.secret_key(tmp_path) == kept
    assert os.listdir(tmp_path) == ["secret-key"]


def test_a_secret_key_may_come_from_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HAIDANG_SECRET_KEY", "from outside")
    env.keep_secret_key(tmp_path)
    assert os.listdir(tmp_path) == []
    assert env.secret_key(tmp_path) == "from outside"


@pytest.mark.parametrize(
    ("name", "value", "language"),
    [
        ("LANG", "vi_VN.UTF-8", "vi"),
        ("LC_ALL", "vi", "vi"),
        ("LANG", "de_DE", "en"),
        ("LANG", "", "en"),
    ],
)
def test_language(monkeypatch: pytest.MonkeyPatch, name: str, value: str, language: str) -> None:
    monkeypatch.setenv(name, value)
    assert env.language() == language


def test_only_this_module_reads_the_environment() -> None:
    """Elsewhere a setting would be missed by the page that lists them."""
    readers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "haidang").rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["haidang/config/environment.py"]


def test_every_name_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]{3,})`", PAGE.read_text(encoding="utf-8")))
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "haidang" / "config").glob("*.py")
    )
    read = set(
        re.findall(
            r"(?:env\.|\b)(?:text|flag|whole|choice|address|names|mail|database)\(\s*\"([A-Z_]+)\"",
            source,
        )
    )
    assert read >= {"HAIDANG_DATA", "DATABASE_URL", "HAIDANG_URL", "LANG"}
    assert read == documented
