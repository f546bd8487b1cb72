"""Bills behind a calculation: what is taken, who may have it back, and what is signed of it."""

import hashlib

import pytest

from hub.calculator.bill_files import media_type_of, shown_name, typed_digest
from hub.calculator.bills import (
    MAX_BILLS,
    MAX_BYTES,
    bills_of,
    evidence_of,
    keep,
    note,
    own_bill,
    take_away,
)
from hub.calculator.outcomes import declare
from hub.calculator.tables import CalculationBill
from hub.calculator.usecases import answer, begin, drop
from hub.kit.errors import HubError, NotFound
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.conftest import settings_for
from tests.hub.calculator.answers import BRACKET
from tests.hub.chain import Chain, car
from tierlight_schemas.build import without_salt

PDF = b"%PDF-1.7\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n0000"
JPEG = b"\xff\xd8\xff\xe0JFIF"


@pytest.fixture
def books(world):
    return car(Chain(world))


@pytest.fixture
def desk(books):
    session = books.world.session
    add_site(session, books.id(BEIFENG), "WUHU-1", "Wuhu", "CN", "CN-AH")
    caller = books.world.members[BEIFENG].caller
    return session, caller, begin(session, caller, books.part(BEIFENG, "PACK-1"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"", None),
        (b" %PDF-1.7", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"GIF89a", None),
        (b"MZ\x90", None),
    ],
)
def test_its_first_bytes_say_what_a_file_is(body, kind):
    assert media_type_of(body) == kind


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("a" * 64, "a" * 64),
        (" " + "AB " * 32, "ab" * 32),
        ("ａ" * 64, "a" * 64),
        ("a" * 63, None),
        ("g" * 64, None),
        ("", None),
    ],
)
def test_a_digest_is_read_as_people_copy_it(text, digest):
    assert typed_digest(text) == digest


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\bills\\电费 03.pdf", "电费 03.pdf"),
        ("a\x1b[31m\u202eb.pdf", "a[31mb.pdf"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_name_steers_nothing(name, shown):
    assert shown_name(name) == shown


def test_a_file_is_kept_once_with_its_digest(desk):
    session, caller, draft = desk
    first = keep(session, caller, draft.id, "electricity", "电费.pdf", PDF)
    again = keep(session, caller, draft.id, "electricity", "copy.pdf", PDF)
    assert (first.id, first.body) == (again.id, PDF)
    assert first.digest == hashlib.sha256(PDF).hexdigest()
    assert len(bills_of(session, draft.id)) == 1


def test_a_file_that_stays_where_it_is_has_a_digest_alone(desk):
    session, caller, draft = desk
    bill = note(session, caller, draft.id, "scrap", "slip", "A" * 64)
    assert (bill.digest, bill.body, bill.size) == ("a" * 64, None, None)
    assert evidence_of(session, draft) == [{"about": "scrap", "digest": "a" * 64}]


@pytest.mark.parametrize(
    ("about", "body", "code"),
    [
        ("electricity", b"", "bill/empty"),
        ("electricity", b"<html>", "bill/kind"),
        ("electricity", b"%PDF-" + b"0" * MAX_BYTES, "bill/too-large"),
        ("recipe", PDF, "bill/about"),
    ],
)
def test_what_is_no_bill_is_refused(desk, about, body, code):
    session, caller, draft = desk
    with pytest.raises(HubError) as refused:
        keep(session, caller, draft.id, about, "x", body)
    assert refused.value.code == code
    assert bills_of(session, draft.id) == []


def test_no_draft_has_bills_without_end(desk):
    session, caller, draft = desk
    for number in range(MAX_BILLS):
        note(session, caller, draft.id, "other", "", f"{number:064x}")
    with pytest.raises(HubError) as refused:
        note(session, caller, draft.id, "other", "", "f" * 64)
    assert refused.value.code == "bill/too-many"


def test_nobody_else_reads_or_takes_it_away(books, desk):
    session, caller, draft = desk
    bill = keep(session, caller, draft.id, "electricity", "x", PDF)
    stranger = books.world.members[AURORA].caller
    for use in (own_bill, take_away):
        with pytest.raises(NotFound):
            use(session, stranger, draft.id, bill.id)
    with pytest.raises(NotFound):
        keep(session, stranger, draft.id, "electricity", "x", PDF)


def test_it_is_gone_when_it_is_taken_away_or_its_draft_is_dropped(desk):
    session, caller, draft = desk
    one = keep(session, caller, draft.id, "electricity", "x", PDF)
    keep(session, caller, draft.id, "material", "y", PNG)
    take_away(session, caller, draft.id, one.id)
    assert [bill.about for bill in bills_of(session, draft.id)] == ["material"]
    drop(session, caller, draft.id)
    session.flush()
    assert session.query(CalculationBill).count() == 0


def test_of_its_bytes_only_the_digest_is_signed(books, desk):
    session, caller, draft = desk
    answer(session, caller, draft.id, BRACKET)
    keep(session, caller, draft.id, "electricity", "secret name.pdf", PDF)
    settings = settings_for("sqlite://")
    prepared = declare(session, caller, draft.id, "zh-CN", settings)
    assert prepared.evidence
    (document,) = without_salt(prepared.evidence)["documents"]
    assert document == {
        "about": "electricity",
        "digest": hashlib.sha256(PDF).hexdigest(),
        "mediaType": "application/pdf",
        "size": str(len(PDF)),
    }
    assert b"secret name" not in prepared.payload + prepared.evidence
    assert document["digest"].encode() not in prepared.payload
