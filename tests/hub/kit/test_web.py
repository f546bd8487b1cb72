"""What holds for every path: strict bodies, one shape of errors, headers, limits."""

import json

import httpx
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from hub.kit.headers import SECURITY_HEADERS
from hub.kit.problems import Problem
from hub.kit.web import StrictRoute
from hub.main import ROUTERS, create_app
from tests.cast import BEIFENG
from tierlight_schemas import publish
from tierlight_schemas.messages import LANGUAGES, catalogue

JSON = {"Content-Type": "application/json"}


def test_health_is_answered(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_a_live_hub_listens(live_hub):
    assert httpx.get(f"{live_hub.url}/healthz").json() == {"status": "ok"}


def test_every_route_is_strict():
    routes = [route for router in ROUTERS for route in router.routes]
    assert len(routes) > 10
    assert [r.path for r in routes if isinstance(r, APIRoute) and type(r) is not StrictRoute] == []


class TestSchemas:
    @pytest.mark.parametrize("name", publish.names())
    def test_are_served_as_published(self, client, name):
        for path in (f"/schemas/v1/{name}", f"/schemas/v1/{name}.schema.json"):
            answer = client.get(path)
            assert answer.content == publish.published(name)
            assert answer.headers["content-type"] == "application/schema+json"

    def test_that_do_not_exist_are_not_found(self, client):
        assert client.get("/schemas/v1/other").json()["code"] == "hub/not-found"


class TestAProblem:
    def test_has_one_shape_for_everything(self, world):
        for answer in (
            world.client.get("/nowhere"),
            world.client.get("/v1/keys"),
            world.client.delete("/v1/keys"),
            world.get(BEIFENG, "/v1/declarations/unknown"),
            world.get(BEIFENG, "/v1/declarations?limit=0"),
            world.post(BEIFENG, "/v1/grants", content=b"{", headers=JSON),
            world.post(BEIFENG, "/v1/grants", content=b"{}", headers=JSON),
        ):
            assert answer.status_code in (400, 401, 404, 405)
            problem = Problem.model_validate(answer.json())
            assert problem.code in catalogue("en")
            assert problem.message
            assert problem.remedy

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_speaks_the_readers_language(self, client, language):
        answer = client.get("/nowhere", headers={"Accept-Language": f"fr, {language};q=0.5"})
        assert answer.json()["message"] == catalogue(language)["hub/not-found"].text

    def test_names_each_place(self, world):
        answer = world.post(BEIFENG, "/v1/grants", json={"level": 9, "colour": "red"})
        details = {detail["place"]: detail for detail in answer.json()["details"]}
        assert set(details) == {"body.reader", "body.level", "body.colour"}
        assert all("message" in detail and "remedy" in detail for detail in details.values())

    def test_does_not_echo_hostile_names(self, world):
        body = json.dumps({"reader": "x", "level": 1, "名\u202e": 1}).encode()
        answer = world.post(BEIFENG, "/v1/grants", content=body, headers=JSON)
        assert answer.json()["details"][0]["place"] == "body.\\u540d\\u202e"

    def test_of_a_method_names_the_allowed_ones(self, client):
        answer = client.delete("/auth/token")
        assert (answer.status_code, answer.json()["code"]) == (405, "hub/method-not-allowed")
        assert answer.headers["allow"] == "POST"

    def test_of_a_defect_tells_nothing_of_the_inside(self, app, world):
        @app.get("/defect")
        def defect():
            raise RuntimeError("secret of the inside")

        answer = world.client.get("/defect")
        assert (answer.status_code, answer.json()["code"]) == (500, "hub/defect")
        assert "secret" not in answer.text


class TestABody:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"reader":"a","reader":"b","level":1}', "door/json-duplicate-key"),
            (b'{"reader":"a","level":1.5}', "door/json-float"),
            (b'{"reader":"a","level":NaN}', "door/json-float"),
            (b'{"reader":"a","level":9007199254740993}', "door/json-integer"),
            (b'{"reader":"a","level":null}', "door/json-null"),
            (b'{"reader":"a\\u0000","level":1}', "door/json-nul"),
            (b'{"reader":"\\ud800","level":1}', "door/json-surrogate"),
            (b'\xef\xbb\xbf{"reader":"a","level":1}', "door/json-byte-order-mark"),
            ('{"reader":"a","level":1}'.encode("utf-16"), "door/not-utf8"),
            (b'{"reader":' + b"[" * 900 + b"]" * 900 + b"}", "door/json-depth"),
        ],
    )
    def test_with_two_meanings_is_refused(self, world, body, code):
        answer = world.post(BEIFENG, "/v1/grants", content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    @pytest.mark.parametrize("streamed", [False, True])
    def test_beyond_the_limit_is_not_read(self, world, app, settings, streamed):
        sent = []

        def chunks():
            for _ in range(40):
                sent.append(1)
                yield b"x" * 1024 * 1024

        headers = {"Content-Type": "application/x-ndjson"}
        content = chunks() if streamed else b"x" * (settings.max_body_bytes + 1)
        answer = world.post(BEIFENG, "/v1/declarations", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "hub/too-large")

    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize(
        ("path", "media_type"),
        [
            ("/v1/grants", "application/json"),
            ("/v1/keys", "text/plain"),
            ("/auth/token", "application/x-www-form-urlencoded"),
        ],
    )
    def test_of_a_stranger_is_read_no_further_than_any_good_one_needs(
        self, client, path, media_type, streamed
    ):
        """Before anybody is asked who it is: whoever sends megabytes keeps all others waiting."""
        body = b"[" + b"[]," * 50_000 + b"[]]"
        content = iter([body[:100_000], body[100_000:]]) if streamed else body
        answer = client.post(path, content=content, headers={"Content-Type": media_type})
        assert (answer.status_code, answer.json()["code"]) == (413, "hub/too-large")

    def test_of_usual_size_may_come_in_pieces(self, world):
        body = iter([b'{"reader":"Aurora', b' Motors","level":1}'])
        assert world.post(BEIFENG, "/v1/grants", content=body, headers=JSON).status_code == 201

    @pytest.mark.parametrize("path", ["/v1/declarations/a%00b", "/v1/declarations?part=%00"])
    def test_or_address_with_nul_is_refused(self, world, path):
        answer = world.get(BEIFENG, path)
        assert (answer.status_code, answer.json()["code"]) == (400, "hub/nul")


@pytest.mark.parametrize("path", ["/v1/keys/", "/v1/parts/", "/healthz/", "/sign-in/"])
def test_an_address_with_a_slash_too_many_is_not_found(client, path):
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


class TestHeaders:
    @pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/v1/keys", "/openapi.json"])
    def test_of_security_are_on_every_answer(self, client, path):
        headers = client.get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS

    def test_are_on_a_defect_too(self, app, client):
        @app.get("/defect")
        def defect():
            raise RuntimeError

        assert client.get("/defect").headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("public", "expected"),
        [
            ("https://hub.example", "max-age=63072000; includeSubDomains"),
            ("HTTPS://hub.example", "max-age=63072000; includeSubDomains"),
            ("http://127.0.0.1:8000", None),
        ],
    )
    def test_ask_for_tls_for_ever_where_the_hub_is_public_over_https(
        self, settings, database, public, expected
    ):
        app = create_app(settings.model_copy(update={"public_url": public}), database)

        @app.get("/defect")
        def defect():
            raise RuntimeError

        with TestClient(app, raise_server_exceptions=False) as client:
            for path in ("/healthz", "/nowhere", "/defect"):
                assert client.get(path).headers.get("Strict-Transport-Security") == expected

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
    def test_allow_no_other_origin(self, client, origin):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for method in ("GET", "OPTIONS"):
            answer = client.request(method, "/v1/keys", headers=asked)
            assert [name for name in answer.headers if name.startswith("access-control")] == []


class TestDocumentation:
    def test_is_openapi_without_pages_from_elsewhere(self, client):
        assert client.get("/openapi.json").json()["info"]["title"] == "Tierlight"
        assert client.get("/docs").status_code == 404
        assert client.get("/redoc").status_code == 404
