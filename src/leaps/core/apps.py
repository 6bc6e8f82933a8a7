from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leaps.core"
    label = "core"

    def ready(self) -> None:
        from leaps.core import checks, health, mail_server  # noqa: F401  checks registers itself
        from leaps.core.chores import register

        health.register("mail", mail_server.look, for_ready=False)
        register()
