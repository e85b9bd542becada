"""What an organisation asks about its goals beyond what the program asks."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.goals.rules.identity import said
from haidang.people.models import Organisation


class FieldType(models.TextChoices):
    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DAY = "day", _("Day")
    CHOICE = "choice", _("Choice of one")
    CHOICES = "choices", _("Choice of several")
    LINK = "link", _("Link")
    PERSON = "person", _("Somebody")


class CustomField(models.Model):
    """A question about goals of some kinds. Goals keep the answers by its key (`Goal.fields`),
    which never changes; of what type they are does not change either."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="goal_fields"
    )
    key = models.CharField(max_length=40)  # "budget"
    type = models.CharField(max_length=12, choices=FieldType.choices)
    name_vi = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    help_vi = models.CharField(max_length=200, blank=True)
    help_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=24, blank=True)  # of a number
    decimals = models.PositiveSmallIntegerField(default=0)  # of a number, as it is shown
    #: Of a choice: [{"key": "high", "name_vi": "Cao", "name_en": "High"}, ...].
    options = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list)  # of goals that are asked
    required = models.BooleanField(default=False)  # at the next edit
    rank = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    #: No longer asked; what was answered stays readable.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="custom_field_key")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language, else in the other one."""
        return said(self.name_vi, self.name_en, get_language() or "vi").text

    @property
    def help(self) -> str:
        return said(self.help_vi, self.help_en, get_language() or "vi").text

    @property
    def is_choice(self) -> bool:
        return self.type in (FieldType.CHOICE, FieldType.CHOICES)

    def option_names(self) -> dict[str, str]:
        """Key > name of each option, in their order, in the reader's language."""
        language = get_language() or "vi"
        return {
            option["key"]: said(option["name_vi"], option["name_en"], language).text
            for option in self.options
        }

    def asks(self, kind: str) -> bool:
        """Whether forms of that kind of goal ask it."""
        return self.retired_at is None and kind in self.kinds

    def facts(self) -> dict[str, Any]:
        """What people define of it."""
        return {name: getattr(self, name) for name in DEFINED}


#: What people define of a field.
DEFINED = (
    "name_vi", "name_en", "help_vi", "help_en", "unit", "decimals", "options", "kinds", "required",
)  # fmt: skip
