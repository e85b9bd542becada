"""Settings of the test suite: fast hashes, mail kept in memory, no network, quick commits."""

import atexit
import shutil
import tempfile
from pathlib import Path

from haidang.config.settings import *  # noqa: F403
from haidang.config.settings import DATABASES, LOGGING, STORAGES

SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 3
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

#: Argon2 is there for those who ask for it by name: accounts that the real server signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_CONFIGURED = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

_scratch = Path(tempfile.mkdtemp(prefix="haidang-tests-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
STATIC_ROOT = _scratch
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

if DATABASES["default"]["ENGINE"] == "haidang.lib.sqlite":
    # A file, so that the real server can be started over the database of a test.
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {"init_command": "PRAGMA synchronous=OFF"}

LOGGING["root"]["handlers"] = []
