"""A passkey, made, used and removed with a device that the browser plays itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from haidang.people.models import Person
from tests.support.cast import PASSWORD
from tests.support.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_a_device(page: Page) -> None:
    """A device that holds keys and knows its owner by a fingerprint."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_signs_in_alone_until_it_is_removed(
    make_context: Callable[..., BrowserContext], server: Server, an: Person
) -> None:
    assert an.account is not None
    an.account.password = make_password(PASSWORD, hasher="argon2")  # as the server does
    an.account.save(update_fields=["password"])
    page = make_context().new_page()
    with_a_device(page)
    # Browsers offer passkeys on https and on localhost, not on a bare address.
    home = f"http://localhost:{server.port}"
    page.goto(f"{home}/accounts/login/")
    page.locator("input[name=login]").fill(an.account.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(f"{home}/")

    page.goto(f"{home}/accounts/security/passkeys/add/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
    page.locator("input[name=name]").fill("Máy của An")
    page.locator("input[name=passwordless]").check()
    page.get_by_role("button", name="Thêm", exact=True).click()
    page.get_by_text("Đã thêm khoá truy cập.").wait_for()
    assert Authenticator.objects.filter(user=an.account, type="webauthn").count() == 1

    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()
    page.wait_for_url(f"{home}/")
    page.goto(f"{home}/people/{an.public_id}/")
    assert page.locator("h1").inner_text() == an.name

    page.goto(f"{home}/accounts/security/")
    page.locator("a[href*='/passkeys/'][href$='/remove/']").click()
    page.get_by_role("link", name="Dùng khoá truy cập").click()  # instead of the password
    page.locator("main form[data-passkey] button[type=submit]").click()
    page.wait_for_url("**/remove/")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("Đã gỡ khoá truy cập.").wait_for()
    assert not Authenticator.objects.filter(user=an.account, type="webauthn").exists()
