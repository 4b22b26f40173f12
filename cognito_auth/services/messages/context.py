"""What a message is about: the values its templates see and the language it is written in."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import get_supported_language_variant, ngettext

from cognito_auth.choices import MessageEvent
from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services.messages.placeholders import Values
from cognito_auth.services.messages.risk_notice import RiskNotice


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything a template may say.

    Attributes:
        language: tag as asked for, e.g. ``"de-AT"``; see :func:`language_for`.
        username: the name to sign in with.
        code: one-time code or temporary password; empty if there is none.
        link: address that confirms; empty where the message cannot carry one.
        is_link: whether the message asks to follow the link rather than to enter the code.
        attribute: ``"email"`` or ``"phone_number"``: what is verified, or was changed.
        valid_for: how long code, link or password work; ``None`` if nothing expires.
        notice: what a notice of a risky sign-in tells.
        user: for templates of the project; ``None`` in previews and for people who do not exist.
    """

    pool: UserPool
    event: MessageEvent
    language: str
    username: str
    code: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    is_link: bool = False
    attribute: str = "email"
    valid_for: datetime.timedelta | None = None
    expires_at: datetime.datetime | None = None
    notice: RiskNotice | None = field(default=None, repr=False)
    user: AbstractCognitoUser | None = field(default=None, repr=False)

    @property
    def brand(self) -> str:
        """The name under which messages are sent."""
        return visible(settings.message_sender_name or self.pool.name)

    @property
    def values(self) -> Values:
        """What is filled into placeholders."""
        further = {} if self.notice is None else self.notice.placeholders
        return Values(username=visible(self.username), code=self.code, link=self.link, further=further)

    def for_templates(self, **further: Any) -> dict[str, Any]:
        """Return the context of a Django template; call it with the language activated."""
        return {
            "brand": self.brand,
            "pool": self.pool,
            "user": self.user,
            "username": visible(self.username),
            "code": self.code,
            "link": self.link if self.is_link else "",
            "attribute": self.attribute,
            "valid_for": "" if self.valid_for is None else duration(self.valid_for),
            "expires_at": self.expires_at,
            "notice": self.notice,
            "language": gettext_language(self.language),
            **further,
        }


def visible(text: str) -> str:
    """Return ``text`` without line breaks, control and direction characters, which could forge lines."""
    return "".join(character for character in text if character.isprintable())


def duration(length: datetime.timedelta) -> str:
    """Return a length of time in words of the active language, e.g. ``24 hours``."""
    minutes = max(int(length.total_seconds()) // 60, 1)
    if minutes % 1440 == 0 and minutes > 1440:
        days = minutes // 1440
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def language_for(user: AbstractCognitoUser | None, *, asked: str = "") -> str:
    """Return the language tag to write in: the one asked for, the person's locale, the site's."""
    return asked or (user.locale if user is not None else "") or django_settings.LANGUAGE_CODE


def variants(language: str) -> list[str]:
    """Return the spellings under which a pool's own text may be kept, the closest first.

    ``"pt_BR"`` gives ``["pt-br", "pt", ""]``.
    """
    tag = language.strip().replace("_", "-").lower()
    parts = tag.split("-") if tag else []
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)] + [""]


def gettext_language(language: str) -> str:
    """Return the site's language closest to a tag, by default ``LANGUAGE_CODE``.

    Only languages of the site: Django remembers a catalogue for each one it is asked for, and tags
    come from people.
    """
    try:
        return get_supported_language_variant(variants(language)[0])
    except LookupError:
        return django_settings.LANGUAGE_CODE
