"""Every page of people, accounts and signing in, and the error pages, before axe."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from haidang.goals.models import Goal
from haidang.people import actions
from haidang.people.models import Account, Organisation, Person, Unit
from tests.support.axe import faults, faults_of
from tests.support.browsing import Complaints
from tests.support.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., "BrowserContext"]


class Cast(NamedTuple):
    """Who looks, and the addresses that each of them opens."""

    administrator: Person
    an: Person  # signs in by password, and has an app
    chi: Person  # is in two organisations
    stranger: list[str]
    administered: list[str]
    protected: list[str]  # for who has just given a password


@pytest.fixture
def cast(
    administrator: Person, an: Person, chi: Person, dung: Person, emma: Person,
    sales_unit: Unit, root_unit: Unit,
) -> Cast:  # fmt: skip
    for person in (an, dung):
        # The real server knows no quick hashes.
        Account.objects.filter(pk=person.account_id).update(
            password=make_password(PASSWORD, hasher="argon2")
        )
    an = Person.objects.get(pk=an.pk)  # with the password that is stored now
    assert an.account is not None
    TOTP.activate(an.account, generate_totp_secret())
    RecoveryCodes.activate(an.account)
    Person.objects.filter(pk=emma.pk).update(account=chi.account)
    team = actions.create_unit(administrator, "Nhóm ra mắt", kind="team", parent=sales_unit)
    actions.set_team_members(administrator, team, [an, dung])
    left = actions.create_person(administrator, "Vũ Đã Nghỉ", email="nghi@tamlong.example")
    actions.deactivate_person(administrator, left)
    new = actions.create_person(administrator, "Người Mới", email="moi@tamlong.example")
    invited = str(actions.invite(administrator, new))
    until = timezone.now() + timedelta(days=30)
    actions.create_token(administrator, "Bảng tính", ["read"], until)
    a, u, t = f"/people/{an.public_id}/", f"/units/{sales_unit.public_id}/", team.public_id
    return Cast(
        administrator, an, chi,
        stranger=[
            "/accounts/login/",
            "/accounts/inactive/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/password/reset/key/done/",
            invited,
        ],
        administered=[
            "/people/",
            "/people/?q=khong-co-ai",
            "/people/?left=1",
            "/people/new/",
            a,
            f"{a}edit/",
            f"{a}roles/",
            f"/people/{left.public_id}/",
            f"/people/{new.public_id}/",
            "/units/",
            "/units/new/",
            u,
            f"{u}edit/",
            f"{u}move/",
            f"{u}leaders/",
            f"/units/{root_unit.public_id}/",
            f"/units/{t}/",
            f"/units/{t}/members/",
            "/account/",
            "/accounts/notifications/",
            "/account/tokens/",
            "/account/sessions/",
            "/accounts/security/",
            "/accounts/logout/",
        ],
        protected=[
            "/accounts/security/",
            "/accounts/security/app/on/",
            "/accounts/security/passkeys/add/",
            "/accounts/password/change/",
        ],
    )  # fmt: skip


def sign_in(page: Page, person: Person) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_a_link_to_a_place_on_the_map_leads_there_after_signing_in(
    make_context: Make, an: Person, objective: Goal
) -> None:
    slow = make_password(PASSWORD, hasher="argon2")  # the real server knows no quick ones
    Account.objects.filter(pk=an.account_id).update(password=slow)
    page = make_context().new_page()
    page.goto(f"/map/#k=0.9&c={objective.public_id},100,50&at={objective.public_id}")
    page.locator("input[name=login]").fill(an.email)
    page.locator("input[name=password]").fill("nicht so")
    page.locator("input[name=password]").press("Enter")
    page.locator("[role=alert]").wait_for()  # once more
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("#map-box[data-ready]").wait_for()
    assert page.evaluate("strategyMap.at.id") == objective.public_id
    assert "k=0.9" in page.url


def all_faults(make_context: Make, cast: Cast, dung: Person, width: int) -> list[str]:
    """Of every page, each as one of those who come to it."""
    size = {"viewport": {"width": width, "height": 900}}
    stranger = make_context(**size)
    found = faults(stranger, cast.stranger, width)
    dead = ["/invitations/khong-con/", "/accounts/password/reset/key/1-khong-con/"]
    found += faults(stranger, [*dead, "/khong-co-gi/"], width, status=404)
    found += _reset(stranger, cast, width)
    found += _wrong_password(stranger, width)

    administrator = make_context(cast.administrator, **size)
    found += faults(administrator, cast.administered, width)
    found += faults(administrator, ["/khong-co-gi/", "/people/P-999/"], width, status=404)
    found += _link(administrator, cast, width)
    found += faults(make_context(cast.an, **size), ["/people/new/"], width, status=403)

    several = make_context(cast.chi, **size)
    found += faults(several, ["/organisations/"], width)

    careful = make_context(**size)
    page = careful.new_page()
    sign_in(page, dung)
    page.locator("nav.side").wait_for()
    found += _again(page, "/accounts/security/app/on/", width)
    found += faults(careful, cast.protected, width)
    return found + _second_factor(make_context(**size), cast, width)


def _reset(context: BrowserContext, cast: Cast, width: int) -> list[str]:
    """Choosing a new password; the link leads to an address without the secret."""
    page = context.new_page()
    page.goto(str(actions.reset_link(cast.administrator, cast.an)))
    page.locator("input[name=password1]").wait_for()
    return faults_of(page, "a new password", width)


def _wrong_password(context: BrowserContext, width: int) -> list[str]:
    page = context.new_page()
    page.goto("/accounts/login/")
    # Nobody of the cast: after five of these an account has to wait, in every test that follows.
    page.locator("input[name=login]").fill(f"{secrets.token_hex(4)}@example.com")
    page.locator("input[name=password]").fill("không phải nó")
    page.locator("input[name=password]").press("Enter")
    page.locator("[role=alert], .error").first.wait_for()
    return faults_of(page, "a wrong password", width)


def _link(context: BrowserContext, cast: Cast, width: int) -> list[str]:
    """The link that is shown once, to be copied."""
    page = context.new_page()
    page.goto(f"/people/{cast.an.public_id}/")
    form = f"form[action='/people/{cast.an.public_id}/reset/']"
    with page.expect_navigation():
        page.locator(form).evaluate("form => form.submit()")
    return faults_of(page, "a link for a new password", width)


def _again(page: Page, address: str, width: int) -> list[str]:
    """A page that asks first who it is."""
    page.goto(address)
    found = faults_of(page, "who it is, again", width)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{address}")
    return found


def _second_factor(context: BrowserContext, cast: Cast, width: int) -> list[str]:
    page = context.new_page()
    sign_in(page, cast.an)
    page.wait_for_url("**/accounts/second-factor/")
    found = faults_of(page, "the second factor", width)
    wrapped = RecoveryCodes(cast.an.account.authenticator_set.get(type="recovery_codes"))  # type: ignore[union-attr]
    page.locator("input[name=code]").fill(wrapped.get_unused_codes()[0])
    page.locator("input[name=code]").press("Enter")
    page.locator("nav.side").wait_for()
    inside = ("codes/", "codes/new/", "app/off/")
    found += _again(page, "/accounts/security/codes/", width)
    return found + faults(context, [f"/accounts/security/{what}" for what in inside], width)


@pytest.mark.browser
def test_nobody_is_kept_out(make_context: Make, cast: Cast, dung: Person) -> None:
    assert all_faults(make_context, cast, dung, 1440) == []


@pytest.mark.browser
def test_not_even_where_the_program_failed(
    make_context: Make, administrator: Person, organisation: Organisation, complaints: Complaints
) -> None:
    context = make_context(administrator, viewport={"width": 1440, "height": 900})
    Organisation.objects.filter(pk=organisation.pk).update(time_zone="Nowhere/Void")
    assert faults(context, ["/"], 1440, status=500) == []
    complaints.clear()


@pytest.mark.a11y_matrix
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_in_both_languages_themes_and_widths(
    make_context: Make, cast: Cast, dung: Person, language: str, theme: str, width: int
) -> None:
    Account.objects.update(language=language, theme=theme)

    def make(person: Person | None = None, **options: object) -> BrowserContext:
        """A stranger has chosen before, in the same browser."""
        locale = "vi-VN" if language == "vi" else "en-US"
        return make_context(person, locale=locale, color_scheme=theme, **options)

    assert all_faults(make, cast, dung, width) == []
