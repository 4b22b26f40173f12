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
import threading
from collections.abc import Collection
from contextlib import suppress
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
# Until connected, and between two pieces of an answer.
SECONDS = (3.05, 6.0)
# For one connection from its beginning to its end, however many pieces come.
MAX_SECONDS = 15.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK = 65_536
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


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
        # A few compressed bytes can stand for gigabytes.
        self.headers["Accept-Encoding"] = "identity"
        # Each has a connection of its own, which is watched for its whole life.
        self.headers["Connection"] = "close"
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
        """Send one request, of a redirect too."""
        parts = urlsplit(request.url or "")
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and host not in self._local_hosts:
            raise NotReachable(f"{host} is not asked without HTTPS.")
        return super().send(request, **kwargs)

    def is_local(self, host: str) -> bool:
        """Tell whether a host may be asked without HTTPS."""
        return host.lower() in self._local_hosts


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
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        response.close()
        raise NotReachable("The answer is compressed, which nobody asked for.")
    content = b""
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            response.close()
            raise NotReachable("The answer is too large.")
    response._content = content


class _Watch:
    """Cuts a connection that lives too long, whether its other side is slow or says a little now and then."""

    def __init__(self, connected: socket.socket) -> None:
        # A duplicate: the connection's own object is another one once TLS is spoken.
        self._socket = connected.dup()
        self.has_cut = False
        self._timer = threading.Timer(MAX_SECONDS, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.has_cut = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self._timer.cancel()
        self._socket.close()


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    embedded = None
    if isinstance(address, ipaddress.IPv6Address):
        # Ways to write an IPv4 address, which a router on the way would go to.
        embedded = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if embedded is not None and not (embedded.is_global and not embedded.is_multicast):
        return False
    return address.is_global and not address.is_multicast


def _guarded(base: type[HTTPConnection], allowed: Collection[str], watches: list[_Watch]) -> type[HTTPConnection]:
    """Return a class of connections that go to public addresses and to the hosts that are allowed."""

    class Guarded(base):  # type: ignore[misc,valid-type]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            # Asked of the connection and not of the name, which may lead elsewhere by now; nothing was sent yet.
            if self.host.lower().strip("[]") in allowed or _is_public(connected.getpeername()[0]):
                watches.append(_Watch(connected))
                return connected
            connected.close()
            raise NotReachable(f"{self.host} is at an address that is not public.")

    return Guarded


class _Adapter(HTTPAdapter):
    """Makes guarded connections, one for each request, and reads answers up to the limits."""

    def __init__(self, allowed: Collection[str]) -> None:
        super().__init__(max_retries=0)
        self._watches: list[_Watch] = []
        plain = _guarded(HTTPConnection, allowed, self._watches)
        secure = _guarded(HTTPSConnection, allowed, self._watches)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request and read the whole answer, of a redirect too, which would be read without a limit later."""
        kwargs["stream"] = True
        try:
            response = super().send(request, *args, **kwargs)
            _read(response)
            # What was cut looks like an answer that ended by itself.
            if any(watch.has_cut for watch in self._watches):
                raise NotReachable("The answer came too slowly.")
        finally:
            while self._watches:
                self._watches.pop().end()
        return response
