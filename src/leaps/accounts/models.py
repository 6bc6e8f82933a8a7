"""People and the roles they hold."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people; the e-mail address is the name to sign in with."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create a person. Without a password only single sign-on works."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Create a break-glass administrator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        # Stands in the public history: never the address.
        return self.name or _("member %(number)d") % {"number": self.pk or 0}

    def get_full_name(self) -> str:
        """The name to show to everybody."""
        return str(self)


class RoleGrant(models.Model):
    """A role held by a person over a scope, such as facility editor of `esrf`.

    `role` is a code of `leaps.accounts.roles`; `scope` is the key of the object the role is about
    (a facility's slug, say) and empty for roles over the whole record.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=100, blank=True)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "scope"], name="accounts_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.role}:{self.scope}" if self.scope else self.role


class AuditEntry(models.Model):
    """Who did what to whose account, roles or tokens. Written once, never changed.

    What happens to the record itself stands in its own history.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200)
    subject = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_label = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=40)
    detail = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb} {self.subject_label} {self.detail}".strip()


class ApiToken(models.Model):
    """A key to the API. Only a hash of it is kept; `scopes` limit what it opens."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
