"""Reading the log back by days, and what is no event of a goal, among very many events.

A check-in writes a row of this table while others wait: what people and settings have to do
with stands in an index of its own that goals do not enter, and that of days takes the place of
the one by person, which nothing asked for.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0002_event_transaction")]

    operations = [
        migrations.RemoveIndex(model_name="event", name="activity_by_actor"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["organisation_id", "at", "id"], name="activity_by_day"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["organisation_id", "-id"],
                name="activity_without_goals",
                condition=~models.Q(subject_kind="goal"),
            ),
        ),
    ]
