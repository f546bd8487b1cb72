"""Errors in two forms, files that may be kept, and pages that stay out of the API."""

import pytest

from supplier_portal import reader, static_files
from supplier_portal.views import home
from tests.cast import AURORA


class TestErrors:
    def test_a_browser_gets_a_page_and_a_program_a_problem(self, stranger):
        page = stranger.open("/nothing", status=404)
        assert page.one("h1").text == "Not found"
        assert "or it is not visible to you" in page.text
        answer = stranger.client.get("/nothing")
        assert answer.status_code == 404
        assert answer.json()["code"] == "hub/not-found"

    def test_the_api_stays_as_it_is_for_programs(self, stranger):
        assert stranger.client.get("/v1/parts").json()["code"] == "hub/token-missing"
        assert stranger.client.put("/v1/parts").status_code == 405
        assert stranger.client.get("/v1/nothing").json()["code"] == "hub/not-found"

    def test_a_page_s_errors_are_pages_whatever_is_accepted(self, seat, cars):
        browser = seat(AURORA)
        answer = browser.client.get("/parts/unknown", headers={"accept": "*/*"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")

    def test_a_defect_says_so_and_nothing_of_itself(self, seat, monkeypatch):
        browser = seat(AURORA)

        def broken(*_: object) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(home, "overview", broken)
        page = browser.open("/", status=500)
        assert page.one("h1").text == "Something went wrong"
        assert "secret detail" not in page.text

    def test_a_page_tells_of_a_broken_database_too(self, stranger, monkeypatch):
        def broken(*_: object) -> None:
            raise RuntimeError("no such table")

        monkeypatch.setattr(reader, "person_of", broken)
        stranger.client.cookies.set("tierlight-session", "anything", domain="127.0.0.1")
        page = stranger.open("/vehicles", status=500)
        assert page.one("h1").text == "Something went wrong"
        assert not page.all("nav", class_="main-nav")

    def test_errors_come_in_the_reader_s_language(self, stranger):
        stranger.language = "zh-CN"
        assert stranger.open("/nothing", status=404).one("h1").text == "未找到"

    def test_a_nul_in_the_address_is_refused(self, seat):
        seat(AURORA).open("/parts?q=%00", status=400)


class TestFiles:
    @pytest.mark.parametrize("name", ["tokens.css", "portal.css", "tree.js", "mark.svg"])
    def test_may_be_kept_under_the_address_of_their_content(self, stranger, name):
        answer = stranger.client.get(static_files.address(name))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        for address in (f"/static/{name}", f"/static/{name}?v=0000"):
            assert stranger.client.get(address).headers["cache-control"] == "no-cache"

    def test_are_asked_for_again_by_their_tag(self, stranger):
        tag = stranger.client.get("/static/portal.css").headers["etag"]
        again = stranger.client.get("/static/portal.css", headers={"if-none-match": tag})
        assert again.status_code == 304

    @pytest.mark.parametrize("path", ["../pages.py", "%2e%2e/pages.py", "nothing.css", ""])
    def test_nothing_else_is_served(self, stranger, path):
        assert stranger.client.get(f"/static/{path}").status_code == 404

    def test_name_no_other_host(self):
        for file in static_files.FOLDER.iterdir():
            text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "//" not in text.replace("// ", "").replace("://www.w3.org", ""), file
            assert "@import" not in text


class TestApi:
    def test_knows_no_pages(self, stranger):
        paths = stranger.client.get("/openapi.json").json()["paths"]
        assert not [path for path in paths if path.startswith(("/vehicles", "/sign", "/-/"))]
