"""Pages hold no more than was asked, and their cursors cannot be abused."""

import base64
import json

import pytest
from sqlalchemy import select

from hub.bom.tables import Part
from hub.bom.usecases import register_part
from hub.declarations.tables import DeclarationRow
from hub.factors.tables import Factor
from hub.kit.errors import BadInput
from hub.kit.paging import PageRequest, page_of, read_page
from hub.parties.usecases import add_company

QUERY = select(Part)
KEYS = [Part.created_at, Part.id]


@pytest.fixture
def parts(session):
    company = add_company(session, "Beifeng Pack", "CN", [])
    return [register_part(session, company.id, f"P-{number}") for number in range(7)]


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
    def test_hold_every_row_once_and_in_order(self, session, parts, limit):
        found, after, pages = [], None, 0
        while True:
            rows, after = read_page(session, QUERY, KEYS, PageRequest(limit=limit, after=after))
            found += rows
            pages += 1
            assert len(rows) <= limit
            if after is None:
                break
        assert found == sorted(parts, key=lambda part: (part.created_at, part.id))
        assert pages == -(-len(parts) // limit)

    def test_do_not_slip_when_a_row_comes_in_before(self, session, parts):
        by_number = [Part.number]
        first, after = read_page(session, QUERY, by_number, PageRequest(limit=3))
        register_part(session, parts[0].company_id, "A-0")
        second, _ = read_page(session, QUERY, by_number, PageRequest(limit=3, after=after))
        assert [part.number for part in first + second] == [f"P-{n}" for n in range(6)]

    @pytest.mark.parametrize(
        "after",
        [
            "",
            "!",
            "ä",
            "AAAA",
            cursor(),
            cursor("2026-01-01T00:00:00+00:00"),
            cursor("2026-01-01T00:00:00", "x"),
            cursor("yesterday", "x"),
            cursor(1, "x"),
            cursor("2026-01-01T00:00:00+00:00", 5),
            cursor("2026-01-01T00:00:00+00:00", "\x00"),
            cursor("2026-01-01T00:00:00+00:00", "\ud800"),
            cursor("0001-01-01T00:00:00+14:00", "x"),
            base64.urlsafe_b64encode(b"[" * 100_000).decode(),
            base64.urlsafe_b64encode(b'{"a":1}').decode(),
        ],
    )
    def test_refuse_a_cursor_that_is_not_theirs(self, session, parts, after):
        with pytest.raises(BadInput) as refusal:
            read_page(session, QUERY, KEYS, PageRequest(after=after))
        assert refusal.value.code == "hub/page-cursor"

    def test_refuse_a_number_that_no_database_holds(self, session):
        request = PageRequest(after=cursor(10**30))
        with pytest.raises(BadInput):
            read_page(session, select(DeclarationRow), [DeclarationRow.log_index], request)

    @pytest.mark.parametrize("year", [-1, 2**31, 2**40, 2**62])
    def test_refuse_a_number_that_the_column_does_not_hold(self, session, year):
        with pytest.raises(BadInput):
            read_page(session, select(Factor), [Factor.year], PageRequest(after=cursor(year)))

    def test_take_the_largest_number_that_a_column_holds(self, session):
        request = PageRequest(after=cursor(2**31 - 1))
        assert read_page(session, select(Factor), [Factor.year], request) == ([], None)


class TestOfWhatIsComputed:
    """Lists that no table holds are cut the same way."""

    ITEMS = (("b", "1"), ("", "2"), ("a", "9"), ("a", "10"), ("b", "1x"))

    def page(self, limit, after=None, items=ITEMS):
        return page_of(items, lambda item: item, PageRequest(limit=limit, after=after))

    @pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 1000])
    def test_hold_every_item_once_and_in_order(self, limit):
        found, after = self.page(limit)
        while after is not None:
            more, after = self.page(limit, after)
            assert 0 < len(more) <= limit
            found += more
        assert found == sorted(self.ITEMS)

    def test_do_not_slip_when_an_item_comes_in_before(self):
        first, after = self.page(2)
        second, _ = self.page(9, after, (*self.ITEMS, ("", "0")))
        assert first + second == sorted(self.ITEMS)

    def test_of_nothing_are_empty(self):
        assert self.page(5, items=()) == ([], None)

    @pytest.mark.parametrize(
        "after",
        ["!", "ä", "AAAA", cursor(1), cursor(None, "a"), cursor([]), "W10x", "e30", "Im4i"],
    )
    def test_a_cursor_of_no_such_list_is_refused(self, after):
        with pytest.raises(BadInput):
            self.page(5, after)
