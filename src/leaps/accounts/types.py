"""Who acts when no person is signed in."""


class Operators:
    """Whoever runs commands on the machine: may what the office may, and stands in the audit as such."""

    is_authenticated = False
    is_active = True
    is_superuser = True
    pk = None

    def __str__(self) -> str:
        return "the operators"
