"""One request over the network, by the standard library; everything else is above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from haidang.client.errors import NoAnswer


@dataclass(frozen=True, slots=True)
class Answer:
    """Whatever the server said; `headers` by name, whatever its case."""

    status: int
    headers: Message
    body: bytes


class _NotFollowed(HTTPRedirectHandler):
    """A redirect is an answer like another: the token must not go elsewhere with it."""

    def redirect_request(self, *_facts: Any, **_more: Any) -> None:
        return None


_opener = build_opener(_NotFollowed)


def send(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float
) -> Answer:
    """Ask once; raises NoAnswer when nothing, or not all of it, came back."""
    request = Request(url, body, dict(headers), method=method)  # noqa: S310  (checked by Haidang)
    try:
        with _opener.open(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            try:
                return Answer(error.code, error.headers, error.read())
            except (OSError, HTTPException) as cut:
                raise NoAnswer(str(cut)) from cut
    except (OSError, HTTPException) as error:
        raise NoAnswer(str(getattr(error, "reason", "") or error)) from error
