"""Lighthouse over the demo company, as on a phone: `make lighthouse`.

Starts the demo company in a temporary folder, signs in, and lets Lighthouse go through the
main pages with its own simulation of a slow phone on a slow network. Prints each page's
scores; the exit code is 1 where one is too low. Needs Node.js, whose `npx` fetches Lighthouse
the first time, and Chromium; so it is run by hand and is no part of the checks.

`make lighthouse ARGS="/map/ /goals/"` goes through these pages only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tools.browser import NAMES
from tools.program import Program

LIGHTHOUSE = "lighthouse@12.8.2"
EMAIL = "bao.tran.quoc@huongsen.example"
PAGES = ["/", "/map/", "/goals/", "/goals/KPI-1/", "/overview/", "/kpis/", "/check-ins/"]
#: Category > the least score that a page may have, of 100.
LEAST = {"performance": 95, "accessibility": 100}
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


def session(url: str) -> str:
    """The cookies of somebody who has signed in to the demo company with one click."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    page = opener.open(f"{url}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise SystemExit("the page for signing in has no form")
    sent = urlencode({"email": EMAIL, "csrfmiddlewaretoken": token.group(1)}).encode()
    opener.open(f"{url}/accounts/demo/", sent).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def report(address: str, cookies: str, browser: str, folder: Path) -> dict[str, Any]:
    """What Lighthouse says of one page."""
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookies}), "utf-8")
    found = folder / "report.json"
    subprocess.run(
        [
            "npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json",
            f"--output-path={found}", f"--chrome-flags={FLAGS}", f"--extra-headers={headers}",
            f"--only-categories={','.join(LEAST)}", "--disable-storage-reset",
        ],
        env={**os.environ, "CHROME_PATH": browser},
        check=True,
    )  # fmt: skip
    read: dict[str, Any] = json.loads(found.read_text("utf-8"))
    return read


def said(found: dict[str, Any]) -> str:
    """The figures behind the score, and each audit of the other categories that failed."""
    audits = found["audits"]
    names = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
             "cumulative-layout-shift", "total-byte-weight")  # fmt: skip
    lines = [", ".join(f"{n} {audits[n]['displayValue']}" for n in names if n in audits)]
    for name in LEAST:
        for one in found["categories"][name]["auditRefs"]:
            audit = audits[one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                lines.append(f"{name}: {audit['id']}: {audit['title']}")
    return "\n    ".join(lines)


def main(pages: list[str]) -> int:
    browser = next((path for name in NAMES if (path := shutil.which(name))), None)
    if browser is None or shutil.which("npx") is None:
        print("Lighthouse needs Node.js and Chromium or Chrome", file=sys.stderr)
        return 2
    low = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program(folder / "demo")
        program.run("demo")
        with program.running("demo", "--serve"):
            cookies = session(program.url)
            for page in pages or PAGES:
                found = report(program.url + page, cookies, browser, folder)
                if page not in found["finalDisplayedUrl"]:
                    raise SystemExit(f"{page} led to {found['finalDisplayedUrl']}")
                scores = {n: round(100 * found["categories"][n]["score"]) for n in LEAST}
                low += any(scores[n] < least for n, least in LEAST.items())
                print(page, *(f"{n} {score}" for n, score in scores.items()), sep="  ")
                print("   ", said(found), flush=True)
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
