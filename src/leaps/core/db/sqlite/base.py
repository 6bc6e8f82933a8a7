"""Django's SQLite backend, told the number of parameters this SQLite really takes.

Django assumes 999 for each statement, the limit of 2020's builds; every build since 3.32 takes
32,766 or more. With the real limit a load of a thousand rows needs as few statements as one of ten.
"""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as SQLiteFeatures


class DatabaseFeatures(SQLiteFeatures):
    """What this SQLite can do."""

    @property
    def max_query_params(self) -> int:  # type: ignore[override]  # a plain attribute in Django
        """Parameters one statement may have, as the library says itself."""
        self.connection.ensure_connection()
        return int(self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with those features."""

    features_class: Any = DatabaseFeatures
