from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "haidang.strategy"
    label = "strategy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from haidang.strategy.map import assets

        assets.register()
