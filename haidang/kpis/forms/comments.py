"""The form of a comment on a KPI's period."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.kpis.actions.comments import LONGEST_COMMENT
from haidang.web.forms import TextField


class CommentForm(forms.Form):
    use_required_attribute = False

    text = TextField(
        label=_("Comment on this period"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
