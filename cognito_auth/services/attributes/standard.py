"""The attributes that every pool has, in the order in which the API lists them.

Source: OpenID Connect Core 5.1; AWS "Working with user attributes"; AWS API_DescribeUserPool.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes.attribute import MAX_LENGTH, Attribute

_TEXT = Attribute(name="", min_length=0, max_length=MAX_LENGTH, is_standard=True)
_FLAG = Attribute(name="", type=AttributeType.BOOLEAN, is_standard=True)


def _definitions() -> dict[str, Attribute]:
    definitions = [
        replace(_TEXT, name="sub", min_length=1, mutable=False, required=True),
        *(replace(_TEXT, name=name) for name in ("name", "given_name", "family_name", "middle_name", "nickname")),
        *(replace(_TEXT, name=name) for name in ("preferred_username", "profile", "picture", "website", "email")),
        replace(_FLAG, name="email_verified"),
        replace(_TEXT, name="gender"),
        replace(_TEXT, name="birthdate", min_length=10, max_length=10),
        *(replace(_TEXT, name=name) for name in ("zoneinfo", "locale", "phone_number")),
        replace(_FLAG, name="phone_number_verified"),
        replace(_TEXT, name="address"),
        Attribute("updated_at", AttributeType.NUMBER, min_value=Decimal(0), is_standard=True),
    ]
    return {attribute.name: attribute for attribute in definitions}


STANDARD: Mapping[str, Attribute] = MappingProxyType(_definitions())

# Set by the pool alone, never by a request.
SUB = "sub"
# Which flag says that an address is verified.
VERIFIED_FLAGS: Mapping[str, str] = MappingProxyType(
    {"email": "email_verified", "phone_number": "phone_number_verified"}
)
