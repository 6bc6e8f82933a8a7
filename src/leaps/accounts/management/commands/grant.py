"""`leaps grant ADDRESS ROLE [SCOPE]`: give a role from the machine, the first office's for instance."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaps.accounts import actions, roles
from leaps.accounts.models import User
from leaps.accounts.types import Operators
from leaps.core.errors import InvalidInput


class Command(BaseCommand):
    help = "Give a role to a person who has signed up. The web pages do the same for the office."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("address", help="e-mail address of the account")
        parser.add_argument("role", help=", ".join(role.code for role in roles.given_roles()))
        parser.add_argument("scope", nargs="?", default="", help="what the role is held over, a facility's key for instance")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["address"]).first()
        if person is None:
            message = f"Nobody has an account with {options['address']}. Let the person sign up first."
            raise CommandError(message)
        try:
            grant = actions.grant_role(person=person, code=options["role"], scope=options["scope"], actor=Operators())
        except InvalidInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{person.email} holds {grant}.")
