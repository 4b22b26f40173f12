"""Chromium, for apps that run in a browser."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from django.db import connections

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@contextmanager
def chromium(monkeypatch, *flags):
    """Yield a page of a new browser; its ``problems`` are what went wrong in scripts."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop runs in this thread, beside which Django refuses queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        context = browser.new_context(ignore_https_errors=True, locale="en")
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda told: page.problems.append(told.text) if told.type == "error" else None)
        yield page
        browser.close()
        # Beside the event loop Django keeps connections of their own, which nobody else would close.
        connections.close_all()


def bundled(modules, source) -> bytes:
    """Return a script for browsers made of a module and the packages it imports."""
    command = [
        str(modules / "node_modules/.bin/esbuild"),
        str(source),
        "--bundle",
        "--format=iife",
        "--log-level=error",
    ]
    environment = os.environ | {"NODE_PATH": str(modules / "node_modules")}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def sign_in(page, username, password):
    """Fill in the login page that the browser is at."""
    page.wait_for_selector("input[name=password]")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
