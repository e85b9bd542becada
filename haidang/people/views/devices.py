"""A device in words, from what its browser says of itself."""

from __future__ import annotations

from typing import NamedTuple

_BROWSERS = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


class Device(NamedTuple):
    """Browser and system by name, empty when they are not known; a phone or not."""

    browser: str
    system: str
    is_phone: bool


def device_of(agent: str) -> Device:
    """What a User-Agent header says, as far as it can be believed."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return Device(browser, system, system in {"iPhone", "Android"})
