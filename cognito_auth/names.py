"""The one form in which sign-in names are compared, and what names look like."""

import re
import unicodedata

MAX_KEY_LENGTH = 512
_REGION = re.compile(r"[A-Za-z0-9-]{1,32}")


def key_of(name: str, *, case_sensitive: bool) -> str:
    """Return the form of a username or alias under which it is unique and looked up.

    NFKC makes the spellings of one text equal (composed and decomposed accents, full-width letters);
    case folding is left out in case-sensitive pools. The result is cut at :data:`MAX_KEY_LENGTH`
    characters, which no name that passed validation reaches.
    """
    key = unicodedata.normalize("NFKC", name)
    if not case_sensitive:
        # Folding may denormalise, so normalise again (Unicode TR 31, NFKC_Casefold).
        key = unicodedata.normalize("NFKC", key.casefold())
    return key[:MAX_KEY_LENGTH]


def looks_like_email(name: str) -> bool:
    """Tell whether ``name`` has the shape of an e-mail address."""
    local, at, domain = name.rpartition("@")
    return bool(at and local and domain) and not any(character.isspace() for character in name)


def looks_like_phone_number(name: str) -> bool:
    """Tell whether ``name`` has the shape of an E.164 phone number: ``+`` and 1 to 15 digits."""
    return name.startswith("+") and 1 <= len(name) - 1 <= 15 and name[1:].isascii() and name[1:].isdigit()


def can_be_region(name: str) -> bool:
    """Tell whether ``name`` can stand before the underscore in the id of a user pool."""
    return _REGION.fullmatch(name) is not None


def after_prefix(prefix: str) -> str | None:
    """Return the smallest text greater than every text that starts with ``prefix``, or ``None``.

    With code-point order, ``prefix <= x < after_prefix(prefix)`` is a prefix search that an ordinary
    index answers on every database.
    """
    for position in range(len(prefix) - 1, -1, -1):
        following = ord(prefix[position]) + 1
        if following == 0xD800:  # surrogates are no characters
            following = 0xE000
        if following <= 0x10FFFF:
            return prefix[:position] + chr(following)
    return None
