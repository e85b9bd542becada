"""What the room's things are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

#: Departments of the library.
DEPARTMENTS: dict[str, Any] = {
    "sales": _("Sales"),
    "marketing": _("Marketing"),
    "care": _("Customer care"),
    "production": _("Production"),
    "supply": _("Supply chain and warehouse"),
    "quality": _("Quality"),
    "hr": _("Human resources"),
    "finance": _("Finance and accounting"),
    "it": _("Information technology"),
    "executive": _("Executive board and projects"),
}
