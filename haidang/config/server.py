"""The process tree of `haidang serve`: one port, some web processes, one background worker.

The first process loads the program, then forks: what was loaded is shared memory. Every
child holds the reading end of a pipe, the lifeline, whose writing end only the first process
has. When it closes, because the program stops or because the first process was killed, the
children end open streams, finish what they have begun, and go.
"""

from __future__ import annotations

import errno
import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from haidang.config import meters, worker
from haidang.config.asgi import Application
from haidang.config.bridge import Receive, Scope, Send

#: Seconds that a process may take to finish what it has begun.
GRACE = 10
#: Open connections per web process: every event stream is one.
CONNECTIONS = 8192

_logger = logging.getLogger("haidang.server")


class PortTakenError(Exception):
    """Somebody else listens there."""


class Lifeline:
    """A pipe that closes when the first process stops or dies."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()

    @property
    def is_cut(self) -> bool:
        return self._writing < 0

    def cut(self) -> None:
        """In the first process: the children are to stop."""
        if not self.is_cut:
            os.close(self._writing)
            self._writing = -1

    def hold(
        self, when_cut: Callable[[], None], when_orphaned: Callable[[], None] | None = None
    ) -> None:
        """In a child: keep only the reading end, and call back when the line is cut.

        A first process that stops ends its children itself; one that was killed cannot, and
        then `when_orphaned` is called too. When all grace is over the child ends anyway.
        """
        self.cut()
        first = os.getppid()

        def wait() -> None:
            os.read(self.reading, 1)
            when_cut()
            told = False
            end = time.monotonic() + GRACE
            while time.monotonic() < end:
                time.sleep(0.05)
                # Files are closed a moment before a dying process gives its children away.
                if when_orphaned and not told and os.getppid() != first:
                    told = True
                    when_orphaned()
            os._exit(1)

        threading.Thread(target=wait, name="lifeline", daemon=True).start()


class Server(MPServer):
    """Granian's own supervisor, with the lifeline and the background worker beside it."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        super().__init__(
            "haidang",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,  # what proxies speak; browsers come through one
            workers=workers,
            websockets=False,
            backlog=2048,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=64 * 1024),
            # Its warnings speak of killing a worker that is ending anyway: it looks too early.
            log_level=LogLevels.error,
            log_dictconfig={
                "loggers": {
                    # Its own handlers would write past ours.
                    "_granian": {"handlers": [], "level": "ERROR", "propagate": True},
                    "granian.access": {"handlers": [], "propagate": True},
                }
            },
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=GRACE,
        )
        self.lifeline = Lifeline()
        self.background = Background(self.lifeline)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        claim_port(self.bind_addr, self.bind_port)
        allow_many_files()
        meters.start()
        self.application = Application()
        self.application.warm_up()
        release_connections()
        multiprocessing.set_start_method("fork", force=True)
        gc.collect()
        gc.freeze()  # a collection in a child would copy every page that it marks
        self.background.start()
        try:
            self.serve(target_loader=self._load, wrap_loader=False)
        finally:
            self.lifeline.cut()
            self.background.stop()

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        self.lifeline.cut()
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _load(self) -> Callable[[Scope, Receive, Send], Any]:
        """In a web process, before it serves."""
        self.lifeline.hold(self.application.stop, _end_this_process)
        return self.application


class Background:
    """The process that does what was put off, started again should it die."""

    def __init__(self, lifeline: Lifeline) -> None:
        self.lifeline = lifeline
        self._watcher = threading.Thread(target=self._watch, name="background", daemon=True)
        self._process: Any = None

    def start(self) -> None:
        self._begin()
        self._watcher.start()

    def stop(self) -> None:
        """Wait until the task at hand is done; the cut lifeline has told it to stop."""
        self._watcher.join()
        self._process.join(GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _begin(self) -> None:
        fork = multiprocessing.get_context("fork")
        self._process = fork.Process(target=self._run, name="haidang-background")
        self._process.start()

    def _run(self) -> None:
        # The first process's own handlers came along with the fork.
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the first process too
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.lifeline.hold(_end_this_process)
        worker.run()

    def _watch(self) -> None:
        again = 0.0
        while not self.lifeline.is_cut:
            time.sleep(0.2)
            if self._process.is_alive() or self.lifeline.is_cut or time.monotonic() < again:
                continue
            _logger.error("the background worker ended unexpectedly; starting it again")
            self._begin()
            again = time.monotonic() + 5  # what made it die may take a while to mend


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def default_workers() -> int:
    """One process per processor, at most four: more is a choice to be made by measuring."""
    return settings.WORKERS or min(len(os.sched_getaffinity(0)), 4)


def claim_port(host: str, port: int) -> None:
    """Raise PortTakenError when another program listens there, OSError when it cannot be had
    for another reason (an address that is not this machine's, a port for root alone).

    The web processes share the port by SO_REUSEPORT, which would also let a second server of
    the same account in, to answer every other request.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(str(error)) from error
            raise


def allow_many_files() -> None:
    """Every event stream is an open file; the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def release_connections() -> None:
    """A child must not use, nor close, a connection of the process that it was forked from."""
    for connection in connections.all(initialized_only=True):
        connection.close()
