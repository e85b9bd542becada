"""What `haidang doctor` looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import translation

from haidang.config import doctor
from haidang.config.tests.command import MakeServer
from haidang.people import actions, keys
from haidang.people.models import Person


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HAIDANG_DATA": "/proc/nope"}, "✗ Database: /proc/nope/haidang.sqlite3 is missing"),
        ({"HAIDANG_HOSTS": ","}, "HAIDANG_HOSTS is ','"),
        ({"DATABASE_URL": "postgresql:///"}, "DATABASE_URL names no database"),
    ],
)
def test_doctor_names_what_it_cannot_look_at(
    make_server: MakeServer, environment: dict[str, str], said: str
) -> None:
    done = make_server(**environment).command("doctor")
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db(transaction=True)
class TestDoctor:
    def look(self) -> dict[tuple[str, int], str]:
        with translation.override("en"):
            return {(f.what, f.grade): f.text for f in doctor.findings()}

    def test_a_good_installation(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path
        found = self.look()
        # The databases of the suite are told not to wait for the disk.
        bad = {what for what, grade in found if grade == doctor.BAD} - {"Database"}
        assert not bad
        assert ("Tables", doctor.GOOD) in found
        assert ("Clock", doctor.GOOD) in found

    def test_without_durability(self) -> None:
        text = self.look()[("Database", doctor.BAD)]
        assert "not durable" in text or "may lose" in text

    def test_missing_tables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "pending", lambda: ["goals.0009_x"])
        assert "haidang migrate" in self.look()[("Tables", doctor.BAD)]

    def test_a_full_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "NO_SPACE", 2**60)
        assert ("Disk", doctor.BAD) in self.look()
        monkeypatch.setattr(doctor, "NO_SPACE", 0)
        monkeypatch.setattr(doctor, "LITTLE_SPACE", 2**60)
        assert ("Disk", doctor.WARNING) in self.look()

    def test_a_folder_that_cannot_be_written(
        self, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setattr("os.access", lambda *_: False)
        settings.DATA_DIR = Path("/proc/nowhere")
        assert "cannot be written" in self.look()[("Disk", doctor.BAD)]

    def test_a_clock_that_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "CLOCK", -1.0)
        assert ("Clock", doctor.BAD) in self.look()

    def test_mail(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        assert ("Mail", doctor.GOOD) in self.look()
        settings.MAIL_CONFIGURED = False
        assert ("Mail", doctor.WARNING) in self.look()
        settings.MAIL_CONFIGURED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert "127.0.0.1 does not answer" in self.look()[("Mail", doctor.BAD)]

    def test_a_lost_key(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATA_DIR = tmp_path
        monkeypatch.delenv("HAIDANG_SECRET_KEY", raising=False)
        assert "secret-key is missing" in self.look()[("Configuration", doctor.WARNING)]
        monkeypatch.setenv("HAIDANG_SECRET_KEY", "from elsewhere")
        assert "secret-key" not in str(self.look())

    def test_a_look_that_fails_is_a_finding(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def closed(*_args: object, **_options: object) -> None:
            raise PermissionError(13, "Permission denied", "/data/cache")

        monkeypatch.setattr("django.core.checks.run_checks", closed)
        monkeypatch.setattr(doctor, "pending", closed)
        found = self.look()
        assert "/data/cache" in found[("Configuration", doctor.BAD)]
        assert "/data/cache" in found[("Tables", doctor.BAD)]
        assert ("Clock", doctor.GOOD) in found  # and the others are looked at

    def test_warnings_of_django_are_warnings(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "HTTPS", True)
        settings.SECRET_KEY = "short"
        found = [f for f in doctor.findings() if "security.W009" in f.text]
        assert [f.grade for f in found] == [doctor.WARNING]

    def test_second_factors_of_another_key(self, an: Person, settings: Any) -> None:
        sealed = keys.sealed("bí mật")
        Authenticator.objects.create(user=an.account, type="totp", data={"secret": sealed})
        assert not any(what == "Second factor" for what, _grade in self.look())
        settings.SECRET_KEY, former = "another" * 10, settings.SECRET_KEY
        assert "HAIDANG_SECRET_KEY_FALLBACKS" in self.look()[("Second factor", doctor.BAD)]
        settings.SECRET_KEY_FALLBACKS = [former]
        assert not any(what == "Second factor" for what, _grade in self.look())
        # A start seals them anew, so that the former key can be forgotten.
        assert actions.renew_secrets() == 1
        settings.SECRET_KEY_FALLBACKS = []
        assert keys.opened(Authenticator.objects.get().data["secret"]) == "bí mật"
        assert actions.renew_secrets() == 0

    def test_configuration(self, settings: Any, tmp_path: Path) -> None:
        settings.DEBUG = settings.DEMO = True
        settings.DATA_DIR = tmp_path
        (tmp_path / "secret-key").write_text("x")
        (tmp_path / "secret-key").chmod(0o644)
        with translation.override("en"):
            texts = [f.text for f in doctor.findings() if f.what == "Configuration"]
        for word in ("HAIDANG_DEBUG", "HAIDANG_DEMO", "HAIDANG_URL", "chmod 600"):
            assert any(word in text for text in texts), word
