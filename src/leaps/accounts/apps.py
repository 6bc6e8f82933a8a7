from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "leaps.accounts"
    label = "accounts"
