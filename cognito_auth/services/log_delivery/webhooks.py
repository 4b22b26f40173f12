"""Posting records to an address, from a thread of its own, so that no call waits for it.

Each process has one such thread. Records wait in memory. An address that cannot be reached, is busy or
fails is tried again twice; after that, or when too many wait, records are lost and the log says so. Who
must not lose any reads the loggers instead.

With ``LOG_DELIVERY_WEBHOOK_SECRET`` each request is signed: ``X-Cognito-Auth-Signature`` is
``sha256=`` and the HMAC-SHA-256 of the body, in hexadecimal digits.
"""

import atexit
import hmac
import json
import logging
import os
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from django.conf import settings as django_settings

from cognito_auth.conf import settings

logger = logging.getLogger(__name__)

SIGNATURE_HEADER = "X-Cognito-Auth-Signature"
_MAX_WAITING = 1_000
_SECONDS_AT_EXIT = 3.0
# Before the second and the third attempt.
_PAUSES_SECONDS = (1.0, 4.0)
_TOO_MANY_REQUESTS = 429


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would be repeated as a GET, and to where nobody agreed to."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class _Poster:
    """The thread of one process, and what waits for it."""

    def __init__(self) -> None:
        self.process_id = os.getpid()
        self.waiting: queue.Queue[tuple[str, bytes]] = queue.Queue(_MAX_WAITING)
        self.thread = threading.Thread(target=self._work, name="cognito_auth.webhooks", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while True:
            url, body = self.waiting.get()
            try:
                post(url, body)
            except Exception:  # the thread has to live on, whatever one address does
                logger.exception("A record was not delivered to %s", _shown(url))
            finally:
                self.waiting.task_done()

    def drain(self, seconds: float) -> bool:
        """Wait until nothing waits; tell whether that came about in time."""
        condition = self.waiting.all_tasks_done
        with condition:
            return condition.wait_for(lambda: not self.waiting.unfinished_tasks, seconds)


_poster: _Poster | None = None
_lock = threading.Lock()


def enqueue(url: str, record: Mapping[str, Any]) -> None:
    """Have a record posted soon. Never waits, never fails."""
    if not url.startswith("https://") and not (django_settings.DEBUG and url.startswith("http://")):
        logger.error("A record was not delivered: %s is not https", _shown(url))
        return
    try:
        _of_this_process().waiting.put_nowait((url, json.dumps(record).encode()))
    except queue.Full:
        logger.error("A record was not delivered: %d wait for %s already", _MAX_WAITING, _shown(url))


def _of_this_process() -> _Poster:
    global _poster  # noqa: PLW0603  (once per process)
    with _lock:
        # Threads do not survive a fork of the server.
        if _poster is None or _poster.process_id != os.getpid():
            _poster = _Poster()
        return _poster


@atexit.register
def drain(seconds: float = _SECONDS_AT_EXIT) -> bool:
    """Wait until all records have left, at most so long; tell whether they have."""
    poster = _poster
    return poster is None or poster.process_id != os.getpid() or poster.drain(seconds)


def post(url: str, body: bytes) -> bool:
    """Post a record now, up to three times; a failure is logged. Tell whether it was taken."""
    headers = {"Content-Type": "application/json"}
    secret = settings.log_delivery_webhook_secret
    if secret:
        headers[SIGNATURE_HEADER] = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  see enqueue
    failure = _attempt(request)
    for pause in _PAUSES_SECONDS:
        if failure is None or not failure.may_pass:
            break
        time.sleep(pause)
        failure = _attempt(request)
    if failure is not None:
        logger.error("A record was not delivered to %s: %s", _shown(url), failure.text)
    return failure is None


@dataclass(frozen=True)
class _Failure:
    """Why an attempt failed; ``may_pass``: another attempt may succeed."""

    text: str
    may_pass: bool


def _attempt(request: urllib.request.Request) -> _Failure | None:
    timeout = settings.log_delivery_timeout_seconds
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
            answer.read(65536)
    except urllib.error.HTTPError as error:
        error.close()
        return _Failure(f"it answered {error.code}", may_pass=error.code >= 500 or error.code == _TOO_MANY_REQUESTS)
    except (OSError, HTTPException) as error:
        return _Failure(type(error).__name__, may_pass=True)
    return None


def _shown(url: str) -> str:
    """Return an address without what could be secret in it."""
    return url.partition("?")[0].rpartition("@")[2][:200]
