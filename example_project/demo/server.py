"""The site in a process of its own, as a browser or an SDK meets it."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from pathlib import Path

HOST = "127.0.0.1"
LAST_PORT = 65535
START_TIMEOUT_SECONDS = 30


class ServerError(Exception):
    """The server did not start or has ended."""


def is_free(port: int) -> bool:
    """Tell whether nothing listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # As the server does: a port whose last connections linger is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    """``manage.py runserver`` with its own environment; a context manager."""

    def __init__(self, *, port: int, base_url: str, mail_dir: Path, manage_py: Path, site_client_id: str = "") -> None:
        self.base_url = base_url
        self._port = port
        self._environment = os.environ | {
            "COGNITO_BASE_URL": base_url,
            "COGNITO_MAIL_DIR": str(mail_dir),
            "COGNITO_SITE_CLIENT_ID": site_client_id,
            "PYTHONUNBUFFERED": "1",
        }
        self._manage_py = manage_py
        self._process: subprocess.Popen[str] | None = None
        self._lines: deque[str] = deque(maxlen=40)
        self._on_line: Callable[[str], None] | None = None

    def __enter__(self) -> "Server":
        command = [sys.executable, str(self._manage_py), "runserver", "--noreload", f"{HOST}:{self._port}"]
        # The command is ours, from our own interpreter and checkout.
        self._process = subprocess.Popen(  # noqa: S603
            command,
            env=self._environment,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the demonstration alone, which then ends the server
        )
        threading.Thread(target=self._collect, daemon=True).start()
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def last_lines(self) -> list[str]:
        """What the server wrote last."""
        return list(self._lines)

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def follow(self, on_line: Callable[[str], None]) -> None:
        """Hand every further line of the server's log to ``on_line``."""
        self._on_line = on_line

    def _collect(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line.rstrip())
            if self._on_line is not None:
                self._on_line(line.rstrip())

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < until:
            if not self.is_running:
                raise ServerError("The server ended at once.")
            try:
                # The address is this machine's.
                with urllib.request.urlopen(f"http://{HOST}:{self._port}/", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                raise ServerError(f"The first page answers {error.code}.") from error
            except OSError:
                time.sleep(0.1)
        raise ServerError(f"The server does not answer after {START_TIMEOUT_SECONDS} seconds.")
