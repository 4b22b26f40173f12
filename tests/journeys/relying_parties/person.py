"""A person with a browser that has no scripts: it keeps cookies, follows links and fills in forms."""

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_MAX_STEPS = 20


@dataclass
class Person:
    """Signs in wherever a page asks for it.

    Attributes:
        pages: addresses of the forms that were filled in.
    """

    username: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)
    pages: list[str] = field(default_factory=list)

    def go(self, address: str, *, until: str = "") -> requests.Response | str:
        """Return the first address below ``until``, without visiting it, or the page at which the way ends."""
        answer = self._get(address)
        for _step in range(_MAX_STEPS):
            if answer.is_redirect:
                address = urljoin(answer.url, answer.headers["Location"])
                if until and address.startswith(until):
                    return address
                answer = self._get(address)
            elif 'name="password"' in answer.text:
                answer = self.send(answer, username=self.username, password=self.password)
            else:
                return answer
        raise AssertionError(f"Still on the way at {answer.url}.")

    def send(self, page: requests.Response, **fields: str) -> requests.Response:
        """Send the form of a page."""
        assert len(self.pages) < _MAX_STEPS, page.text
        self.pages.append(page.url)
        token = _TOKEN.search(page.text)
        assert token is not None, page.text
        return self.session.post(
            page.url,
            {"csrfmiddlewaretoken": token[1], **fields},
            headers={"Referer": page.url},
            allow_redirects=False,
            timeout=10,
        )

    def _get(self, address: str) -> requests.Response:
        return self.session.get(address, allow_redirects=False, timeout=10)
