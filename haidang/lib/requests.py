"""What is known of the request that is being answered, wherever the code stands."""

from __future__ import annotations

from contextvars import ContextVar

#: Its id, as the answer and the log name it; empty outside of a request.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: Key in the WSGI environment, where the server can send an answer while it is being made:
#: False until the answer says that it wants that, then True.
EARLY = "haidang.early"
