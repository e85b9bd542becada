"""What is known of the request that is being answered, wherever the code stands."""

from __future__ import annotations

from contextvars import ContextVar

#: Its id, as the answer and the log name it; empty outside of a request.
request_id: ContextVar[str] = ContextVar("request_id", default="")
