"""Fetching from providers, whose addresses administrators enter and providers' documents name.

Only public addresses are reached, whatever a name resolves to at the moment of the connection; HTTPS only;
answers are limited in size and time. Exceptions, for providers that run elsewhere:

==========================  =====================================================================
reached                     when
==========================  =====================================================================
the machine itself, HTTP    the provider's own details name it, and the pool is not strict
a host on a private net     it is named in ``COGNITO_AUTH["PRIVATE_PROVIDER_HOSTS"]``
==========================  =====================================================================
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from cognito_auth.conf import settings
from cognito_auth.models import IdentityProvider

MAX_BYTES = 1_000_000
MAX_REDIRECTS = 3
SECONDS = (3.05, 6.0)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK = 65_536


class NotReachable(requests.RequestException):
    """An address that may not be fetched from."""


class Session(requests.Session):
    """A session for one provider; ``local_hosts`` are those of its details that are the machine itself."""

    def __init__(self, *, local_hosts: Collection[str] = ()) -> None:
        super().__init__()
        # No proxies and no passwords of the process's environment.
        self.trust_env = False
        self.max_redirects = MAX_REDIRECTS
        self.headers["User-Agent"] = "django-cognito-auth"
        self._local_hosts = frozenset(local_hosts)
        guarded = _Adapter(self._local_hosts | frozenset(settings.private_provider_hosts))
        self.mount("https://", guarded)
        self.mount("http://", guarded)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send a request; what is posted, secrets included, is not posted on to where a redirect leads."""
        kwargs.setdefault("timeout", SECONDS)
        if method.upper() != "GET":
            kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request, of a redirect too, and read its answer up to the limit."""
        parts = urlsplit(request.url or "")
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and host not in self._local_hosts:
            raise NotReachable(f"{host} is not asked without HTTPS.")
        kwargs["stream"] = True
        response = super().send(request, **kwargs)
        if not response.is_redirect:
            _read(response)
        return response


def session_for(provider: IdentityProvider) -> Session:
    """Return a session that fetches for ``provider``."""
    if provider.pool.strict:
        return Session()
    addresses = (value for value in provider.details.values() if isinstance(value, str) and "://" in value)
    return Session(local_hosts=[host for host in map(_host_of, addresses) if host in _LOOPBACK])


def _host_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _read(response: requests.Response) -> None:
    content = b""
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            response.close()
            raise NotReachable("The answer is too large.")
    response._content = content


def _guarded(base: type[HTTPConnection], allowed: Collection[str]) -> type[HTTPConnection]:
    """Return a class of connections that go to public addresses and to the hosts that are allowed."""

    class Guarded(base):  # type: ignore[misc,valid-type]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            # Asked of the connection and not of the name, which may lead elsewhere by now; nothing was sent yet.
            address = ipaddress.ip_address(connected.getpeername()[0].partition("%")[0])
            if self.host.lower().strip("[]") in allowed or (address.is_global and not address.is_multicast):
                return connected
            connected.close()
            raise NotReachable(f"{self.host} is at an address that is not public.")

    return Guarded


class _Adapter(HTTPAdapter):
    """Makes guarded connections."""

    def __init__(self, allowed: Collection[str]) -> None:
        super().__init__(max_retries=0)
        plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": _guarded(HTTPConnection, allowed)})
        secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": _guarded(HTTPSConnection, allowed)})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}
