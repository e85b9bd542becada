"""Forms of opening a closed period again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.kpis.models import Answer
from haidang.web.forms import TextField


class ReasonForm(forms.Form):
    use_required_attribute = False

    reason = TextField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("Who decides reads it, and it stays readable beside the number."),
    )


class AnswerForm(forms.Form):
    use_required_attribute = False

    answer = forms.ChoiceField(choices=[(Answer.GRANTED, ""), (Answer.DECLINED, "")])
    reason = TextField(label=_("Words to who asked"), max_length=2000, required=False)
