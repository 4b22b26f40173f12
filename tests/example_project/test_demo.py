"""The demonstration: its output, its mailbox, and the whole of it in a process of its own."""

import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command

from cognito_auth.models import AccessKey, User, UserPool
from example_project.demo import pool, recipes, server
from example_project.demo.journey import Journey, StepFailed
from example_project.demo.mailbox import Mailbox
from example_project.demo.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]


def _environment(database_url):
    """Return the environment of somebody who has set nothing but the database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "COGNITO_"))}
    return kept | {"DATABASE_URL": database_url, "PYTHONUTF8": "1"}


class TestMailbox:
    @pytest.fixture
    def send(self, tmp_path):
        connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))

        def send(subject, text, to="jane@example.com"):
            message = EmailMultiAlternatives(subject, text, "us@example.com", [to], connection=connection)
            message.attach_alternative(f"<p>{text}</p>", "text/html")
            message.send()

        return send

    def test_finds_the_code(self, send, tmp_path):
        send("Your code", "Hello Zoë, your code is 012345.")

        mail = Mailbox(tmp_path).wait(to="jane@example.com")

        assert (mail.subject, mail.code) == ("Your code", "012345")
        assert mail.text == "Hello Zoë, your code is 012345."

    def test_takes_no_longer_number_for_a_code(self, send, tmp_path):
        send("Your order", "Order 1234567 is on its way.")

        assert Mailbox(tmp_path).wait(to="jane@example.com").code == ""

    def test_gives_each_mail_once(self, send, tmp_path):
        mailbox = Mailbox(tmp_path)
        send("First", "111111")
        first = [mail.subject for mail in mailbox.new()]
        send("Second", "222222")

        assert first == ["First"]
        assert [mail.subject for mail in mailbox.new()] == ["Second"]
        assert list(mailbox.new()) == []

    def test_waiting_uses_up_what_came(self, send, tmp_path):
        mailbox = Mailbox(tmp_path)
        send("First", "111111")

        mailbox.wait(to="jane@example.com")

        assert list(mailbox.new()) == []

    def test_says_when_nothing_comes(self, tmp_path):
        with pytest.raises(TimeoutError, match="jane@example.com"):
            Mailbox(tmp_path).wait(to="jane@example.com", timeout_seconds=0.1)


class TestTerminal:
    def test_has_no_colours_in_a_pipe(self):
        stream = io.StringIO()

        Terminal(stream).passed("SignUp", "jane")

        assert stream.getvalue() == "  ✓ SignUp            jane\n"

    def test_survives_a_poor_encoding(self):
        raw = io.BytesIO()
        stream = io.TextIOWrapper(raw, encoding="ascii")

        Terminal(stream).passed("SignUp")

        assert raw.getvalue() == b"  ? SignUp\n"


class TestRecipes:
    def test_show_a_key_only_when_given_one(self):
        key = AccessKey(id="AKIAEXAMPLE", secret="very-secret")
        place = {"endpoint": "http://localhost:8000/", "pool_id": "us-east-1_A", "region": "us-east-1"}

        assert "very-secret" in recipes.aws_cli(**place, key=key).text
        assert "cognito_create_access_key" in recipes.aws_cli(**place, key=None).text

    def test_python_is_python(self):
        text = recipes.boto3(endpoint="http://localhost:8000/", client_id="1example", region="us-east-1").text

        compile(text, "recipe", "exec")


class TestJourney:
    def test_ends_at_the_first_step_that_fails(self, tmp_path):
        class Broken:
            def sign_up(self, **parameters):
                raise ConnectionError("nobody there")

        stream = io.StringIO()
        journey = Journey(Terminal(stream), Mailbox(tmp_path), Broken(), "1example", "http://localhost:1")

        with pytest.raises(StepFailed):
            journey.play()

        assert stream.getvalue() == "  ✗ SignUp            ConnectionError: nobody there\n"


@pytest.mark.django_db
class TestPool:
    def test_is_made_once(self):
        first = pool.ensure()
        second = pool.ensure()

        assert first.client.id == second.client.id
        assert UserPool.objects.filter(name=pool.NAME).count() == 1
        assert pool.ensure_access_key() == pool.ensure_access_key()
        assert first.pool.resource_servers.get().scope_names == ["shop/orders.read", "shop/orders.write"]

    def test_superuser_gets_a_fresh_password_each_time(self):
        first = pool.ensure_superuser()
        second = pool.ensure_superuser()

        admin = User.objects.get(username=pool.SUPERUSER)
        assert admin.is_superuser
        assert admin.check_password(second)
        assert not admin.check_password(first)


class TestCommand:
    def test_refuses_without_debug(self, settings):
        settings.DEBUG = False

        with pytest.raises(CommandError, match="DJANGO_DEBUG=1"):
            call_command("demo", once=True)

    def test_names_another_port_when_its_own_is_taken(self, settings):
        settings.DEBUG = True
        with socket.socket() as taken:
            taken.bind((server.HOST, 0))
            taken.listen()
            port = taken.getsockname()[1]

            with pytest.raises(CommandError, match=f"Port {port} is taken.* --port {port + 1}"):
                call_command("demo", port=port, stdout=io.StringIO())

    @pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty"])
    def test_refuses_what_is_no_port(self, port):
        with pytest.raises(CommandError, match="is no port"):
            call_command("demo", "--port", port)

    @pytest.mark.django_db
    def test_can_be_stopped_before_it_serves(self, settings, monkeypatch):
        def stop(base_url):
            raise KeyboardInterrupt

        settings.DEBUG = True
        monkeypatch.setattr(pool, "ensure", stop)

        with pytest.raises(CommandError, match="Stopped") as stopped:
            call_command("demo", port=server.any_free_port(), stdout=io.StringIO())

        assert stopped.value.returncode == 130

    def test_says_when_there_is_no_database(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "manage.py", "demo", "--once"],
            cwd=ROOT,
            env=_environment(f"sqlite:///{tmp_path}/missing/demo.sqlite3"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 1
        assert "The database cannot be used. Check DATABASE_URL." in done.stderr
        assert "Traceback" not in done.stderr

    def test_plays_the_whole_journey(self, tmp_path):
        """A fresh database, another process, real HTTP; its own port is taken on purpose."""
        environment = _environment(f"sqlite:///{tmp_path}/demo.sqlite3")
        with socket.socket() as taken:
            taken.bind((server.HOST, 0))
            taken.listen()

            done = subprocess.run(
                [sys.executable, "manage.py", "demo", "--once", "--port", str(taken.getsockname()[1])],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )

        assert done.returncode == 0, done.stdout + done.stderr
        assert "is taken, so this run uses" in done.stdout
        assert "Every step went as it must." in done.stdout
        assert "✗" not in done.stdout
        assert "\x1b" not in done.stdout
