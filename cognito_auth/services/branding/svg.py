"""Drawings (SVG) reduced to what can only be looked at.

A drawing is a document: it may hold scripts, handlers, links, pages of HTML and references to elsewhere.
It is parsed, and written anew from the elements, attributes and style declarations listed here; all
else is left out. What declares a document type or entities is refused, since a harmless drawing has none.
"""

import re
from xml.etree import ElementTree  # to write; defusedxml reads

from defusedxml import ElementTree as SafeElementTree
from defusedxml.common import DefusedXmlException

from cognito_auth import reasons
from cognito_auth.services.branding import style_sheets

_SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_MAX_DEPTH = 100
_MAX_ELEMENTS = 20_000
_MAX_USES = 1_000

ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc style switch
    path rect circle ellipse line polyline polygon text tspan textPath image
    linearGradient radialGradient stop pattern clipPath mask marker filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """.split()  # noqa: SIM905  words read better than quotes
)
ATTRIBUTES = frozenset(
    """
    id class style lang role tabindex href
    x y z x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox preserveAspectRatio version
    transform pathLength rotate textLength lengthAdjust startOffset method spacing
    gradientUnits gradientTransform spreadMethod offset
    patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
    markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits
    in in2 result type values mode operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode
    kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent
    xChannelSelector yChannelSelector azimuth elevation stdDeviation radius scale seed numOctaves baseFrequency
    stitchTiles limitingConeAngle pointsAtX pointsAtY pointsAtZ tableValues slope intercept amplitude exponent
    alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters
    direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font-family
    font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering letter-spacing
    lighting-color marker-end marker-mid marker-start mask mix-blend-mode opacity overflow paint-order
    shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering
    transform-origin unicode-bidi vector-effect visibility word-spacing writing-mode
    """.split()  # noqa: SIM905  words read better than quotes
)
_OWN_PART = re.compile(r"#[\w.:-]+")
_URL_OF_OWN_PART = re.compile(r"""url\(\s*(["']?)#[\w.:-]+\1\s*\)""", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=\s]*")
# Functions of style sheets that fetch or run something; in attributes only url() of a part is left.
_FETCHES = re.compile(r"(?:url|src|image|image-set|element|expression|var|attr)\s*\(", re.IGNORECASE)


def sanitize(content: bytes) -> bytes:
    """Return the drawing as UTF-8 with nothing in it that runs, links or loads.

    Raises:
        InvalidParameterException: no well-formed SVG, a document type or entities in it, or beyond all measure.
    """
    try:
        root = SafeElementTree.fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    # LookupError, ValueError: what the declaration says of the encoding.
    except (DefusedXmlException, ElementTree.ParseError, LookupError, ValueError):
        raise reasons.UNSAFE_IMAGE(problem="it is not well-formed, or declares a document type or entities") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise reasons.UNSAFE_IMAGE(problem="its outermost element is not an svg of the namespace of SVG")
    drawing = _copied(root)
    sanitized: bytes = ElementTree.tostring(drawing, encoding="utf-8", default_namespace=None)
    return sanitized


def _copied(root: ElementTree.Element) -> ElementTree.Element:
    """Return a copy of what is listed, made without recursion."""
    copy = ElementTree.Element("svg", {"xmlns": _SVG, **_attributes_of(root, "svg")})
    copy.text = _text(root.text)
    waiting = [(root, copy, 1)]
    elements = uses = 0
    while waiting:
        source, target, depth = waiting.pop()
        for child in source:
            elements += 1
            if depth >= _MAX_DEPTH or elements > _MAX_ELEMENTS or uses > _MAX_USES:
                raise reasons.UNSAFE_IMAGE(problem="it has too many elements, or they are nested too deeply")
            name = _name_of(child)
            if name is None or (name == "style" and not style_sheets.is_harmless(child.text or "")):
                _add_text(target, child.tail)
                continue
            uses += name == "use"
            added = ElementTree.SubElement(target, name, _attributes_of(child, name))
            added.text, added.tail = _text(child.text), _text(child.tail)
            if name != "style":
                waiting.append((child, added, depth + 1))
    return copy


def _name_of(element: ElementTree.Element) -> str | None:
    """Return the name of an element that is listed."""
    # Comments and processing instructions have functions for tags.
    if not isinstance(element.tag, str):
        return None
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace == f"{{{_SVG}" and name in ELEMENTS else None


def _attributes_of(element: ElementTree.Element, name: str) -> dict[str, str]:
    attributes = {}
    for attribute, value in element.attrib.items():
        plain = "href" if attribute == _XLINK_HREF else attribute
        if plain in ATTRIBUTES and _is_harmless(name, plain, value):
            attributes[plain] = value
    return attributes


def _is_harmless(element: str, attribute: str, value: str) -> bool:
    if _runs(value):
        return False
    if attribute == "href":
        if element == "image":
            return _PICTURE.fullmatch(value.strip()) is not None
        return _OWN_PART.fullmatch(value.strip()) is not None
    if attribute == "style":
        return style_sheets.are_harmless_declarations(value)
    # A backslash could spell a function that nobody would recognise.
    return "\\" not in value and not _FETCHES.search(_URL_OF_OWN_PART.sub("", value))


def _runs(value: str) -> bool:
    squeezed = "".join(character for character in value if character > " ").lower()
    return "javascript:" in squeezed or "vbscript:" in squeezed


def _text(text: str | None) -> str | None:
    return None if text is None or _runs(text) else text


def _add_text(parent: ElementTree.Element, text: str | None) -> None:
    """Keep the text that followed an element that is left out."""
    kept = _text(text)
    if not kept:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + kept
    else:
        parent.text = (parent.text or "") + kept
