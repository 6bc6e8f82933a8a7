from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "leaps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from leaps.accounts import queries, trial
        from leaps.core import menu, preparation

        preparation.add(60, "Inviting the people of the trial", trial.ensure_people, in_trial_only=True)
        menu.add_person(menu.MenuItem(_("My account"), "accounts:profile", 10))
        menu.add_person(menu.MenuItem(_("People and roles"), "accounts:people", 80, queries.is_office))
        menu.add_person(menu.MenuItem(_("Audit"), "accounts:audit", 90, queries.is_office))
