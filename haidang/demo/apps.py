from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "haidang.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from haidang.demo.actions import sign_ins
        from haidang.people import demo_signin

        demo_signin.register(sign_ins())
