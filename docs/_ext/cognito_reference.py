"""Directives that write reference pages from the code, so that they cannot go stale.

Each directive takes no content and writes Markdown, which MyST parses in its place.
"""

import argparse
import importlib
import inspect
import itertools
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings as django_settings
from django.core.management import load_command_class
from django.dispatch import Signal
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from cognito_auth import checks, conf, exceptions, reasons, signals
from cognito_auth.checks import types as setting_types
from cognito_auth.management import commands
from cognito_auth.operations import differences, not_offered, registry
from cognito_auth.services import throttling

_PROOFS = {
    registry.Authorization.SIGNED: "signed with an access key",
    registry.Authorization.SIGNED_OR_CLIENT: "signed with an access key, or with the app client's secret",
    registry.Authorization.ACCESS_TOKEN: "with an access token",
    registry.Authorization.NONE: "open to everybody",
}


class Generated(SphinxDirective):
    """Base: a directive whose Markdown comes from :meth:`lines`."""

    has_content = False

    def lines(self) -> Iterator[str]:
        """Yield lines of Markdown."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return what the Markdown means."""
        container = nodes.Element()
        self.state.nested_parse(StringList(list(self.lines()), source=type(self).__name__), 0, container)
        return container.children


class Settings(Generated):
    """Every key of ``COGNITO_AUTH``: type, default, meaning; from ``conf.py`` and ``checks``."""

    def lines(self) -> Iterator[str]:
        """Yield a definition list."""
        for key, default in conf.DEFAULTS.items():
            attribute = inspect.getattr_static(conf.Settings, key.lower())
            yield f"`{key}`"
            yield f": {_first_paragraph(attribute)}"
            yield ""
            default_is_told = "Default:" in (inspect.getdoc(attribute.fget) or "")
            yield f"  Type: {setting_types.TYPES[key].expected}." + (
                "" if default_is_told else f" Default: `{default!r}`."
            )
            for paragraph in _further_paragraphs(attribute):
                yield ""
                yield f"  {paragraph}"
            yield ""


class Checks(Generated):
    """Every finding of the system checks."""

    def lines(self) -> Iterator[str]:
        """Yield a definition list."""
        for finding in checks.findings.FINDINGS:
            yield f"`cognito_auth.{finding.id}`" + (" (only `check --deploy`)" if finding.deployment_only else "")
            yield f": {_plain(finding.message)}"
            yield ""
            yield f"  *{_plain(finding.hint)}*"
            yield ""


class Operations(Generated):
    """Every operation of the API and what becomes of it here."""

    def lines(self) -> Iterator[str]:
        """Yield a list of those that are served and one of those that are refused, by reason."""
        operations = registry.load()
        served = {name: operation for name, operation in sorted(operations.items()) if operation.function is not None}
        yield f"{len(served)} of {len(operations)} operations are served, the others refused with a reason."
        yield ""
        yield "### Served"
        yield ""
        for name, operation in served.items():
            yield f"`{name}` ({_PROOFS[operation.authorization]})"
            yield f": {_first_paragraph(operation.function)}"
            yield ""
            if name in differences.WHEN_NOT_STRICT:
                yield f"  In pools that are not strict: {differences.WHEN_NOT_STRICT[name]}"
                yield ""
        yield f"Of all signed ones, in pools that are not strict: {differences.EVERY_SIGNED_CALL}"
        yield ""
        yield "### Refused"
        yield ""
        for why, names in itertools.groupby(
            sorted(not_offered.REASONS, key=lambda name: (not_offered.REASONS[name], name)), not_offered.REASONS.get
        ):
            yield f"{str(why)[0].upper()}{str(why)[1:]}"
            yield f": {', '.join(f'`{name}`' for name in names)}"
            yield ""


class Reasons(Generated):
    """The catalogue of refusals, by error."""

    def lines(self) -> Iterator[str]:
        """Yield one section per error, in it a list of reasons."""
        by_error = sorted(reasons.catalogue(), key=lambda reason: (reason.error.__name__, reason.id))
        for error, group in itertools.groupby(by_error, key=lambda reason: reason.error):
            family = error.__mro__[1]
            yield f"### {error.__name__}"
            yield ""
            yield f"{_first_paragraph(error)} Family: `{family.__name__}`. Status: {error.status}."
            yield ""
            for reason in group:
                yield f"`{reason.id}`"
                yield f": “{_plain(reason.message)}”" if reason.message else ": *(no message)*"
                yield ""
                yield f"  {_plain(str(reason.detail))}"
                yield ""


class Throttles(Generated):
    """The scopes of request rates, from the table in the docstring of ``throttling.py``."""

    def lines(self) -> Iterator[str]:
        """Yield a table."""
        documentation = inspect.getdoc(throttling) or ""
        yield "| Scope | Counted for | Default |"
        yield "| --- | --- | --- |"
        for scope, rate in throttling.DEFAULT_RATES.items():
            row = next(line for line in documentation.splitlines() if line.split(" ")[0] == scope)
            # name, meaning, default; columns are two spaces apart, or one where the text fills them
            meaning = re.sub(r"^\S+\s+|\s+\d+ / \d+ s$", "", row)
            yield f"| `{scope}` | {meaning} | `{rate!r}` |"


