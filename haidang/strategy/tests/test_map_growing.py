"""The map's page sent part by part: the same page, and what breaks in the middle of it."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from haidang.lib.requests import EARLY
from haidang.people.models import Account, Organisation, Person
from haidang.strategy.map import choosing, queries
from haidang.strategy.tests.map_company import Company

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]

#: What differs from one making of a page to the next.
_CHANGING = re.compile(r'(?<="X-CSRFToken": ")\w+|(?<=name="csrfmiddlewaretoken" value=")\w+|-\d+"')


def sent(
    client: Client, path: str = "/map/", **headers: str
) -> tuple[StreamingHttpResponse, list[str]]:
    """The answer, and its parts, where the server can send them one by one."""
    extra: dict[str, Any] = {EARLY: False}
    answer = client.get(path, headers=headers, **extra)
    assert isinstance(answer, StreamingHttpResponse)
    return answer, [part.decode() for part in answer]


def test_the_parts_make_the_page(small: Company, door: Door) -> None:
    client = door(small.strategist)
    answer, parts = sent(client)
    whole = client.get("/map/").content.decode().replace("<!-- -->", "")
    assert _CHANGING.sub("", "".join(parts)) == _CHANGING.sub("", whole)
    head, frame, goals, later = parts
    assert "map.css" in head
    assert "<body" not in head
    assert 'id="map-words"' in frame
    assert 'id="map-data"' in goals
    assert 'id="map-text"' in later
    assert answer["X-Accel-Buffering"] == "no"
    assert answer["Cache-Control"] == "no-store"


def test_each_part_is_packed_by_itself(small: Company, door: Door) -> None:
    extra: dict[str, Any] = {EARLY: False}
    answer = door(small.strategist).get("/map/", headers={"accept-encoding": "gzip"}, **extra)
    assert answer["Content-Encoding"] == "gzip"
    unpacked = zlib.decompressobj(wbits=31)
    read = [unpacked.decompress(part).decode() for part in answer]
    assert "map.css" in read[0]
    assert 'id="map-words"' in read[1]
    assert 'id="map-data"' in read[2]
    assert unpacked.eof


def test_the_rest_speaks_the_same_language_and_words(small: Company, door: Door) -> None:
    client = door(small.strategist)
    Account.objects.filter(memberships=small.strategist).update(language="en")
    words = {"en": {"unit": ["Division", "Divisions"]}}
    Organisation.objects.filter(pk=small.strategist.organisation_id).update(terms=words)
    _, parts = sent(client, "/map/?kind=kpi")
    assert re.search(r"\d goals? match", parts[2])
    assert "All divisions" in parts[3]


def test_what_is_refused_is_refused_at_once(small: Company, door: Door) -> None:
    extra: dict[str, Any] = {EARLY: False}
    client = door(small.strategist)
    answer = client.get("/map/?root=O-99999", **extra)
    assert (answer.status_code, answer.streaming) == (404, False)
    assert Client().get("/map/", **extra).status_code == 302


def test_the_rest_that_breaks_says_so_in_its_place(
    small: Company, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "view", broken)
    with caplog.at_level(logging.ERROR):
        answer, parts = sent(door(small.strategist))
    assert answer.status_code == 200
    assert 'role="alert"' in parts[2]
    assert "Có lỗi" in parts[2]
    assert 'id="map-data"' not in parts[2]
    assert parts[3].endswith("</html>")
    assert "ZeroDivisionError" in caplog.text
    with pytest.raises(ZeroDivisionError):  # where nothing has been sent it is a 500
        door(small.strategist).get("/map/")


def test_what_breaks_last_leaves_the_map(
    small: Company, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(choosing, "choices", broken)
    _, parts = sent(door(small.strategist))
    assert 'id="map-data"' in parts[2]
    assert 'role="alert"' in parts[3]


def test_a_message_is_shown_once(small: Company, door: Door) -> None:
    """It is crossed off when the answer begins, so its page is made whole."""
    client = door(small.strategist)
    client.post("/map/views/", {"name": "Của tôi", "query": "kind=kpi", "place": ""})
    extra: dict[str, Any] = {EARLY: False}
    first = client.get("/map/", **extra)
    assert not first.streaming
    assert "Đã lưu góc nhìn" in first.content.decode()
    assert "Đã lưu góc nhìn" not in "".join(sent(client)[1])
