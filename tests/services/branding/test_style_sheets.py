"""Style sheets of the classic pages."""

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.services.branding import style_sheets

GOOD = [
    "",
    "  /* nothing */ ",
    ".logo-customizable { max-width: 60%; max-height: 30%; }",
    ".submitButton-customizable:hover { color: #fff; background-color: #286090 }",
    ".label-customizable, .textDescription-customizable { font-weight: 300 }",
    ".inputField-customizable:focus { border-color: #66afe9; outline: 0; }",
    ".banner-customizable { background: linear-gradient(45deg, rgb(0 0 0 / 50%), hsl(10 20% 30%)) }",
    ".background-customizable { background-image: url(data:image/png;base64,AAAA) }",
    ".background-customizable { background-image: url('data:image/png;base64,AAAA') }",
    "@media (max-width: 600px) { .logo-customizable { width: calc(100% - 2px) } }",
    ".label-customizable { color: red !important }",
]
BAD = [
    "body { color: red }",
    "* { color: red }",
    ".other { color: red }",
    ".logo-customizable .other { color: red }",
    ".logo-customizable > a { color: red }",
    ".logo-customizable[x] { color: red }",
    ".logo-customizable::before { content: 'x'; } a { }",
    ":hover { color: red }",
    ".logo-customizable, { color: red }",
    "input[value^=a] { background: red }",
    "@import 'https://evil.example/x.css';",
    r"@\69mport 'https://evil.example/x.css';",
    "@font-face { font-family: x; src: url(//evil.example/f) }",
    "@media screen { @media print { .logo-customizable { color: red } } }",
    "@media screen { body { color: red } }",
    "@media screen;",
    ".logo-customizable { background: url(https://evil.example/x) }",
    ".logo-customizable { background: url('https://evil.example/x') }",
    r".logo-customizable { background: u\72l(https://evil.example/x) }",
    ".logo-customizable { background: url(/**/'//evil.example/x') }",
    ".logo-customizable { background: image-set('//evil.example/x' 1x) }",
    ".logo-customizable { background: src('//evil.example/x') }",
    ".logo-customizable { background: url(data:image/svg+xml;base64,AAAA) }",
    ".logo-customizable { background: url(data:text/html,x) }",
    ".logo-customizable { background: url(#own) }",
    ".logo-customizable { width: expression(alert(1)) }",
    ".logo-customizable { width: calc(expression(alert(1))) }",
    ".logo-customizable { color: var(--x) }",
    ".logo-customizable { --x: url(//evil.example) }",
    ".logo-customizable { behavior: none }",
    ".logo-customizable { -moz-binding: none }",
    ".logo-customizable { color: red } </style><script>alert(1)</script>",
    ".logo-customizable { content: '</style>' }",
    "<!-- .logo-customizable { color: red } -->",
    ".logo-customizable { color red }",
    ".logo-customizable { .label-customizable { color: red } }",
    ".logo-customizable { color: red; } }",
    ".logo-customizable { width: " + "calc(" * 40 + "1px" + ")" * 40 + " }",
]


class TestCheck:
    @pytest.mark.parametrize("css", GOOD)
    def test_accepts(self, css):
        style_sheets.check(css)

    @pytest.mark.parametrize("css", BAD)
    def test_refuses(self, css):
        with pytest.raises(InvalidParameterException, match="Invalid CSS: "):
            style_sheets.check(css)

    def test_survives_nesting_beyond_measure(self):
        with pytest.raises(InvalidParameterException):
            style_sheets.check(".logo-customizable { width: " + "(" * 100_000)
