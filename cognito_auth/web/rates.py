"""Limits on how often endpoints and pages may be asked, by the same counters as the API's operations."""

import datetime

from django.http import HttpRequest

from cognito_auth.models import UserPoolClient
from cognito_auth.services import throttling
from cognito_auth.web import pages


def check(request: HttpRequest, client: UserPoolClient, category: str, *, now: datetime.datetime) -> None:
    """Count one request of ``client``; ``category`` is one of ``throttling``'s for the whole pool.

    Raises:
        TooManyRequestsException: too many of the address, the client or the pool.
    """
    counted = [("client", client.pk), ("pool", client.pool_id), (category, client.pool_id)]
    address = pages.origin_of(request).ip_address
    if address is not None:
        counted.insert(0, ("ip", address))
    throttling.check(counted, now=now)
