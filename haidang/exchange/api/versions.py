"""ETags: which version of a thing was seen, and the guards that ask for it.

A tag is `"<versions>-<digest>"`: the versions that guard writes, joined by dots, then a
digest of the answer's body, which also changes when only a number below moved. If-Match
compares the versions (of a goal: the first guards its definition, the second its
measure), If-None-Match the whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from haidang.exchange.api.problems import BadHeader, PreconditionFailed, PreconditionRequired
from haidang.lib.errors import Stale

_TAG = re.compile(r'(W/)?"([^"]*)"')
_VERSIONS = re.compile(r"(\d{1,10}(?:\.\d{1,10})*)-[0-9a-f]+")


def etag(body: bytes, versions: Sequence[int] = ()) -> str:
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f'"{".".join(map(str, versions))}-{digest}"' if versions else f'"{digest}"'


def answer(
    request: HttpRequest,
    content: BaseModel,
    *,
    status: int = 200,
    versions: Sequence[int] = (),
    location: str = "",
) -> HttpResponse:
    """A shape as JSON with its ETag; 304 without a body when the client has it."""
    body = content.model_dump_json().encode()
    tag = etag(body, versions)
    if request.method in {"GET", "HEAD"} and tag in _seen_tags(request, "If-None-Match"):
        return HttpResponse(status=304, headers={"ETag": tag})
    response = HttpResponse(body, status=status, content_type="application/json")
    response["ETag"] = tag
    if location:
        response["Location"] = location
    return response


def nothing() -> HttpResponse:
    """204: done, and there is nothing left to show."""
    return HttpResponse(status=204)


def _seen_tags(request: HttpRequest, header: str) -> list[str]:
    return [f'"{tag}"' for _weak, tag in _TAG.findall(request.headers.get(header, ""))]


Current = Callable[[], tuple[BaseModel, Sequence[int]]]


def stale(current: Current) -> PreconditionFailed:
    """412 that holds what stands now and its ETag."""
    content, versions = current()
    body = content.model_dump_json().encode()
    return PreconditionFailed(content.model_dump(mode="json"), etag(body, versions))


def expect(
    request: HttpRequest, versions: Sequence[int], current: Current, *, part: int = 0
) -> int | None:
    """The version at `part`, once If-Match has named it; None for `*`, which is any version:
    also the one that somebody else makes between this look and the lock.

    Raises PreconditionRequired without the header, PreconditionFailed with what stands now
    when none of the tags fits, Invalid for a header that is no list of tags.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired()
    if header == "*":
        return None
    tags = _TAG.findall(header)
    if not tags:
        raise BadHeader(_("Send an ETag as it was given, or *."), code="etag", field="If-Match")
    for _weak, tag in tags:
        found = _VERSIONS.fullmatch(tag)
        if found is None:
            continue
        seen = [int(number) for number in found[1].split(".")]
        if len(seen) == len(versions) and seen[part] == versions[part]:
            return versions[part]
    raise stale(current)


@contextmanager
def unless_stale(current: Current) -> Iterator[None]:
    """The same 412 when somebody was faster between the check and the lock."""
    try:
        yield
    except Stale as error:
        raise stale(current) from error


def expect_whole(request: HttpRequest, current: Current) -> None:
    """Like `expect`, for what has no version of its own: the whole tag must fit."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired()
    if header == "*":
        return
    content, versions = current()
    if etag(content.model_dump_json().encode(), versions) not in _seen_tags(request, "If-Match"):
        raise stale(current)
