"""Sees to it that the browser tests find a Chromium: installs one where that is possible.

Standard library only. Without a browser the suite runs all the same and says what it left
out, except under CI, where a test that cannot run fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

#: The first, which draws no window, takes half the processor of the second.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
#: Debian's packages, the better one first; an older Debian has the second alone.
PACKAGES = ("chromium-headless-shell", "chromium")


def main() -> int:
    if any(shutil.which(name) for name in NAMES):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        tries = [[*install, package] for package in PACKAGES]
        for attempt in (*tries, ["apt-get", "update", "-qq"], *tries):
            subprocess.run(attempt, env=environment, check=False)
            if any(shutil.which(name) for name in PACKAGES):
                return 0
    print(
        "No Chromium or Chrome: browser tests will not run. "
        "On Debian: sudo apt-get install chromium",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
