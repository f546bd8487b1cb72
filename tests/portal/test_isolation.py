"""What is another company's does not exist: the same bytes as for what nobody has."""

import re

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE

PATHS = (
    "/vehicles/{part}",
    "/vehicles/{part}?open=0,1",
    "/vehicles/{part}/findings",
    "/vehicles/{part}/findings?severity=error",
    "/parts/{part}",
    "/parts/{part}/declare",
    "/declarations/{digest}",
    "/declarations/{digest}/jws",
    "/declarations/{digest}/receipt",
    "/declarations/{digest}/annexes/composition",
    "/declarations/{digest}/proof",
    "/declarations/{digest}/evidence",
)


@pytest.fixture
def theirs(known_cars) -> dict[str, str]:
    """Beifeng's pack; Aurora may read its declaration, nobody its lines."""
    component = {"name": "Cell", "quantity": "1", "unit": "piece", "valueUsed": "20"}
    digest = known_cars.compose(BEIFENG, "PACK-1", "900", [component], mass_kg="300")
    return {"part": known_cars.part(BEIFENG, "PACK-1"), "digest": digest}


class TestStrangers:
    @pytest.mark.parametrize("reader", [FOXGLOVE, CELLWERK], ids=["outsider", "sub-supplier"])
    def test_find_nothing(self, seat, theirs, reader):
        browser = seat(reader)
        nothing = {"part": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "digest": "0" * 64}
        for path in PATHS:
            told = browser.fetch(path.format(**theirs))
            absent = browser.fetch(path.format(**nothing))
            assert told.status_code == absent.status_code == 404, path
            assert same_but_for_the_address(told.text, theirs) == same_but_for_the_address(
                absent.text, nothing
            )

    def test_a_customer_sees_the_declaration_and_not_the_part(self, seat, theirs):
        browser = seat(AURORA)
        for path in PATHS[:6]:
            assert browser.fetch(path.format(**theirs)).status_code == 404
        for path in PATHS[6:9]:
            assert browser.fetch(path.format(**theirs)).status_code == 200
        assert browser.fetch(PATHS[9].format(**theirs)).status_code == 404

    def test_lists_name_nothing_of_others(self, seat, theirs):
        browser = seat(FOXGLOVE)
        for path in ("/", "/vehicles", "/parts", "/parts?q=pack", "/declarations"):
            text = browser.fetch(path).text
            for secret in ("Beifeng", "PACK-1", "Aurora", "Cellwerk", theirs["digest"]):
                assert secret not in text

    def test_without_signing_in_every_page_leads_to_the_form(self, stranger, theirs):
        for path in ("/", "/vehicles", "/parts", "/declarations", *PATHS):
            answer = stranger.fetch(path.format(**theirs))
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?next=")
            assert not answer.content


def same_but_for_the_address(text: str, ids: dict[str, str]) -> str:
    """The page; only the language switch repeats the address that was asked for."""
    return re.sub("|".join(ids.values()), "…", text)


class TestOwners:
    def test_see_each_read_of_a_customer_s_page(self, seat, known_cars):
        def reads() -> int:
            log = known_cars.world.get(BEIFENG, "/v1/access-log", params={"limit": 1000})
            return len(log.json()["items"])

        before = reads()
        seat(AURORA).open(f"/vehicles/{known_cars.part(AURORA, 'CAR-1')}")
        assert reads() > before
