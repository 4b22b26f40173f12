"""Drawings: what is left of hostile ones, and that harmless ones stay what they are."""

from xml.etree import ElementTree

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.services.branding import svg

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script by reference": '<script href="https://evil.example/x.js"/>',
    "script of another namespace": '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "script of no namespace": '<script xmlns="">alert(1)</script>',
    "handler": '<rect onload="alert(1)" width="1"/>',
    "handler in capitals": '<rect ONCLICK="alert(1)" width="1"/>',
    "html": '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)">x</b></foreignObject>',
    "frame": '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/>',
    "link": '<a href="javascript:alert(1)"><text>press</text></a>',
    "link by xlink": '<a xlink:href="javascript:alert(1)"><rect width="1"/></a>',
    "spaced scheme": '<use href=" java&#10;script:alert(1)"/>',
    "use of elsewhere": '<use href="https://evil.example/x.svg#a"/>',
    "use by xlink": '<use xlink:href="//evil.example/x.svg#a"/>',
    "use of data": '<use href="data:image/svg+xml;base64,PHN2Zz4=#x"/>',
    "image of elsewhere": '<image href="https://evil.example/x.png"/>',
    "image of a drawing": '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
    "image of html": '<image xlink:href="data:text/html,evil.example"/>',
    "animated link": '<rect><set attributeName="href" to="javascript:alert(1)"/></rect>',
    "animated handler": '<animate attributeName="onload" values="alert(1)"/>',
    "paint of elsewhere": '<rect fill="url(https://evil.example/x#a)"/>',
    "paint with an escape": r'<rect fill="u\72l(https://evil.example/x)"/>',
    "style attribute": '<rect style="fill:url(//evil.example/x)"/>',
    "style attribute with an escape": r'<rect style="fill:u\72l(//evil.example/x)"/>',
    "style expression": '<rect style="width:expression(alert(1))"/>',
    "style binding": '<rect style="-moz-binding:url(#x)"/>',
    "style element": "<style>@import 'https://evil.example/x.css';</style>",
    "style element with url": "<style>rect{fill:url(https://evil.example/x)}</style>",
    "style element with image-set": "<style>rect{background:image-set('https://evil.example/x' 1x)}</style>",
    "style element with font": "<style>@font-face{font-family:x;src:url(//evil.example/f)}</style>",
    "style in cdata": "<style><![CDATA[rect{fill:url(//evil.example/x)}]]></style>",
    "filter image": '<filter><feImage href="https://evil.example/x"/></filter>',
    "base": '<rect xml:base="https://evil.example/"/>',
    "handler element": '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>',
    "metadata": "<metadata>alert(1)</metadata>",
    "comment": "<!-- alert(1) -->",
    "instruction": '<?xml-stylesheet href="https://evil.example/x.css"?>',
    "text": "<text>javascript:alert(1)</text>",
}
FORBIDDEN = (
    "script",
    "alert",
    "evil.example",
    "javascript",
    "foreignobject",
    "onload",
    "expression",
    "import",
    "<?",
    "<!",
)

REFUSED = {
    "entities": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    "external entity": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    "document type": b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"<html><script>alert(1)</script></html>",
    "no namespace": b"<svg><rect/></svg>",
    "other namespace": b'<svg xmlns="http://www.w3.org/1999/xhtml"/>',
    "not closed": b'<svg xmlns="http://www.w3.org/2000/svg"><rect>',
    "nothing": b"",
    "bytes": b"\x89PNG\r\n\x1a\n\x00\xff",
    "unknown encoding": b'<?xml version="1.0" encoding="no-such"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "deep": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>",
    "many": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 20_001 + b"</svg>",
    "many uses": b'<svg xmlns="http://www.w3.org/2000/svg">' + b'<use href="#a"/>' * 1_002 + b"</svg>",
}


class TestSanitize:
    @pytest.mark.parametrize("inner", HOSTILE.values(), ids=HOSTILE.keys())
    def test_leaves_nothing_hostile(self, inner):
        cleaned = svg.sanitize(f"<svg {NS}>{inner}<circle r='2'/></svg>".encode()).decode()

        assert [word for word in FORBIDDEN if word in cleaned.lower()] == []
        assert "<circle" in cleaned
        ElementTree.fromstring(cleaned)

    @pytest.mark.parametrize("attribute", ['onload="alert(1)"', 'onbegin="alert(1)"', 'xml:base="//evil.example"'])
    def test_cleans_the_outermost_element(self, attribute):
        cleaned = svg.sanitize(f"<svg {NS} {attribute} width='2'/>".encode()).decode()

        assert cleaned == '<svg xmlns="http://www.w3.org/2000/svg" width="2" />'

    @pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
    def test_refuses(self, content):
        with pytest.raises(InvalidParameterException):
            svg.sanitize(content)

    def test_refuses_what_hides_in_another_encoding(self):
        content = f"<svg {NS}><script>alert(1)</script><circle/></svg>".encode("utf-16")

        assert b"script" not in svg.sanitize(content)

    def test_keeps_what_only_draws(self):
        inner = (
            "<title>Sign &amp; go</title>"
            "<style>.a{fill:#fff;stroke:url(#g)}</style>"
            '<defs><linearGradient id="g"><stop offset="0" stop-color="red" /></linearGradient></defs>'
            '<g transform="scale(2)"><path class="a" d="M0 0L1 1" fill="url(#g)" style="opacity:.5" />tail</g>'
            '<use href="#g" />'
            '<image href="data:image/png;base64,AAAA" />'
        )
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{inner}</svg>'

        assert svg.sanitize(drawing.encode()).decode() == drawing

    def test_is_content_with_what_it_wrote(self):
        once = svg.sanitize(f"<svg {NS}><use xlink:href='#a'/><b/>text<text>é</text></svg>".encode())

        assert svg.sanitize(once) == once
        assert b'href="#a"' in once
        assert b"text<text>" in once
