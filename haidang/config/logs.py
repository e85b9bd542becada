"""Log lines that say which request they belong to."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from haidang.lib.requests import request_id

#: Addresses that let in whoever has them: links of invitations and to a new password.
_LETS_IN = re.compile(r"(/invitations/|/password/reset/key/[0-9A-Za-z]+-)[^/\s]+")


def _shareable(text: str) -> str:
    """The text without what would let its reader in as somebody else."""
    return _LETS_IN.sub(r"\1…", text)


class RequestFilter(logging.Filter):
    """Adds `request_id` to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class LineFormatter(logging.Formatter):
    """One line for people: time in UTC, level, where, request, text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        request = getattr(record, "request_id", "") or "-"
        # A line end in a logged value must not be taken for a line of the log.
        text = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{at} {record.levelname} {record.name} {request} {text}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return _shareable(line)


class JsonFormatter(logging.Formatter):
    """The same as one JSON object a line, for collectors."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", ""),
            "text": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        line = {name: _shareable(value) for name, value in line.items()}
        return json.dumps(line, ensure_ascii=False)
