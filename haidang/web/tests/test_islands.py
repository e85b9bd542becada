"""The islands in a real browser: keyboard, half-typed text, double presses, live refreshes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from haidang.web.tests import urls
from tests.support import axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("haidang.web.tests.urls"),
]


@pytest.fixture
def open_page(browser: Browser, live_server: Any, complaints: Any) -> Iterator[Callable[..., Page]]:
    """A page of the test addresses; what its console complains about fails the test."""
    made: list[BrowserContext] = []
    urls.saved.clear()

    def make(path: str, theme: str = "light", language: str = "vi", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(8_000)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in [("theme", theme), ("django_language", language)]
            ]
        )
        context.on("page", complaints.watch)
        made.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield make
    for context in made:
        context.close()


def test_a_picker_is_worked_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    box = page.get_by_role("combobox", name="Owner")
    box.focus()
    page.keyboard.type("trần")
    page.get_by_role("option", name="Trần Quốc Tuấn").wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    # Also when it is pressed before the search has answered.
    page.keyboard.press("Enter")
    page.locator("select[name=owner] option:checked[value=P-3]").wait_for(state="attached")
    assert box.input_value() == "Trần Quốc Tuấn"
    assert box.get_attribute("aria-expanded") == "false"
    # Typed and left: what was chosen stays.
    page.keyboard.type("zzz")
    page.locator("h1").click()
    assert box.input_value() == "Trần Quốc Tuấn"


def test_a_picker_finds_without_diacritics_and_takes_several(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/design/")
    box = page.locator("#id_contributors")
    box.focus()
    page.keyboard.type("dang huu")
    page.get_by_role("option", name="Đặng Hữu Phước").wait_for()
    page.keyboard.press("Enter")
    chosen = "s => [...s.selectedOptions].map(o => o.value)"
    select = page.locator("select[name=contributors]")
    assert select.evaluate(chosen) == ["P-2", "P-3", "P-6"]
    page.keyboard.press("Backspace")
    assert select.evaluate(chosen) == ["P-2", "P-3"]


def test_a_form_is_sent_once(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    page.fill("#id_title", "Một lần")
    page.evaluate("""() => {
        const form = document.querySelector('#edit');
        form.requestSubmit(); form.requestSubmit(); form.requestSubmit();
    }""")
    page.wait_for_url("**/after/")
    assert urls.saved == ["Một lần"]


def test_what_is_typed_shows_at_once_and_goes_back_when_refused(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/page/")
    page.fill("#id_title", "stale")
    page.locator("#edit [type=submit]").click()
    page.locator("#echo", has_text="stale").wait_for()
    page.locator(".toast").wait_for()
    assert page.locator("#echo").text_content() == "Before"
    assert page.input_value("#id_title") == "stale"
    assert page.locator("#edit [type=submit]").get_attribute("aria-busy") is None


def test_reasons_come_back_into_the_form_with_the_words_kept(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/page/")
    page.fill("#id_note", "giữ lại")
    page.locator("#id_title").evaluate("field => field.required = false")
    page.locator("#edit [type=submit]").click()
    page.locator("#id_title_error").wait_for()
    assert page.input_value("#id_note") == "giữ lại"
    page.locator("[data-form-errors]:focus, #id_title:focus").wait_for()


def test_a_live_page_moves_and_keeps_half_typed_words(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/?live")
    page.locator("#moving", has_text="new").wait_for()
    page.fill("#id_title", "Tiế")
    page.focus("#id_note")
    page.evaluate("document.querySelector('#moving').textContent = 'old'")
    page.evaluate("""() => document.dispatchEvent(
        new CustomEvent('haidang:goals', {detail: {ids: new Set(['KR-1'])}}))""")
    page.locator("#moving", has_text="new").wait_for()
    assert page.input_value("#id_title") == "Tiế"
    assert page.evaluate("document.activeElement.id") == "id_note"


def test_one_stream_serves_all_tabs(open_page: Callable[..., Page]) -> None:
    first = open_page("/page/?live")
    first.locator("#moving", has_text="new").wait_for()
    second = first.context.new_page()
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url))
    second.goto("/page/")
    second.evaluate("""() => { window.heard = new Promise(done => document.addEventListener(
        'haidang:goals', event => done([...event.detail.ids]), {once: true})) }""")
    first.evaluate("new BroadcastChannel('haidang').postMessage({ids: ['O-7'], cursor: '8'})")
    assert second.evaluate("heard") == ["O-7"]
    assert not any("/stream/" in url for url in asked)


def test_all_may_have_changed(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/?live")
    page.locator("#moving", has_text="new").wait_for()
    page.evaluate("document.querySelector('#moving').textContent = 'old'")
    page.evaluate("new BroadcastChannel('haidang').postMessage({all: true, cursor: '9'})")
    page.locator("#moving", has_text="new").wait_for()


def test_a_refused_action_says_so_in_the_corner(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    page.click("#broken")
    toast = page.locator(".toast")
    toast.wait_for()
    assert page.locator("#broken").is_visible()
    toast.get_by_role("button").click()
    toast.wait_for(state="detached")


def test_questions_are_asked_before(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/?ask")
    page.fill("#id_title", "Chắc")
    page.locator("#edit [type=submit]").click()
    dialog = page.locator("#confirm-dialog")
    dialog.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert urls.saved == []
    page.locator("#edit [type=submit]").click()
    dialog.locator("[data-yes]").click()
    page.wait_for_url("**/after/")
    assert urls.saved == ["Chắc"]


def test_shortcuts_work_and_can_be_switched_off(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    page.evaluate(
        "document.querySelector('#key').addEventListener('click', () => window.pressed = true)"
    )
    page.keyboard.press("x")
    assert page.evaluate("window.pressed") is True
    page.evaluate("window.pressed = false")
    page.focus("#id_title")
    page.keyboard.press("x")
    assert page.evaluate("window.pressed") is False
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.locator("#keys-dialog").wait_for()
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert page.evaluate("window.pressed") is False


def test_g_and_a_letter_goes_there(open_page: Callable[..., Page]) -> None:
    page = open_page("/design/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/page/")


def test_a_menu_is_walked_with_the_arrows(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    page.focus("[popovertarget=account-menu]")
    page.keyboard.press("Enter")
    page.locator("#account-menu").wait_for()
    page.locator("#account-menu :focus").wait_for()
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("Escape")
    page.locator("#account-menu").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "account-menu"


def test_the_theme_changes_without_a_new_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/")
    page.click("[popovertarget=account-menu]")
    with page.expect_response("**/preferences/"):
        page.click("#account-menu [value=dark]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_script_the_page_works(open_page: Callable[..., Page]) -> None:
    page = open_page("/page/", java_script_enabled=False)
    assert page.locator("select[name=owner]").is_visible()
    page.fill("#id_title", "Không script")
    page.locator("#edit [type=submit]").click()
    page.wait_for_url("**/after/")
    assert urls.saved == ["Không script"]


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (1440, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "light", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "dark", marks=pytest.mark.a11y_matrix),
    ],
)
def test_every_component_is_accessible(
    open_page: Callable[..., Page], width: int, theme: str
) -> None:
    page = open_page("/design/", theme, viewport={"width": width, "height": 900})
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
