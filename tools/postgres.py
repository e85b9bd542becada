"""Runs a command with a PostgreSQL of its own: `python -m tools.postgres COMMAND ...`.

With DATABASE_URL set, that server is used. Otherwise a server is started in a temporary
folder, reached through a socket in it, and gone afterwards: nothing of an installed server
is touched. Needs the programs of PostgreSQL 14 or newer (Debian: postgresql).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Nothing here has to survive a power cut; the processes of the suite share the machine.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    programs = _programs()
    if programs is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "postgresql"]):
            subprocess.run(["apt-get", *words], env=environment, check=True)
        programs = _programs()
    if programs is None:
        print(
            "No PostgreSQL here. On Debian: sudo apt-get install postgresql\n"
            "Or name a server that may make databases: DATABASE_URL=postgresql://…",
            file=sys.stderr,
        )
        return 1
    with _server(programs) as url:
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url}, check=False
        ).returncode


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    folders = [Path(path) for path in os.environ.get("PATH", "").split(":")]
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextmanager
def _server(programs: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="haidang-pg-") as name:
        folder = Path(name)
        as_owner = _owner(folder)
        data = folder / "data"

        def run(*words: str) -> None:
            done = subprocess.run(
                [*as_owner, *words], check=False, capture_output=True, text=True, cwd=folder
            )
            if done.returncode:
                raise SystemExit(f"{words[0]}: {done.stdout}{done.stderr}")

        run(
            *(str(programs / "initdb"), "--pgdata", str(data), "--username", "haidang"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        lines = [f"{key} = '{value}'" for key, value in OPTIONS.items()]
        lines.append(f"unix_socket_directories = '{folder}'")
        with (data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        control = (str(programs / "pg_ctl"), "--pgdata", str(data), "--wait")
        run(*control, "--log", str(folder / "log"), "start")
        try:
            yield f"postgresql://haidang@/haidang?host={folder}"
        finally:
            run(*control, "--mode", "immediate", "stop")


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then as the account that its package makes."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
