"""Images, drawings and settings for tests of styles."""

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff\xe0" + b"pixels"
ICO = b"\x00\x00\x01\x00\x01\x00" + b"\x10" * 30
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 pixels"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#1d4ed8"/></svg>'
SETTINGS = {
    "components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "aa0000ff"}}}},
    "ofNewerConsoles": {"kept": [1, 2]},
}


def asset(category="FORM_LOGO", color_mode="LIGHT", extension="PNG", **content):
    """Return an image of a request."""
    return {"Category": category, "ColorMode": color_mode, "Extension": extension, **(content or {"Bytes": PNG})}
