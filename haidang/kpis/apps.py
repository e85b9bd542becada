from pathlib import Path

from django.apps import AppConfig

#: Scripts of the room's grids > their modules, each after those that it imports.
GRIDS = {"kpis/actuals.js": ("typed", "actuals"), "kpis/targets.js": ("typed", "targets")}


class KpisConfig(AppConfig):
    name = "haidang.kpis"
    label = "kpis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from haidang.web import bundles

        folder = Path(__file__).resolve().parent / "static" / "kpis" / "grids"
        for name, sources in GRIDS.items():
            bundles.register(name, folder, sources)
