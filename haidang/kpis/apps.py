from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "haidang.kpis"
    label = "kpis"
    default_auto_field = "django.db.models.BigAutoField"
