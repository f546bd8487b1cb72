"""What the pages say of third parties' statements: badge, verifier, level, validity, revocation."""

import pytest

from tests.cast import AURORA, BEIFENG, GUTACHTEN, YEAR


@pytest.fixture
def pack(known_cars):
    """The digest of Beifeng's pack, which Aurora sees."""
    listed = known_cars.world.get(BEIFENG, "/v1/declarations").json()["items"]
    known_cars.grant(BEIFENG, GUTACHTEN)
    return listed[0]["digest"]


def verify(chain, declaration, **concluded):
    jws = chain.world.get(BEIFENG, f"/v1/declarations/{declaration}/jws").text
    signed = GUTACHTEN.verification(jws, **concluded)
    answer = chain.world.post(GUTACHTEN, "/v1/verifications", json={"verification": signed})
    assert answer.status_code == 201, answer.text
    return answer.json()["digest"]


def revoke(chain, statement):
    body = {"revocation": GUTACHTEN.revocation(statement, "a <meter> was misread")}
    path = f"/v1/verifications/{statement}/revocation"
    assert chain.world.post(GUTACHTEN, path, json=body).status_code == 201


def car_page(seat, chain, language="en"):
    browser = seat(AURORA)
    browser.send("/language", language=language)
    return browser.open(f"/vehicles/{chain.part(AURORA, 'CAR-1')}")


def section(page):
    return next(s for s in page.all("section") if s.get("aria-labelledby") == "verification")


class TestTheVehicle:
    def test_says_who_verified_which_part(self, seat, known_cars, pack):
        verify(known_cars, pack)
        page = car_page(seat, known_cars)
        (row,) = section(page).one("tbody").all("tr")
        assert "Beifeng Pack" in row.one("th").text
        assert row.one("td", data_label="Verifier").text.startswith("Gutachten")
        assert "Invented Accreditation Council" in row.text
        assert row.one("td", data_label="Level").text == "this dataset"
        assert row.one("td", data_label="Assurance").text == "limited"
        assert str(YEAR + 2) in row.one("td", data_label="Valid").text
        assert row.one("td", data_label="State").text == "counts as verified"
        kinds = next(s for s in page.all("section") if s.get("aria-labelledby") == "kinds")
        assert "verified" in kinds.text

    def test_says_that_it_was_revoked_or_never_counted(self, seat, known_cars, pack):
        verify(known_cars, pack, level="program")
        revoke(known_cars, verify(known_cars, pack))
        rows = section(car_page(seat, known_cars)).one("tbody").all("tr")
        states = {
            row.one("td", data_label="State").text.partition("Revoked")[0].strip() for row in rows
        }
        assert states == {"badge only: not about this dataset", "badge only: revoked"}

    def test_without_any_has_no_such_section(self, seat, known_cars):
        page = car_page(seat, known_cars)
        assert not [s for s in page.all("section") if s.get("aria-labelledby") == "verification"]

    @pytest.mark.parametrize(
        ("language", "said"), [("de", "zählt als geprüft"), ("zh-CN", "计为已核查")]
    )
    def test_says_so_in_the_reader_s_language(self, seat, known_cars, pack, language, said):
        verify(known_cars, pack)
        assert said in section(car_page(seat, known_cars, language)).text


class TestTheDeclaration:
    @pytest.mark.parametrize("actor", [AURORA, BEIFENG], ids=["buyer", "owner"])
    def test_shows_the_statement_to_whoever_sees_it(self, seat, known_cars, pack, actor):
        digest = verify(known_cars, pack, assurance="reasonable", share_percent="96.25")
        browser = seat(actor)
        browser.send("/language", language="en")
        shown = section(browser.open(f"/declarations/{pack}")).text
        for text in ("counts as verified", "Gutachten", "IAC-VS-0042", "reasonable", "96.25"):
            assert text in shown
        assert digest in shown
        assert "with reasonable assurance" in shown

    def test_says_why_it_no_longer_holds(self, seat, known_cars, pack):
        revoke(known_cars, verify(known_cars, pack))
        browser = seat(AURORA)
        shown = section(browser.open(f"/declarations/{pack}")).text
        assert "badge only: revoked" in shown
        assert "a <meter> was misread" in shown

    def test_says_that_nobody_has(self, seat, known_cars, pack):
        shown = section(seat(AURORA).open(f"/declarations/{pack}")).text
        assert "Nobody outside the company" in shown


class TestTheFindings:
    @pytest.mark.parametrize(
        ("language", "said", "badge"),
        [
            ("en", "it is in doubt, and nobody's", "the declaration's own key is in doubt"),
            ("de", "im Zweifel, und keine Prüfung", "der Schlüssel der Erklärung selbst"),
            ("zh-CN", "该值仍计入，但存疑", "声明本身的密钥存疑"),
        ],
    )
    def test_name_a_declaration_whose_key_is_in_doubt(
        self, seat, known_cars, pack, language, said, badge
    ):
        verify(known_cars, pack)
        body = {"compromised_since": f"{YEAR}-01-01T00:00:00Z"}
        path = f"/v1/keys/{BEIFENG.kid}/revocation"
        assert known_cars.world.post(BEIFENG, path, json=body).status_code == 200
        browser = seat(AURORA)
        browser.send("/language", language=language)
        car = known_cars.part(AURORA, "CAR-1")
        assert said in browser.open(f"/vehicles/{car}/findings").text
        assert badge in section(browser.open(f"/vehicles/{car}")).text
