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
    programs = installed()
    if programs is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "postgresql"]):
            subprocess.run(["apt-get", *words], env=environment, check=True)
        programs = installed()
    if programs is None:
        print(
            "No PostgreSQL here. On Debian: sudo apt-get install postgresql\n"
            "Or name a server that may make databases: DATABASE_URL=postgresql://…",
            file=sys.stderr,
        )
        return 1
    with cluster(programs) as server:
        environment = {**os.environ, "DATABASE_URL": server.url}
        return subprocess.run(command, env=environment, check=False).returncode


def installed() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    folders = [Path(path) for path in os.environ.get("PATH", "").split(":")]
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(packaged, key=lambda path: int(path.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


class Cluster:
    """A server in a folder of its own, reached through a socket there."""

    def __init__(self, programs: Path, folder: Path, **options: str) -> None:
        self.folder = folder
        self.url = f"postgresql://haidang@/haidang?host={folder}"
        self._as_owner = _owner(folder)
        data = folder / "data"
        self._run(
            *(str(programs / "initdb"), "--pgdata", str(data), "--username", "haidang"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        lines = [f"{key} = '{value}'" for key, value in {**OPTIONS, **options}.items()]
        lines.append(f"unix_socket_directories = '{folder}'")
        with (data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        self._control = (str(programs / "pg_ctl"), "--pgdata", str(data), "--wait")

    def start(self) -> None:
        self._run(*self._control, "--log", str(self.folder / "log"), "start")

    def crash(self) -> None:
        """End at once: nothing is written any more that was not written before."""
        if not (self.folder / "data" / "postmaster.pid").exists():
            return
        self._run(*self._control, "--mode", "immediate", "stop")

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [*self._as_owner, *words], check=False, capture_output=True, text=True, cwd=self.folder
        )
        if done.returncode:
            raise SystemExit(f"{words[0]}: {done.stdout}{done.stderr}")


@contextmanager
def cluster(programs: Path, **options: str) -> Iterator[Cluster]:
    """One that runs, and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="haidang-pg-") as name:
        here = Cluster(programs, Path(name), **options)
        here.start()
        try:
            yield here
        finally:
            here.crash()


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then as the account that its package makes."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
