"""Database servers of other people's systems, for tests of what is read from them.

Each is private to the session: in a temporary folder, on a free port of this machine, and gone
afterwards. Nothing of an installed server is touched.
"""

from __future__ import annotations

import ipaddress
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import psycopg.sql
import pymysql
import pytest

from tools import postgres

PASSWORD = "mật khẩu/@:của kho"
_NEEDS = {"postgres_server": postgres.installed, "mariadb_server": lambda: _mariadbd()}
_left_out: list[str] = []


class DatabaseServer(NamedTuple):
    """Where it listens; `reader` may read the database `sales`, `writer` may do anything."""

    url: str  # of the reader, without the password
    port: int
    authority: str = ""  # that made its certificate, as PEM


def _mariadbd() -> str | None:
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a server in the machine its tests are left out, and that is said; in CI they
    are run, and fail."""
    missing = {name for name, found in _NEEDS.items() if found() is None}
    if not missing or os.environ.get("CI") == "true":
        return
    gone = [item for item in items if missing & set(getattr(item, "fixturenames", ()))]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]
        _left_out.append(f"{len(gone)} tests need {', '.join(sorted(missing))}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _left_out:
        terminalreporter.section("no database server", red=True)
        terminalreporter.write_line("; ".join(_left_out))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[DatabaseServer]:
    """PostgreSQL with a database `sales`, and an account that reads with a password."""
    programs = postgres.installed()
    assert programs is not None, "PostgreSQL is not installed: apt-get install postgresql"
    folder, owner = _folder("pg"), _account("postgres")
    port = _free_port()

    def run(*words: str) -> None:
        done = subprocess.run(
            [*owner, *words], check=False, capture_output=True, text=True, cwd=folder
        )
        assert done.returncode == 0, done.stdout + done.stderr

    data = folder / "data"
    authority, certificate, key = _certified(folder)
    run(
        *(str(programs / "initdb"), "--pgdata", str(data), "--username", "postgres"),
        *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    )
    lines = {
        "unix_socket_directories": folder,
        "listen_addresses": "127.0.0.1",
        "port": port,
        "fsync": "off",
        "shared_buffers": "16MB",
        "ssl": "on",
        "ssl_cert_file": certificate,
        "ssl_key_file": key,
    }
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
    control = (str(programs / "pg_ctl"), "--pgdata", str(data), "--wait")
    run(*control, "--log", str(folder / "log"), "start")
    try:
        with psycopg.connect(
            host=str(folder), port=port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            password = psycopg.sql.Literal(PASSWORD)
            role = psycopg.sql.SQL("CREATE ROLE kho LOGIN PASSWORD {}").format(password)
            connection.execute(role)
            connection.execute("CREATE DATABASE sales OWNER kho")
        yield DatabaseServer(f"postgresql://kho@127.0.0.1:{port}/sales", port, authority)
    finally:
        run(*control, "--mode", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[DatabaseServer]:
    """MariaDB with a database `sales`, and an account that may read and write in it."""
    program = _mariadbd()
    assert program is not None, "MariaDB is not installed: apt-get install mariadb-server"
    folder, owner = _folder("maria"), _account("mysql")
    data, port = folder / "data", _free_port()
    authority, certificate, key = _certified(folder)
    subprocess.run(
        [
            *owner, "mariadb-install-db", "--no-defaults", f"--datadir={data}",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        ],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    server = subprocess.Popen(
        [
            *owner, program, "--no-defaults", f"--datadir={data}", f"--port={port}",
            "--bind-address=127.0.0.1", f"--socket={folder}/s",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M",
            "--character-set-server=utf8mb4", f"--pid-file={folder}/pid", "--skip-log-bin",
            f"--ssl-cert={certificate}", f"--ssl-key={key}",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        _await_port(port, server)
        root = pymysql.connect(unix_socket=f"{folder}/s", user="root", autocommit=True)
        with root, root.cursor() as cursor:
            cursor.execute("CREATE DATABASE sales CHARACTER SET utf8mb4")
            cursor.execute("CREATE USER 'kho'@'%%' IDENTIFIED BY %s", [PASSWORD])
            cursor.execute("GRANT ALL ON sales.* TO 'kho'@'%'")
        yield DatabaseServer(f"mariadb://kho@127.0.0.1:{port}/sales", port, authority)
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # what it would write down is thrown away
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _folder(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"haidang-{name}-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam({"pg": "postgres", "maria": "mysql"}[name])
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _certified(folder: Path) -> tuple[str, Path, Path]:
    """An authority (PEM), and the certificate that it made for 127.0.0.1 with its key: files of
    whoever the folder is of."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def made(
        name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1))
        builder = builder.not_valid_after(now + timedelta(days=1))
        basic = x509.BasicConstraints(ca=key is by, path_length=None)
        return builder.add_extension(basic, critical=True)

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = made("Authority", root, "Authority", root).sign(root, hashes.SHA256())
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        made("kho", own, "Authority", root)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(root, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    texts = {
        "cert.pem": certificate.public_bytes(pem),
        "key.pem": own.private_bytes(
            pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ),
    }
    owner = folder.stat()
    for name, text in texts.items():
        (folder / name).write_bytes(text)
        (folder / name).chmod(0o600)
        os.chown(folder / name, owner.st_uid, owner.st_gid)
    return authority.public_bytes(pem).decode(), folder / "cert.pem", folder / "key.pem"


def _account(name: str) -> list[str]:
    """Servers refuse to run as root: then as the account that their package makes."""
    return [] if os.geteuid() else ["runuser", "-u", pwd.getpwnam(name).pw_name, "--"]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("MariaDB did not start")
