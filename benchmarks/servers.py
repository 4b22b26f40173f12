"""Running servers for benchmarks and reading the CPU time they used."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server process with its children."""

    process: "subprocess.Popen[bytes]"
    port: int

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children so far."""
        return sum(_cpu_of(pid) for pid in [self.process.pid, *_children_of(self.process.pid)])

    def memory_bytes(self) -> int:
        """Resident memory of the process and its children."""
        total = 0
        for pid in [self.process.pid, *_children_of(self.process.pid)]:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total

    def connect(self) -> "Caller":
        """Return a client with one connection that stays open."""
        return Caller(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60))


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


@dataclass
class Caller:
    """Sends JSON requests over one connection."""

    connection: http.client.HTTPConnection

    def send(
        self, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str], method: str = "POST"
    ) -> tuple[int, Any]:
        """Send one request and return status and JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, data, dict(headers))
        response = self.connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None


@contextlib.contextmanager
def gunicorn(application: str, environment: Mapping[str, str], *, workers: int = 1) -> Iterator[Server]:
    """Run ``application`` under gunicorn with one thread per worker, until the block ends."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "1", "--keep-alive", "75", "--log-level", "error",
    ]  # fmt: skip
    with _running(command, port, environment) as server:
        yield server


@contextlib.contextmanager
def _running(command: list[str], port: int, environment: Mapping[str, str], *, quiet: bool = False) -> Iterator[Server]:
    output = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output)
    try:
        for _attempt in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None:
                raise RuntimeError(f"The server ended at once: {' '.join(command)}")
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def moto(environment: Mapping[str, str] | None = None) -> "contextlib.AbstractContextManager[Server]":
    """Run ``moto_server`` until the block ends."""
    port = free_port()
    # Its log of each request would be most of what a benchmark prints.
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(port)]
    return _running(command, port, environment or {}, quiet=True)
