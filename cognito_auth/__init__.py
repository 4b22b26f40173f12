"""Amazon Cognito user pools inside a Django project: same tokens, same API, your database.

The public surface is small: settings in ``COGNITO_AUTH``, the URLs of ``cognito_auth.urls``,
:func:`client` for Python callers and the DRF classes of ``cognito_auth.rest_framework``.
"""

from typing import Any

__version__ = "0.1.0"


def client(**options: Any) -> Any:
    """Return an in-process client with boto3's method names; see :mod:`cognito_auth.in_process`."""
    from cognito_auth.in_process import Client

    return Client(**options)
