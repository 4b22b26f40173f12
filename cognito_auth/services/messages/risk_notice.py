"""What a notice of a risky sign-in tells: when, where from, and how to say whether it was oneself.

Source: AWS API_NotifyEmailType; "Threat protection", the placeholders of its messages.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import formats


@dataclass(frozen=True, slots=True)
class RiskNotice:
    """One sign-in, as the person is told of it; what is not known is empty.

    Attributes:
        valid_link: address of the page where the person says that it was them; empty without a base URL.
        invalid_link: likewise, that it was not.
        texts: what the pool set through the API (``Subject``, ``HtmlBody``, ``TextBody``).
    """

    event_id: str
    occurred_at: datetime.datetime
    ip_address: str = ""
    device_name: str = ""
    city: str = ""
    country: str = ""
    feedback_token: str = field(default="", repr=False)
    valid_link: str = field(default="", repr=False)
    invalid_link: str = field(default="", repr=False)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """The moment in the form of the active language, in UTC."""
        # A server does not know the person's time zone.
        return f"{formats.date_format(self.occurred_at.astimezone(datetime.UTC), 'DATETIME_FORMAT')} UTC"

    @property
    def place(self) -> str:
        """City and country, as far as they are known."""
        return ", ".join(part for part in (self.city, self.country) if part)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not reach a log."""
        return (self.feedback_token,)

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What is filled into the texts of the pool, by placeholder."""
        return {
            "{event-id}": self.event_id,
            "{login-time}": self.when,
            "{ip-address}": self.ip_address,
            "{device-name}": self.device_name,
            "{city}": self.city,
            "{country}": self.country,
            "{feedback-token}": self.feedback_token,
            "{one-click-link-valid}": self.valid_link,
            "{one-click-link-invalid}": self.invalid_link,
        }
