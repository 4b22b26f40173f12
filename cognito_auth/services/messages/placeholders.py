"""Filling placeholders into texts that pools' staff and API callers wrote.

``{####}`` is the code or temporary password, ``{username}`` the name to sign in with, ``{link}`` an
address, ``{##text##}`` a link with that text. Notices of risky sign-ins have further ones
(``{ip-address}`` …), which mean nothing in other messages. A text is read once, from left to right, so a value
that looks like a placeholder stays what it is; nothing is ever compiled as a template.
Source: AWS "Customizing user verification messages".
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

# The text of a link is short; the bound keeps the search linear in texts with many "{##".
_PLACEHOLDER = re.compile(r"\{####\}|\{[a-z-]{1,24}\}|\{##([^{}\r\n]{1,300}?)##\}")
_MARKUP = re.compile(r"<[A-Za-z/!]|&#?\w+;")
_DOCUMENT = re.compile(r"<(?:!doctype|html|body)\b", re.IGNORECASE)
_CODE_STYLE = (
    "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-weight:700;letter-spacing:0.12em;"
    "white-space:nowrap"
)


@dataclass(frozen=True, slots=True)
class Values:
    """What is filled in; anything that does not apply is empty."""

    username: str
    code: str = field(repr=False)
    link: str = field(repr=False)
    further: Mapping[str, str] = field(default_factory=dict, repr=False)


def fill_text(template: str, values: Values) -> str:
    """Return ``template``, a plain text, with its placeholders filled."""
    return _fill(template, values, quote=str, code=values.code, link=_text_link)


def fill_html(template: str, values: Values) -> str:
    """Return ``template``, HTML, with its placeholders filled with escaped values."""
    return _fill(template, values, quote=html.escape, code=html.escape(values.code), link=_html_link)


def html_of_text(template: str, values: Values) -> str:
    """Return a plain text as HTML paragraphs, with its placeholders filled and the code set apart."""
    # Escaping leaves placeholders as they are: they hold no special character but those of their text.
    escaped = html.escape("\n".join(template.strip().splitlines()), quote=False)
    paragraphs = re.split(r"\n{2,}", escaped)
    body = "".join("<p>" + paragraph.replace("\n", "<br>") + "</p>" for paragraph in paragraphs)
    code = f'<strong style="{_CODE_STYLE}">{html.escape(values.code)}</strong>' if values.code else ""
    return _fill(body, values, quote=_quote_or_link, code=code, link=_html_link)


def _quote_or_link(value: str) -> str:
    quoted = html.escape(value)
    return f'<a href="{quoted}">{quoted}</a>' if value.startswith(("https://", "http://")) else quoted


def is_markup(template: str) -> bool:
    """Tell whether a text that may be HTML is."""
    return _MARKUP.search(template) is not None


def is_document(template: str) -> bool:
    """Tell whether an HTML text is a whole page rather than a part of one."""
    return _DOCUMENT.search(template) is not None


def _fill(
    template: str, values: Values, *, quote: Callable[[str], str], code: str, link: Callable[[str, str], str]
) -> str:
    def value_of(match: re.Match[str]) -> str:
        if match[1] is not None:
            return link(match[1].strip(), values.link)
        if match[0] == "{####}":
            return code
        known = {"{username}": values.username, "{link}": values.link, **values.further}
        # What only looks like a placeholder stays.
        return quote(known[match[0]]) if match[0] in known else match[0]

    return _PLACEHOLDER.sub(value_of, template)


def _text_link(text: str, link: str) -> str:
    return f"{text}: {link}" if link else text


def _html_link(text: str, link: str) -> str:
    # The text of the link belongs to the template, whose author writes HTML.
    return f'<a href="{html.escape(link)}">{text}</a>' if link else text


_BLOCK_NAMES = (
    "address article aside blockquote div dl dt dd fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav"
    " ol p pre section table tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HIDDEN = frozenset({"head", "script", "style", "title", "template", "noscript"})


class _TextReader(HTMLParser):
    """Collects what a reader without HTML should see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n" if tag == "tr" else "\n\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.pieces)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in _BLOCKS:
            self.pieces.append("\n" if tag in ("li", "tr") else "\n\n")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            if address and address not in "".join(self.pieces[start:]):
                self.pieces.append(f": {address}")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def text_of_html(markup: str) -> str:
    """Return the plain text that says what an HTML text says; addresses of links are written out."""
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
