"""A person's browser and system in two words, from the ``User-Agent`` header.

For people to recognise their sessions by, and to tell a device that was seen before from a new one;
version numbers are left out, since they change by themselves. A caller may send anything: nothing is
decided in anybody's favour by it alone.
"""

import re
from collections.abc import Sequence

_MAX_READ = 256
# In this order: browsers name their ancestors too.
_PROGRAMS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("Edge", r"\bEdg(?:e|A|iOS)?/"),
        ("Opera", r"\bOPR/|\bOpera\b"),
        ("Samsung Internet", r"\bSamsungBrowser/"),
        ("Firefox", r"\bFirefox/|\bFxiOS/"),
        ("Chrome", r"\bChrome/|\bCriOS/|\bChromium/"),
        ("Safari", r"\bSafari/"),
        ("AWS CLI", r"\baws-cli/"),
        ("Boto3", r"\bBoto(?:3|core)/"),
        ("Amplify", r"\b(?:aws-)?amplify\b"),
        ("AWS SDK", r"\baws-sdk-\w+"),
    )
)
_SYSTEMS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("iPadOS", r"\biPad\b"),
        ("iOS", r"\biPhone\b|\biPod\b|\bios[/#]"),
        ("Android", r"\bAndroid\b"),
        ("Windows", r"\bWindows\b|\bos/windows"),
        ("ChromeOS", r"\bCrOS\b"),
        ("macOS", r"\bMac OS X\b|\bMacintosh\b|\bos/macos|\bDarwin/"),
        ("Linux", r"\bLinux\b|\bos/linux"),
    )
)


def describe(user_agent: str) -> str:
    """Return, for example, ``"Firefox, Windows"``; empty if nothing is recognised."""
    text = user_agent[:_MAX_READ]
    found = [_first(_PROGRAMS, text), _first(_SYSTEMS, text)]
    return ", ".join(name for name in found if name)


def _first(known: Sequence[tuple[str, re.Pattern[str]]], text: str) -> str:
    return next((name for name, pattern in known if pattern.search(text)), "")
