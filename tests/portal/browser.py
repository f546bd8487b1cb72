"""A browser without JavaScript: follows links, fills in forms, keeps cookies."""

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.portal.markup import Element, parse

ORIGIN = "http://127.0.0.1"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass
class Browser:
    """One person's browser."""

    client: TestClient
    language: str = "en"

    def fetch(self, path: str, **headers: str) -> Response:
        """An answer as it comes, redirects unfollowed."""
        asked = {"accept": HTML, "accept-language": self.language} | headers
        return self.client.get(path, headers=asked, follow_redirects=False)

    def open(self, path: str, status: int = 200) -> Element:
        """A page; fails unless it answers with the status."""
        answer = self.fetch(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return parse(answer.text)

    def send(self, path: str, origin: str | None = ORIGIN, **fields: Any) -> Response:
        """A form, as a browser sends it from a page of `origin`."""
        headers = {"accept": HTML, "accept-language": self.language}
        if origin is not None:
            headers["origin"] = origin
        return self.client.post(path, data=fields, headers=headers, follow_redirects=False)

    def upload(self, form: Element, name: str, content: bytes, **fields: str) -> Response:
        """A form with a file of any name, its hidden fields kept."""
        hidden = {e["name"]: e.get("value") for e in form.all("input", type="hidden")}
        return self.client.post(
            form["action"],
            data=hidden | fields,
            files={form.one("input", type="file")["name"]: (name, content)},
            headers={"accept": HTML, "accept-language": self.language, "origin": ORIGIN},
            follow_redirects=False,
        )

    def submit(self, form: Element, **fields: str) -> Response:
        """A form of a page, its hidden fields kept."""
        hidden = {e["name"]: e.get("value") for e in form.all("input", type="hidden")}
        return self.send(form["action"], **hidden, **fields)

    def submit_all(self, form: Element, path: str | None = None, **typed: str) -> Response:
        """A form whose hidden fields may carry one name several times; `path` of another button."""
        held: dict[str, Any] = {}
        for field in form.all("input", type="hidden"):
            held.setdefault(field["name"], []).append(field.get("value"))
        return self.send(path or form["action"], **held | typed)

    def sign_in(self, email: str, password: str) -> Response:
        """Through the form."""
        form = self.open("/sign-in").one("form", action="/sign-in")
        return self.submit(form, email=email, password=password)
