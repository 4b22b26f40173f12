"""Small servers beside the one that is tested: apps that consist of files, and TLS in front of it."""

import datetime
import http.client
import ipaddress
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PAGE = b"<!doctype html><html lang=en><title>App</title><link rel=icon href=data:,><script src=/app.js></script>"
# Of one connection only, so a proxy does not pass them on (RFC 9110 7.6.1).
_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "date", "server"}


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_arguments):
        """Say nothing."""


@contextmanager
def serving(handler, *, tls=None):
    """Serve until the end of the block, and yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def single_page_app(script: bytes):
    """Return a handler that serves ``script`` as ``/app.js`` and a page with it everywhere else."""

    class App(_Quiet):
        def do_GET(self):
            is_script = self.path == "/app.js"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(script if is_script else _PAGE)

    return App


def proxy_to(port: int):
    """Return a handler that passes everything on to a port, as a reverse proxy with TLS does."""

    class Proxy(_Quiet):
        def _pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                upstream.request(self.command, self.path, body, headers | {"X-Forwarded-Proto": "https"})
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            finally:
                upstream.close()

        do_GET = do_POST = do_OPTIONS = do_HEAD = _pass_on  # noqa: N815  the names are http.server's

    return Proxy


def certificate_of(directory: Path, host: str = "localhost") -> ssl.SSLContext:
    """Return a context with a certificate that nobody has signed but itself; it is left as ``<host>.pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
