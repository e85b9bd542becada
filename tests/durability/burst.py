"""Clients that check in over the API as fast as they are answered, until the server is gone."""

from __future__ import annotations

import json
import random
import threading
from http.client import HTTPConnection, HTTPException
from typing import Any


class Burst:
    """Every client's acknowledgements are kept here, outside of the server."""

    def __init__(self, port: int, clients: list[dict[str, Any]], seed: int) -> None:
        self.port = port
        self.acknowledged: list[dict[str, Any]] = []  # the record as the server answered it
        self.unanswered = 0  # sent, and the server died before it answered
        self.surprises: list[str] = []
        self.first = threading.Event()
        self.over = threading.Event()  # errors are no surprise any more
        self.threads = [
            threading.Thread(target=self.run, args=(client, f"{seed} {n}"))
            for n, client in enumerate(clients)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()

    def run(self, client: dict[str, Any], seed: str) -> None:
        chance = random.Random(seed)
        link = HTTPConnection("127.0.0.1", self.port, timeout=30)
        seen: dict[str, int] = {}
        sent = False
        try:
            while True:
                goal = chance.choice(client["goals"])
                if goal not in seen:
                    status, found = self.ask(link, client, "GET", goal)
                    if status != 200:
                        self.wonder(status, found)
                        return
                    seen[goal] = found["measure_version"]
                value = str(chance.randint(0, 100))
                day = f"2025-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}"
                body = {"value": value, "for_day": day, "measure_version": seen[goal]}
                sent = True
                status, found = self.ask(link, client, "POST", f"{goal}/check-ins", body)
                sent = False
                if status != 201:
                    self.wonder(status, found)
                    return
                self.acknowledged.append({"id": found["id"], "value": value, "day": day})
                seen[goal] += 1
                self.first.set()
        except (OSError, HTTPException):
            self.unanswered += sent
        finally:
            link.close()

    def wonder(self, status: int, found: dict[str, Any]) -> None:
        if not self.over.is_set():
            self.surprises.append(f"{status} {found}")

    def ask(
        self,
        link: HTTPConnection,
        client: dict[str, Any],
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        headers = {
            "Authorization": f"Bearer {client['token']}",
            "Content-Type": "application/json",
        }
        text = None if body is None else json.dumps(body)
        link.request(method, f"/api/v1/goals/{path}", text, headers)
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
