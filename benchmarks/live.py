"""From the commit of a check-in to the pages of others, while 500 browsers listen."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from benchmarks import company as companies
from benchmarks.company import Company
from benchmarks.measuring import Row
from benchmarks.rows import database, key_results, writer
from benchmarks.server import _free_port, _haidang, _wait
from haidang.people.models import Account, Person

LISTENERS = 500
CHECK_INS = 20
LIMIT = 1.0


def live(size: int) -> list[Row]:
    """Each listener is a person of their own, with a session of their own."""
    company = companies.build(size)
    cookies = [_cookie(person) for person in _people(company)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    port = _free_port()
    server = subprocess.Popen(
        _haidang("serve", "--port", str(port)),
        env={**os.environ, "HAIDANG_LOG_LEVEL": "warning"},
    )
    try:
        _wait(port)
        write = writer(company, key_results(company.organisation, CHECK_INS))
        told, shown = asyncio.run(_measure(port, cookies, write))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return [
        _row(f"check-in committed > {LISTENERS} listeners told, p95", told),
        _row(f"the same > a second browser has the new card, {LISTENERS} listening, p95", shown),
    ]


def _row(name: str, seconds: list[float]) -> Row:
    worst = statistics.quantiles(seconds, n=20)[-1]
    note = f"median {statistics.median(seconds) * 1000:.0f} ms, {len(seconds):,} times"
    return Row(name, database(), worst, LIMIT, "s", note=note)


def _people(company: Company) -> list[Person]:
    found = {p.email: p for p in company.organisation.people.select_related("account")}
    people = []
    for number in range(LISTENERS):
        email = f"listener-{number}-{company.organisation.pk}@example.com"
        if email not in found:
            found[email] = Person.objects.create(
                organisation=company.organisation,
                number=1000 + number,
                public_id=f"P-{1000 + number}",
                account=Account.objects.create_user(email, None),
                name=f"Người Nghe {number}",
                email=email,
            )
        people.append(found[email])
    return people


def _cookie(person: Person) -> str:
    client = Client()
    assert person.account is not None
    client.force_login(person.account)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@dataclass
class _Browser:
    """One open stream; the first of them also fetches the cards that changed."""

    port: int
    cookie: str
    fetches: bool = False
    told: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    async def listen(self, ready: asyncio.Event) -> None:
        reader, sender = await self._ask("/stream/")
        while line := await reader.readline():
            if line == b"event: hello\n":
                ready.set()
            elif line.startswith(b"data: ") and b'"ids"' in line:
                self.told.append(time.perf_counter())
                if self.fetches:
                    await self._fetch(json.loads(line[6:])["ids"])
        sender.close()

    async def _fetch(self, ids: list[str]) -> None:
        reader, sender = await self._ask(f"/map/data/?ids={','.join(ids)}", close=True)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        self.shown.append(time.perf_counter())
        sender.close()

    async def _ask(
        self, path: str, *, close: bool = False
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, sender = await asyncio.open_connection("127.0.0.1", self.port)
        words = [
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}",
            *(["Connection: close"] if close else []),
        ]  # fmt: skip
        sender.write(("\r\n".join(words) + "\r\n\r\n").encode())
        await sender.drain()
        return reader, sender


async def _measure(
    port: int, cookies: list[str], write: Callable[[int], object]
) -> tuple[list[float], list[float]]:
    """Seconds from each commit to each listener, and to the card in the second browser."""
    browsers = [_Browser(port, cookie, fetches=n == 0) for n, cookie in enumerate(cookies)]
    ready = [asyncio.Event() for _ in browsers]
    tasks = [
        asyncio.create_task(browser.listen(event))
        for browser, event in zip(browsers, ready, strict=True)
    ]
    async with asyncio.timeout(60):
        await asyncio.gather(*(event.wait() for event in ready))
    commits = []
    for at in range(CHECK_INS):
        await asyncio.to_thread(write, at)
        commits.append(time.perf_counter())
        await asyncio.sleep(0.7)
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if any(len(browser.told) != CHECK_INS for browser in browsers):
        raise AssertionError("an event did not come, or came twice")
    told = [_after(commits, browser.told) for browser in browsers]
    return [s for each in told for s in each], _after(commits, browsers[0].shown)


def _after(commits: list[float], times: list[float]) -> list[float]:
    """Seconds from each commit; an event may be read before the writer is back to note its."""
    return [max(0.0, at - commit) for commit, at in zip(commits, times, strict=True)]
