"""A form that makes something makes it once, however often it is sent.

The page draws `form_key()` into it: a hidden field with a key of its own. The view works
within `once(request)`; a second request with that key waits for the first and gets its
answer. Without scripts too, where nothing else holds back a second press.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from markupsafe import Markup

from haidang.lib.database import writing
from haidang.web.models import SentForm

NAME = "form_key"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,32}")
#: How long a form that is sent again gets the first answer.
KEPT = timedelta(hours=24)


def form_key() -> Markup:
    """The hidden field, with a key that no other form has."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        NAME, secrets.token_urlsafe(16)
    )


@contextmanager
def once(request: HttpRequest) -> Iterator[SentForm]:
    """One transaction around the work. `answer` of what it gives is what was made before, or
    empty: then the block makes it and puts its public id there.

    What was refused is not kept, so the form can be mended and sent again. A request without
    a key is worked as it is.
    """
    key = request.POST.get(NAME, "")
    if not request.user.is_authenticated or not _KEY.fullmatch(key):
        yield SentForm()
        return
    with writing():
        row = _claimed(request.user.pk, key)
        again = bool(row.answer)
        yield row
        if not again:
            row.save(update_fields=["answer"])


def _claimed(account_id: int, key: str) -> SentForm:
    """The row of a key. Who comes second waits at the index until the first is done (and
    reads its answer) or has failed (and does the work)."""
    mine = SentForm.objects.filter(account_id=account_id)
    mine.filter(at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            return SentForm.objects.create(account_id=account_id, key=key)
    except IntegrityError:
        return mine.get(key=key)
