"""What sign-in does our way: mail by the queue, and not too much of it to anybody."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leaps.core import mail

logger = logging.getLogger(__name__)

# Whoever knows an address can ask for these; nobody's mailbox shall be filled with them.
ASKED_FOR_BY_ANYBODY = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_key",
}
MOST_TO_ONE_ADDRESS = {"mail": "5/h/key"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Mail about accounts leaves by the worker: a slow or absent mail server holds up nobody."""

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there after signing in; an address that cannot be read is not safe."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the queue, unless the address had enough of this kind within the hour."""
        request = allauth_context.request
        if template_prefix in ASKED_FOR_BY_ANYBODY:
            usage = ratelimit.consume(
                request, app="leaps.accounts", action="mail", config=MOST_TO_ONE_ADDRESS,
                key=f"mail:{email.lower()}", limit_get=True,
            )  # fmt: skip
            if not usage:
                logger.warning("no further %s within the hour to one address", template_prefix)
                return
        full = {"request": request, "email": email, "site_address": settings.BASE_URL} | context
        message = self.render_mail(template_prefix, email, full)
        mail.send(email, message.subject, message.body)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What other sites tell about a person."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("This is your only way in. Set a password first."),
        "disconnect_last": _("This is your only way in. Set a password first."),
        "no_verified_email": _("Confirm your e-mail address first: it is then your other way in."),
        "connected_other": _("This account is connected to somebody else's account here. Nothing was changed."),
    }

    def populate_user(self, request: Any, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Take the name over; the person can change it."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(part for part in parts if part))[:200].strip()
        return user
