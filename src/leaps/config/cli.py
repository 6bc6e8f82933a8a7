"""The `leaps` command: Django's management commands under the platform's own name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command; the exit code is the command's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaps.config.settings")
    execute_from_command_line(sys.argv)
