from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0006_withdrawal")]

    operations = [
        migrations.AddField(
            model_name="connector",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="kept_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["ended_at"], name="run_by_its_end"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("connector",),
                name="run_one_at_once",
            ),
        ),
    ]
