"""Settings of the test suite: fast hashes, mail kept in memory, no network."""

from haidang.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SECRET_KEY = "only-for-tests"  # noqa: S105
