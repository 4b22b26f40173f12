"""What is said on a page after something was done, by the word in its address."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_DONE: "Mapping[str, _StrPromise]" = {
    "saved": _("Your changes are saved."),
    "verified": _("Your address is confirmed."),
    "removed": _("It was removed."),
    "sent": _("We sent you a code. Enter it here."),
    "kept": _("Your address stays as it is."),
    "password": _("Your password is changed."),
    "app": _("Your authenticator app is set up. Make recovery codes now, for the day your phone is lost."),
    "no_app": _("Your authenticator app is removed."),
    "forgotten": _("The device is forgotten."),
    "signed_out": _("That session has ended."),
    "signed_out_else": _("You are signed out everywhere else."),
    "unlinked": _("The account is no longer linked."),
}
# What becomes of linking an account elsewhere: whether it is good news, and the sentence.
_IDENTITIES: "Mapping[str, tuple[bool, _StrPromise]]" = {
    "linked": (True, _("The account is linked. You can sign in with it from now on.")),
    "taken": (False, _("That account cannot be linked: it belongs to somebody here already, or you have too many.")),
    "failed": (False, _("The account was not linked. Please try again.")),
    "expired": (False, _("You were signed out meanwhile, so the account was not linked. Please try again.")),
}


def done(word: str) -> "str | _StrPromise":
    """Return the sentence for what was done, empty for a word that is none of ours."""
    return _DONE.get(word, "")


def of_identity(word: str) -> "tuple[bool, str | _StrPromise]":
    """Return whether linking an account went well, and the sentence, empty for a word that is none of ours."""
    return _IDENTITIES.get(word, (False, ""))
