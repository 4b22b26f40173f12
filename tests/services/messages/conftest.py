"""Servers of the tests: real SMTP and HTTP, on this machine."""

import asyncio
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from cognito_auth.services.messages import dispatch
from cognito_auth.services.messages.sms import locmem


@pytest.fixture(autouse=True)
def _nothing_sent_before():
    locmem.outbox.clear()
    for durations in dispatch._RECENT_SECONDS.values():
        durations.clear()


@pytest.fixture
def outbox():
    """Text messages sent in the test."""
    return locmem.outbox


class _Smtp:
    """Takes mail, or refuses it, or is slow."""

    def __init__(self):
        self.envelopes = []
        self.refuses_recipient = False
        self.refuses_data = False
        self.delay_seconds = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses_recipient:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.delay_seconds)
        if self.refuses_data:
            return "554 refused"
        self.envelopes.append(envelope)
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp():
    """A running SMTP server that Django is told to use."""
    handler = _Smtp()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=controller.port,
    ):
        yield handler
    controller.stop()


@pytest.fixture
def gateway():
    """A running HTTP server that records what is posted and answers with ``answer.status``."""
    answer = SimpleNamespace(status=200, delay_seconds=0.0, headers={}, requests=[], url="")
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer.requests.append(SimpleNamespace(path=self.path, headers=dict(self.headers), body=body))
            released.wait(answer.delay_seconds)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            payload = json.dumps({"echo": body.decode()}).encode()
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def do_GET(self):
            answer.requests.append(SimpleNamespace(path=self.path, headers=dict(self.headers), body=b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield answer
    released.set()
    server.shutdown()
    server.server_close()
    thread.join()
