from pathlib import Path

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "haidang.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from haidang.web import bundles

        folder = Path(__file__).resolve().parent / "static" / "exchange"
        bundles.register("exchange/reference.css", folder, ["styles"])
