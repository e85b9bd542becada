"""What readers of the strategy keep for themselves and each other."""

from __future__ import annotations

from django.db import models

from haidang.people.models import Organisation, Person


class SavedView(models.Model):
    """A view of the map under a name: what it is narrowed to and where one stands in it.

    It holds no goal and no number: whoever opens it sees what they may see.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    is_shared = models.BooleanField(default=False)  # with the organisation, guests aside
    query = models.CharField(max_length=1000, blank=True)  # as `map.filters` writes it
    place = models.TextField(blank=True)  # as `place.js` writes it, at most MOST_PLACE
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name"),
        ]
        indexes = [
            models.Index(fields=["organisation", "is_shared"], name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name
