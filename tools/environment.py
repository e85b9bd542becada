"""Makes the virtual environment from a lock file: `python3 tools/environment.py .venv FILE.lock`.

Uses uv where it is installed, else the standard `venv` and `pip`. Every file is checked
against the hashes of the lock. Needs nothing but the standard library.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
NO_VENV = """\
Python's venv module is not complete here, and neither uv nor pip is installed.
On Debian and Ubuntu this one command mends it:

    sudo apt-get install -y python3-venv

Then run make again.
"""


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return _say(
            f"Haidang needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "Name a newer one: make PYTHON=python3.12 …"
        )
    folder, lock = Path(arguments[0]), ROOT / arguments[1]
    python = folder / "bin" / "python"
    print(f"Installing what {lock.name} lists into {folder} …", flush=True)
    uv = _uv()
    if uv:
        if not python.exists():
            _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        pip = _environment(folder, python)
        if pip is None:
            return _say(NO_VENV)
        install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    try:
        _run(*install, "--require-hashes", "-r", str(lock))
    except subprocess.CalledProcessError:
        return _say(f"Not everything in {lock.name} could be installed; see above.")
    _command(folder, python)
    (folder / "installed").touch()
    if lock.name == "requirements-dev.lock":
        (folder / "installed-dev").touch()
    return 0


def _uv() -> str | None:
    """uv, if it is there and works (a shim may stand for a version that is not installed)."""
    path = shutil.which("uv")
    if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode:
        return None
    return path


def _environment(folder: Path, python: Path) -> list[str] | None:
    """Make the environment and give the words that call pip for it, or None."""
    if python.exists() and _works([str(python), "-m", "pip"]):
        return [str(python), "-m", "pip"]
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode == 0:
        return [str(python), "-m", "pip"]
    # Debian without python3-venv: an environment can be made, only pip is missing in it. The
    # system's own pip, where installed, can put things there.
    outer = [sys.executable, "-m", "pip", "--python", str(python)]
    _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
    if _works(outer):
        return outer
    shutil.rmtree(folder, ignore_errors=True)
    return None


def _works(pip: list[str]) -> bool:
    return subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode == 0


def _command(folder: Path, python: Path) -> None:
    """`.venv/bin/haidang` runs the source beside it.

    The first lines are for the shell: a path with a space in it, or longer than the kernel
    reads, cannot stand behind "#!". To Python they are a text.
    """
    path = folder / "bin" / "haidang"
    interpreter = shlex.quote(str(python.absolute()))
    path.write_text(
        "#!/bin/sh\n"
        f"'''exec' {interpreter} \"$0\" \"$@\"\n"
        "' '''\n"
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from haidang.config.cli import main\n"
        "sys.exit(main())\n",
        encoding="utf-8",
    )
    path.chmod(0o755)


def _run(*words: str) -> None:
    subprocess.run(words, check=True)


def _say(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
