"""A file on its way in: taken, checked in the background, applied once, forgotten later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from haidang.activity.actions import coming_from, log
from haidang.exchange.loading.access import require_kind
from haidang.exchange.loading.goal_making import SOURCE
from haidang.exchange.loading.lines import Status, counts_of, from_json, to_json
from haidang.exchange.loading.work import Done, work
from haidang.exchange.models import Import, ImportState
from haidang.goals.store import lock_organisation
from haidang.lib.database import reading, writing
from haidang.lib.errors import Conflict, Refusal
from haidang.lib.text import clean_line, clean_text
from haidang.people.models import Person

#: For how long a file and what became of it are kept.
KEPT = timedelta(days=14)
_PROGRESS = 3600


class _Undo(Exception):
    """Ends the transaction of an import that cannot be applied as it was shown."""

    def __init__(self, done: Done) -> None:
        self.done = done


def take(actor: Person, kind: str, file_name: str, data: bytes, language: str) -> Import:
    """Keep a file, to be checked by `check`. Raises Invalid at "kind", Forbidden."""
    require_kind(actor, kind)
    now = timezone.now()
    name = clean_line(file_name)[-200:] or "?"
    with override(language):
        reason = _("Imported: %(name)s") % {"name": name}
    with writing():
        Import.objects.filter(person=actor, made_at__lt=now - KEPT).delete()
        return Import.objects.create(
            organisation_id=actor.organisation_id,
            person=actor,
            kind=kind,
            file_name=name,
            file=data,
            language=language,
            reason=reason,
            made_at=now,
        )


def check(pk: int) -> None:
    """Find out what a file would do. Nothing but the row of the import is written."""
    job = Import.objects.select_related("person__organisation").filter(pk=pk).first()
    if job is None or job.state != ImportState.CHECKING:
        return
    with override(job.language):
        try:
            require_kind(job.person, job.kind)
            with reading():
                done = _work(job, trial=True)
        except Refusal as refusal:
            _refuse(job, refusal)
            return
        _keep(job, done, state=ImportState.CHECKED)
    _forget_progress(pk)


def check_again(job: Import) -> bool:
    """Start over with a file that is not applied; whether there is something to do."""
    open_states = (ImportState.CHECKED, ImportState.REFUSED, ImportState.CHECKING)
    rows = Import.objects.filter(pk=job.pk, state__in=open_states)
    return bool(rows.update(state=ImportState.CHECKING, problem=""))


def begin(job: Import, reason: str) -> bool:
    """Ask for an import to be applied. False where it is already: sending twice is harmless.

    Raises Conflict where a line is wrong.
    """
    if any(job.counts.get(status) for status in (Status.WRONG, Status.WAITING)):
        raise Conflict(_("Some lines are wrong; nothing is saved until all are right."),
                       code="wrong_lines")  # fmt: skip
    text = clean_text(reason)[:2000]
    rows = Import.objects.filter(pk=job.pk, state=ImportState.CHECKED)
    return bool(rows.update(state=ImportState.APPLYING, **({"reason": text} if text else {})))


def apply(pk: int) -> None:
    """Write all of a file in one transaction, or nothing.

    It is checked again under the lock: where something is wrong by now, or would be done
    otherwise than it was shown, the new state of things is shown instead.
    """
    job = Import.objects.select_related("person__organisation").filter(pk=pk).first()
    if job is None or job.state != ImportState.APPLYING:
        return
    with override(job.language):
        shown = Done([from_json(line) for line in job.lines], []).fingerprint
        try:
            with writing(), coming_from(SOURCE):
                lock_organisation(job.organisation_id)
                current = Import.objects.select_for_update().get(pk=pk)
                if current.state != ImportState.APPLYING:
                    return  # another worker was first
                require_kind(job.person, job.kind)
                done = _work(job, trial=False)
                if done.wrong or done.fingerprint != shown:
                    raise _Undo(done)
                _applied(job, done)
        except _Undo as undone:
            _keep(job, undone.done, state=ImportState.CHECKED)
            Import.objects.filter(pk=pk).update(problem=_(
                "Nothing was saved: something changed in the meantime. Please look at it again."
            ))  # fmt: skip
        except Refusal as refusal:
            _refuse(job, refusal)
    _forget_progress(pk)


def forget_old() -> int:
    """Remove imports that are older than `KEPT`; how many went."""
    return Import.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]


def remove(actor: Person, job: Import) -> None:
    """Take away a file and what was found in it. What it wrote stays. Raises Conflict while it
    is being applied."""
    rows = Import.objects.filter(pk=job.pk, person=actor).exclude(state=ImportState.APPLYING)
    if not rows.delete()[0]:
        raise Conflict(_("It is being saved at this moment."), code="applying")


def log_export(actor: Person, kind: str, file_format: str, rows: int | None = None) -> None:
    """A list went out of the house."""
    with writing():
        _log(actor, "list.exported", kind, {"format": file_format, "rows": rows})


# --- inside -----------------------------------------------------------------------------


def _work(job: Import, *, trial: bool) -> Done:
    last = 0

    def said(done: int, of: int) -> None:
        nonlocal last
        percent = min(99, 100 * done // max(1, of))
        if percent > last:
            last = percent
            cache.set(f"import-{job.pk}", percent, _PROGRESS)

    return work(
        job.person,
        job.kind,
        bytes(job.file),
        timezone.now(),
        language=job.language,
        reason=job.reason,
        trial=trial,
        said=said,
    )


def _keep(job: Import, done: Done, *, state: str) -> None:
    with transaction.atomic():
        Import.objects.filter(pk=job.pk).update(
            state=state,
            problem="",
            notes=list(done.notes),
            counts=counts_of(done.lines),
            lines=[to_json(line) for line in done.lines],
            checked_at=timezone.now(),
        )


def _applied(job: Import, done: Done) -> None:
    now = timezone.now()
    counts = counts_of(done.lines)
    Import.objects.filter(pk=job.pk).update(
        state=ImportState.APPLIED,
        problem="",
        counts=counts,
        lines=[to_json(line) for line in done.lines],
        applied_at=now,
    )
    made, changed = counts[Status.NEW], counts[Status.CHANGED]
    _log(job.person, "list.imported", job.kind, {"file": job.file_name, "new": made,
                                                  "changed": changed})  # fmt: skip


def _refuse(job: Import, refusal: Refusal) -> None:
    Import.objects.filter(pk=job.pk).update(
        state=ImportState.REFUSED,
        problem=str(refusal.message),
        notes=[],
        counts={},
        lines=[],
        checked_at=timezone.now(),
    )
    _forget_progress(job.pk)


def _log(actor: Person, verb: str, kind: str, data: dict[str, Any]) -> None:
    log(
        organisation_id=actor.organisation_id,
        at=timezone.now(),
        verb=verb,
        subject_kind="list",
        subject_id=None,
        subject=kind,
        actor_id=actor.pk,
        data=data,
    )


def _forget_progress(pk: int) -> None:
    cache.delete(f"import-{pk}")


def progress_of(job: Import) -> int:
    """How far the work in the background is, in percent."""
    found = cache.get(f"import-{job.pk}", 0)
    return found if isinstance(found, int) else 0
