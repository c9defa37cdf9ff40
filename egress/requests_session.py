"""A session of the library `requests` whose every request goes through the guarded client."""

from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from egress.guard import Refused
from egress.http import client

TOTAL_S = 20.0
MAX_BYTES = 1024 * 1024


class GuardedAdapter(BaseAdapter):
    """Sends what `requests` has prepared."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request.

        Raises:
            requests.ConnectionError: it may not leave the machine, or nobody answered.
        """
        body: Any = request.body
        headers = {name: str(value) for name, value in request.headers.items()}
        try:
            with client(total_s=TOTAL_S, max_bytes=MAX_BYTES) as guarded:
                answer = guarded.request(str(request.method), str(request.url), headers=headers, content=body)
        except (httpx.HTTPError, httpx.InvalidURL, Refused) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers)
        response.url = str(request.url)
        response.encoding = answer.encoding
        response.request = request
        response._content = answer.content
        return response

    def close(self) -> None:
        """Nothing stays open."""


def guarded_session() -> requests.Session:
    """Return a session that follows nobody elsewhere and asks the environment for nothing."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter())
    return session
