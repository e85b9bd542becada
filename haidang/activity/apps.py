from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "haidang.activity"
    label = "activity"
    default_auto_field = "django.db.models.BigAutoField"
