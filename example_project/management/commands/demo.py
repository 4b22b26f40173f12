"""Show what the package does, on a fresh checkout, and then let you try it.

    manage.py demo            migrate, make a pool, play the main job, serve until Ctrl-C
    manage.py demo --once     the same without serving; exit status 1 if any step fails

Running it again finds what is there and only plays again. It is for your own machine: it prints an
access key and a superuser's password, and refuses to run without DEBUG.
"""

import argparse
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from example_project.demo import pool, recipes, server
from example_project.demo.journey import Journey, StepFailed
from example_project.demo.mailbox import Mailbox
from example_project.demo.terminal import Terminal

MANAGE_PY = Path(settings.BASE_DIR) / "manage.py"
_SECONDS_BETWEEN_LOOKS = 0.5


class Command(BaseCommand):
    """Runs the demonstration."""

    help = "Make a pool, play sign-up to sign-out against it over HTTP, and serve it."
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the port and whether to serve afterwards."""
        parser.add_argument("--once", action="store_true", help="play the main job and exit; 1 if a step fails")
        parser.add_argument("--port", type=_port_number, default=8000, help="port of the server, 8000")

    def handle(self, *args: Any, once: bool, port: int, **options: Any) -> None:
        """Prepare, play, and serve."""
        if not settings.DEBUG:
            raise CommandError("The demonstration prints secrets, so it runs with DJANGO_DEBUG=1 only.")
        terminal = Terminal(self.stdout)  # type: ignore[arg-type]  # OutputWrapper passes on what TextIO has
        port = self._port(terminal, port, once=once)
        terminal.line(terminal.style("django-cognito-auth", "bold") + ": user pools inside a Django project")
        with tempfile.TemporaryDirectory(prefix="cognito-demo-") as temporary:
            mail_dir = Path(os.environ.get("COGNITO_MAIL_DIR") or temporary)
            # Ended by a supervisor, it ends its server too.
            before = signal.signal(signal.SIGTERM, _interrupt)
            try:
                self._run(terminal, port=port, mail_dir=mail_dir, once=once)
            except KeyboardInterrupt:
                raise CommandError("Stopped. Run it again to begin anew.", returncode=130) from None
            finally:
                signal.signal(signal.SIGTERM, before)

    def _port(self, terminal: Terminal, port: int, *, once: bool) -> int:
        if server.is_free(port):
            return port
        if not once:
            other = port + 1 if port < server.LAST_PORT else port - 1
            raise CommandError(f"Port {port} is taken. Stop what listens there, or choose another: --port {other}")
        other = server.any_free_port()
        terminal.line(f"Port {port} is taken, so this run uses {other}.")
        return other

    def _run(self, terminal: Terminal, *, port: int, mail_dir: Path, once: bool) -> None:
        terminal.heading("Preparing")
        base_url = f"http://localhost:{port}"
        demo, password = self._prepare(terminal, base_url)
        serving = server.Server(
            port=port, base_url=base_url, mail_dir=mail_dir, manage_py=MANAGE_PY, site_client_id=demo.client.id
        )
        try:
            with serving as running:
                terminal.passed("Server", base_url)
                mailbox = Mailbox(mail_dir)
                self._play(terminal, demo, mailbox, running)
                if not once:
                    self._invite(terminal, demo, base_url, password)
                    self._serve(terminal, mailbox, running)
        except server.ServerError as error:
            terminal.failed("Server", str(error))
            raise CommandError("The server did not run.") from error

    def _prepare(self, terminal: Terminal, base_url: str) -> tuple[pool.Demo, str]:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            terminal.failed("Database", str(error).strip())
            raise CommandError("The database cannot be used. Check DATABASE_URL.") from error
        terminal.passed("Database", f"{connection.vendor}, {connection.settings_dict['NAME']}, migrated")
        demo = pool.ensure(base_url)
        password = pool.ensure_superuser()
        key = pool.ensure_access_key()
        terminal.passed("User pool", f"{demo.pool.id}, “{demo.pool.name}”")
        terminal.passed("App client", demo.client.id)
        terminal.passed("Groups", ", ".join(pool.GROUPS))
        terminal.passed("Superuser", pool.SUPERUSER)
        terminal.passed("Access key", key.id)
        return demo, password

    def _play(self, terminal: Terminal, demo: pool.Demo, mailbox: Mailbox, running: server.Server) -> None:
        terminal.heading("A person signs up, signs in, calls an API, signs out (boto3, over HTTP)")
        journey = Journey(
            terminal=terminal,
            mailbox=mailbox,
            cognito=_boto3_client(running.base_url, region=demo.pool.region),
            client_id=demo.client.id,
            base_url=running.base_url,
        )
        try:
            journey.play()
        except StepFailed as error:
            terminal.heading("The server wrote")
            terminal.quote(running.last_lines)
            raise CommandError("A step failed.") from error
        terminal.line()
        terminal.line(terminal.style("Every step went as it must.", "green"))

    def _invite(self, terminal: Terminal, demo: pool.Demo, base_url: str, password: str) -> None:
        endpoint = f"{base_url}/"
        client_id, region = demo.client.id, demo.pool.region
        key = pool.ensure_access_key()
        terminal.heading("Now you")
        for recipe in (
            recipes.curl(endpoint=endpoint, client_id=client_id),
            recipes.boto3(endpoint=endpoint, client_id=client_id, region=region),
            recipes.aws_cli(endpoint=endpoint, pool_id=demo.pool.id, region=region, key=key),
        ):
            terminal.paste(recipe.title, recipe.text)
        terminal.heading("In a browser")
        terminal.item("First page", endpoint)
        terminal.item("Single-page app", f"{base_url}/spa")
        terminal.item("Django page", f"{base_url}/me")
        terminal.item(
            "Sign in", recipes.authorize_address(base_url=base_url, pool_id=demo.pool.id, client_id=client_id)
        )
        terminal.item("Admin", f"{base_url}/admin/  user {pool.SUPERUSER}, password {password}")
        terminal.item("Key set", f"{base_url}/{demo.pool.id}/.well-known/jwks.json")
        terminal.item("Discovery", f"{base_url}/{demo.pool.id}/.well-known/openid-configuration")
        terminal.line()
        terminal.line("E-mails are shown here as they are sent. Stop with Ctrl-C.")
        terminal.line()

    def _serve(self, terminal: Terminal, mailbox: Mailbox, running: server.Server) -> None:

        running.follow(lambda line: terminal.line(terminal.style(line, "dim")))
        try:
            while running.is_running:
                for mail in mailbox.new():
                    terminal.item("E-mail", f"to {mail.to}: {mail.subject}")
                    terminal.quote(mail.text.splitlines())
                time.sleep(_SECONDS_BETWEEN_LOOKS)
        except KeyboardInterrupt:
            terminal.line()
            return
        raise server.ServerError("The server has ended.")


def _port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= server.LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 1 to {server.LAST_PORT}")
    return int(text)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _boto3_client(base_url: str, *, region: str) -> Any:
    try:
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config
    except ImportError as error:
        raise CommandError("The demonstration uses boto3: pip install -e '.[example,aws]'") from error
    return boto3.client(
        "cognito-idp",
        endpoint_url=f"{base_url}/",
        region_name=region,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
