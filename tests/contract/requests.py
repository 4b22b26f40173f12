"""Requests made from the service model: sound ones, and ones that hold what nobody should send.

Two of three requests fit the model in every member, so that the operation itself is entered: with names of
what exists, boundary values, and strange text that is allowed. The others hold something that is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from cognito_auth.operations import patterns, service_model
from tests.contract import violations

HOSTILE_TEXTS = [
    "",
    " ",
    "\0",
    "jane\0",
    "\ud800",
    "jane\udfff",
    "\u202e\u200b\ufeff",
    "𝕛𝕒𝕟𝕖",
    "I\u0307ß",
    "e\u0301" * 40,
    "' OR 1=1 --",
    "%s%(x)s{0}{x}",
    "<script>",
    "../../etc/passwd",
    "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/",
    "2026-99-99",
    "a.b.c",
    "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
    "x" * 2049,
    "9" * 400,
    "[" * 3000,
    "{",
    "-1",
    "NaN",
    "+15555550100",
    "jane@example.com",
]
HOSTILE_NUMBERS = [0, 1, -1, 60, 61, 2**31, 2**63, -(2**63) - 1, 10**40, 0.5, 1e308, -0.0]
_DEEP = []
for _level in range(60):
    _DEEP = [_DEEP]
WRONG = [None, True, [], {}, [None], {"": None}, {"\0": "\0"}, {"a": {"b": [1]}}, _DEEP, "", 7]

HOSTILE = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.sampled_from(HOSTILE_NUMBERS), st.sampled_from(WRONG))


# What is taken for a name where the model says no more than "a string".
TEXTS_OF = {
    "Name": ["email", "name", "phone_number", "custom:tier", "email_verified", "tier", "verified_email"],
    "Value": ["jane@example.com", "+15555550100", "true", "1", "2026-02-30"],
    "UserAttributeNames": ["email", "name", "custom:tier", "sub"],
    "AttributesToGet": ["email", "custom:tier", "sub"],
    "AttributeName": ["email", "phone_number"],
    "AttributeDataType": ["String", "Number", "DateTime", "Boolean"],
    "Filter": [
        'email ^= "j"',
        'name = "a\\"b"',
        'status = "Enabled"',
        'username = "jane" or sub = "x"',
        '"="',
        "email",
    ],
    "Password": ["Passw0rd!", "N3w-Passw0rd!"],
    "ProposedPassword": ["N3w-Passw0rd!"],
    "PreviousPassword": ["Passw0rd!"],
    "TemporaryPassword": ["N3w-Passw0rd!"],
    "ReadAttributes": ["email", "custom:tier"],
    "WriteAttributes": ["email", "custom:tier"],
    "CallbackURLs": ["https://example.com/", "http://localhost/", "app://x"],
    "LogoutURLs": ["https://example.com/"],
    "AllowedOAuthScopes": ["openid", "email", "shop/read"],
    "SupportedIdentityProviders": ["COGNITO", "Partner"],
    "BlockedIPRangeList": ["192.0.2.0/24", "::/0", "1.2.3.4/33"],
    "SkippedIPRangeList": ["192.0.2.0/24"],
    "IpAddress": ["192.0.2.1", "::1", "999.1.1.1"],
    "CSS": [
        ".logo-customizable { max-width: 60% }",
        ".x{",
        "@import url(x)",
        ".logo-customizable{color:expression(1)}",
    ],
    "Token": ["eyJhbGciOiJSUzI1NiJ9.e30.AAAA"],
}
KEYS_OF = {
    "AuthParameters": [
        "USERNAME",
        "PASSWORD",
        "SRP_A",
        "REFRESH_TOKEN",
        "SECRET_HASH",
        "DEVICE_KEY",
        "PREFERRED_CHALLENGE",
        "CHALLENGE_NAME",
    ],
    "ChallengeResponses": [
        "USERNAME",
        "ANSWER",
        "NEW_PASSWORD",
        "SMS_MFA_CODE",
        "SOFTWARE_TOKEN_MFA_CODE",
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "TIMESTAMP",
        "CREDENTIAL",
        "userAttributes.email",
    ],
    "ProviderDetails": [
        "client_id",
        "client_secret",
        "authorize_scopes",
        "oidc_issuer",
        "attributes_request_method",
        "MetadataURL",
        "MetadataFile",
        "authorize_url",
        "token_url",
        "jwks_uri",
        "attributes_url",
    ],
    "Links": ["cognito:default", "cognito:english"],
    "AttributeMapping": ["email", "username", "custom:tier"],
}
# Optional in the model, but hardly anything works without, or with.
HARDLY_OPTIONAL = frozenset(
    {
        *("Password", "Name", "Value", "AttributeDataType", "UserPoolId", "Session", "AccessToken"),
        *("ProviderName", "ProviderAttributeName", "ProviderAttributeValue", "ManagedLoginBrandingId"),
        *("AuthParameters", "ChallengeResponses"),
    }
)
SELDOM = frozenset({"SecretHash", "ClientSecret", "NextToken", "PaginationToken"})
NAMES_TO_TAKE = frozenset({"Username", "GroupName", "ProviderName", "Identifier", "Domain"})
VALUES_OF = {
    "PASSWORD": ["Passw0rd!"],
    "NEW_PASSWORD": ["N3w-Passw0rd!"],
    "SRP_A": ["0", "ff" * 384, "-1"],
    "TIMESTAMP": ["Tue Mar 3 09:05:07 UTC 2026"],
    "PREFERRED_CHALLENGE": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"],
    # Nobody answers there.
    "oidc_issuer": ["https://login.invalid"],
    "MetadataURL": ["https://login.invalid/metadata"],
    "authorize_url": ["https://login.invalid/authorize"],
    "token_url": ["https://login.invalid/token"],
    "jwks_uri": ["https://login.invalid/keys"],
    "attributes_url": ["https://login.invalid/userinfo"],
    "attributes_request_method": ["GET"],
}


@dataclass(frozen=True)
class World:
    """The names of what exists, by the member that names it; also of parameters of a sign-in."""

    names: Mapping[str, Sequence[str]]

    def without_taken_names(self):
        """Return the world of a request that makes something, whose name should be new."""
        return World({member: names for member, names in self.names.items() if member not in NAMES_TO_TAKE})


@st.composite
def request_of(draw, name, world):
    """Return a request of an operation; now and then it is no object."""
    if draw(st.integers(0, 24)) == 24:
        return draw(HOSTILE)
    is_sound = draw(st.integers(0, 2)) < 2
    if name.startswith(("Create", "AdminCreate", "SignUp")) and draw(st.booleans()):
        world = world.without_taken_names()
    return draw(_value(service_model.load()["operations"][name]["input"], name, world, 0, is_sound))


@st.composite
def _value(draw, shape_name, member, world, depth, is_sound):
    """Return a value of a shape: sound, or now and then at its bounds, or hostile."""
    # Near the top mostly sound, else nothing but the validation would be reached.
    if depth and not is_sound and draw(st.integers(0, 7)) == 7:
        return draw(HOSTILE)
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if kind == "structure" and shape.get("document"):
        return draw(st.sampled_from([{}, {"a": {"b": [1]}}, "text", 1.5, [None]]) if is_sound else HOSTILE)
    if kind == "structure":
        return draw(_structure(shape, world, depth, is_sound))
    if kind == "list":
        least = shape.get("min", 0) if is_sound else 0
        most = min(shape.get("max", 3), max(least, 3 if depth < 5 else 0))
        size = draw(st.integers(least, most))
        return [draw(_value(shape["member"], member, world, depth + 1, is_sound)) for _ in range(size)]
    if kind == "map":
        return draw(_map(shape, member, world, depth, is_sound))
    if kind == "boolean":
        return draw(st.booleans())
    if kind in ("integer", "long", "timestamp"):
        low, high = shape.get("min", -(2**31)), shape.get("max", 2**31 - 1)
        if is_sound:
            near = [low, high, low + 1, high - 1, min(high, 1), min(high, max(low, 30))]
            return draw(st.sampled_from([number for number in near if low <= number <= high]))
        return draw(st.sampled_from([low, high, low + 1, low - 1, high + 1, *HOSTILE_NUMBERS]))
    if kind == "blob":
        images = ["", "AAAA", "PHN2Zy8+", "iVBORw0KGgo="]
        return draw(st.sampled_from(images if is_sound else [*images, "not base64!", "\ud800"]))
    return draw(_text(shape_name, member, world, is_sound))


@st.composite
def _structure(draw, shape, world, depth, is_sound):
    required = set(shape.get("required", ()))
    found = {}
    for member, shape_name in shape["members"].items():
        # Hypothesis likes small numbers: what is drawn first is then what is mostly there.
        if member in required:
            is_there = is_sound or draw(st.integers(0, 19)) < 19
        else:
            chances = 1 if member in SELDOM else 7 if member in HARDLY_OPTIONAL else 3
            is_there = depth < 4 and draw(st.integers(0, 7)) < chances
        if is_there:
            found[member] = draw(_value(shape_name, member, world, depth + 1, is_sound))
    if draw(st.integers(0, 15)) == 15:
        found["Unknown\0"] = draw(HOSTILE)
    return found


@st.composite
def _map(draw, shape, member, world, depth, is_sound):
    fitting = KEYS_OF.get(member) or list(violations.least_keys(shape["key"]))
    least = shape.get("min", 0)
    size = draw(st.integers(least, min(shape.get("max", 4), least + 4)))
    keys = draw(st.lists(st.sampled_from(fitting), min_size=min(size, len(fitting)), max_size=size, unique=True))
    # Without the first ones little happens.
    if member in KEYS_OF and is_sound and draw(st.integers(0, 3)) < 3:
        keys = [*fitting[:2], *(key for key in keys if key not in fitting[:2])]
    found = {key: draw(_value(shape["value"], key, world, depth + 1, is_sound)) for key in keys}
    if not is_sound:
        key = draw(st.sampled_from(HOSTILE_TEXTS))
        found[key] = draw(_value(shape["value"], member, world, depth + 1, is_sound))
    return found


@st.composite
def _text(draw, shape_name, member, world, is_sound):
    shape = service_model.shape(shape_name)
    if "enum" in shape:
        return draw(st.sampled_from(shape["enum"]))
    existing = world.names.get(member)
    if existing is not None and draw(st.integers(0, 7)) < 7:
        return draw(st.sampled_from(existing))
    named = TEXTS_OF.get(member) or VALUES_OF.get(member)
    if named and draw(st.integers(0, 3)) < 3:
        return draw(st.sampled_from(named))
    fitting = _fitting(shape_name)
    if is_sound:
        return draw(st.sampled_from(fitting))
    low, high = shape.get("min", 0), min(shape.get("max", 300), 5000)
    return draw(st.sampled_from([*fitting, "a" * (high + 1), "a" * max(low - 1, 0), *HOSTILE_TEXTS]))


@cache
def _fitting(shape_name):
    """Return texts that a shape takes: the least, the longest, and all strange ones that fit."""
    shape = service_model.shape(shape_name)
    low, high = shape.get("min", 0), shape.get("max", 3000)
    texts = [violations.least(shape_name), violations.sound_text(shape_name, min(high, 5000)), *HOSTILE_TEXTS]
    return [text for text in texts if text is not None and low <= len(text) <= high and _is_taken(shape, text)]


def _is_taken(shape, text):
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return False
    return "pattern" not in shape or bool(patterns.matcher(shape["pattern"])(text))