class Families(Generated):
    """The families of errors that a Python caller may catch."""

    def lines(self) -> Iterator[str]:
        """Yield a table."""
        yield "| Family | Meaning |"
        yield "| --- | --- |"
        for family in exceptions.CognitoError.__subclasses__():
            yield f"| `{family.__name__}` | {_first_paragraph(family)} |"


class Signals(Generated):
    """Every signal."""

    def lines(self) -> Iterator[str]:
        """Yield the module's docstring and a list."""
        yield from _markdown(inspect.getdoc(signals) or "").splitlines()
        yield ""
        for name, value in vars(signals).items():
            if isinstance(value, Signal):
                yield f"- `cognito_auth.signals.{name}`"


class Commands(Generated):
    """Every management command with its options."""

    def lines(self) -> Iterator[str]:
        """Yield one section per command."""
        for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda module: module.name):
            imported = importlib.import_module(f"{commands.__name__}.{module.name}")
            command = load_command_class("cognito_auth", module.name)
            yield f"### {module.name}"
            yield ""
            yield from _markdown(inspect.getdoc(imported) or str(command.help)).splitlines()
            yield ""
            yield "```text"
            yield from _usage(command.create_parser("manage.py", module.name)).splitlines()
            yield "```"
            yield ""


class Module(Generated):
    """What a module offers: ``{cognito-module} cognito_auth.rest_framework.permissions``."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Yield the module's docstring and one section per public class or function, as they stand there."""
        module = importlib.import_module(self.arguments[0])
        yield from _markdown(inspect.getdoc(module) or "").splitlines()
        yield ""
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if not (inspect.isclass(thing) or inspect.isfunction(thing)):
                continue
            yield f"### {name}"
            yield ""
            yield from _markdown(inspect.getdoc(thing) or "").splitlines()
            yield ""


class Tree(Generated):
    """One line per module of a package, from its docstring: ``{cognito-tree} cognito_auth``."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Yield a nested list."""
        package = importlib.import_module(self.arguments[0])
        yield from self._of(package.__name__, package.__path__, depth=0)

    def _of(self, package: str, path: Any, *, depth: int) -> Iterator[str]:
        modules = [module for module in pkgutil.iter_modules(path) if module.name != "migrations"]
        for module in sorted(modules, key=lambda module: (not module.ispkg, module.name)):
            if package.endswith((".commands", ".operations")) and module.name == "shapes":
                continue  # generated
            imported = importlib.import_module(f"{package}.{module.name}")
            name = f"{module.name}/" if module.ispkg else f"{module.name}.py"
            yield f"{'  ' * depth}- `{name}`: {_first_paragraph(imported)}"
            if module.ispkg:
                yield from self._of(imported.__name__, imported.__path__, depth=depth + 1)


def _usage(parser: Any) -> str:
    # The options of every Django command are left out.
    common = {"--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color"}
    for action in parser._actions:
        if common & set(action.option_strings) or "--skip-checks" in action.option_strings:
            action.help = argparse.SUPPRESS
    return str(parser.format_help())


def _paragraphs(thing: object) -> list[str]:
    documentation = inspect.getdoc(thing.fget if isinstance(thing, property) else thing) or ""
    text = _markdown(re.sub(r"\n\nRaises:\n(?: {4}.*\n?)+", "", documentation))
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _first_paragraph(thing: object) -> str:
    return re.sub(r"\s*Source: .*", "", _paragraphs(thing)[0])


def _further_paragraphs(thing: object) -> list[str]:
    return [text for text in _paragraphs(thing)[1:] if not text.startswith("Source:")]


def _markdown(text: str) -> str:
    """Turn the little reStructuredText of our docstrings into Markdown."""
    text = re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", text).replace("``", "`")
    text = re.sub(r"::\n\n((?:(?: {4,}.*)?\n)+(?: {4,}.*)?)", _fenced, text)
    return re.sub(r"^(Raises|Attributes|Returns):\n((?: {4}.*\n?)+)", _listed, text, flags=re.MULTILINE)


def _fenced(match: re.Match[str]) -> str:
    return f":\n\n```python\n{inspect.cleandoc(match[1])}\n```\n\n"


def _listed(match: re.Match[str]) -> str:
    """Turn "Raises:" with indented lines into a list."""
    joined = re.sub(r"\n {8,}", " ", match[2])
    items = [line.strip().partition(": ") for line in joined.splitlines() if line.strip()]
    return f"{match[1]}:\n\n" + "\n".join(f"- `{name}`: {text}" for name, _colon, text in items)


def _plain(text: str) -> str:
    """Turn a format template into Markdown that means just its text, with placeholders in angle quotes."""
    text = re.sub(r"(?<!\{)\{(\w+)(?:![rs])?\}(?!\})", r"‹\1›", text)
    text = text.replace("{{{", "{‹").replace("}}}", "›}").replace("{{", "{").replace("}}", "}")
    return re.sub(r"([|<>*_`\[\]\\])", r"\\\1", text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    assert django_settings.configured
    for name, directive in {
        "cognito-settings": Settings,
        "cognito-checks": Checks,
        "cognito-operations": Operations,
        "cognito-reasons": Reasons,
        "cognito-families": Families,
        "cognito-signals": Signals,
        "cognito-throttles": Throttles,
        "cognito-commands": Commands,
        "cognito-module": Module,
        "cognito-tree": Tree,
    }.items():
        app.add_directive(name, directive)
    return {"parallel_read_safe": True}
