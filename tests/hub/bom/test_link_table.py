"""links.csv: downloaded, filled in, sent back; a verdict a line, and nothing twice."""

import csv
import io

import pytest
from sqlalchemy import select

from hub.access.caller import Caller
from hub.bom.link_state import State, state_of
from hub.bom.link_table import Outcome, Taken, import_links
from hub.bom.link_words import HEADERS
from hub.bom.tables import SourcingLink
from hub.disclosure.links import every_link_towards
from hub.disclosure.links_table import links_response
from hub.kit.csv_table import BadTable
from hub.kit.language import LANGUAGES
from tests.hub.bom.conftest import Scene
from tests.hub.csv_files import file
from tierlight_schemas.messages import render

SOURCING = (
    "part,supplier,supplier_part\n"
    "P,Beifeng Pack,PK\nP,Beifeng Pack,pk 7\nP,Beifeng Pack,=DANGER\nQ,Beifeng Pack,PK\n"
    "Q,Nobody Known,X\n"
)
WRITTEN = ["=DANGER", "PK", "PK", "pk 7"]


@pytest.fixture(autouse=True)
def parts(scene):
    scene.parts("number,name\nP,Pumpe\nQ,Querlenker\n")
    scene.parts("number\nPK\nPK-7\n-9\n", scene.supplier)
    scene.sourcing(SOURCING)


def caller(scene: Scene) -> Caller:
    return Caller(scene.supplier.id, "machine:1")


def downloaded(scene: Scene, language: str = "en") -> list[dict[str, str]]:
    """The rows of the table, by the columns' own names."""
    items = every_link_towards(scene.session, caller(scene))
    text = bytes(links_response(items, language).body).decode("utf-8-sig")
    names = {words.get(language, name): name for name, words in HEADERS.items()}
    return [{names[k]: v for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]


def sent(
    scene: Scene, rows: list[dict[str, str]], language: str = "en", partly: bool = False
) -> Taken:
    text = io.StringIO()
    heads = {name: words.get(language, name) for name, words in HEADERS.items()}
    writer = csv.DictWriter(text, [*heads.values()])
    writer.writeheader()
    writer.writerows({heads[k]: v for k, v in row.items()} for row in rows)
    return import_links(scene.session, caller(scene), file(text.getvalue()), partly=partly)


def refused(scene: Scene, rows: list[dict[str, str]]) -> list[tuple[int, str, str]]:
    with pytest.raises(BadTable) as error:
        sent(scene, rows)
    for detail in error.value.details:
        for language in LANGUAGES:
            words = render(detail["code"], detail, language)
            assert detail["row"] in words.text
            assert words.remedy
    return [(int(d["row"]), d["column"], d["code"]) for d in error.value.details]


def states(scene: Scene) -> list[State]:
    query = select(SourcingLink).filter_by(supplier_id=scene.supplier.id, replaced_at=None)
    order = (SourcingLink.supplier_part_text, SourcingLink.id)
    return [state_of(link) for link in scene.session.scalars(query.order_by(*order))]


def everything(scene: Scene) -> int:
    return len(scene.session.scalars(select(SourcingLink.id)).all())


def test_the_list_says_what_the_customer_says_and_suggests(scene):
    rows = downloaded(scene)
    assert [row["part_as_written"].lstrip("'") for row in rows] == WRITTEN
    assert rows[0]["part_as_written"] == "'=DANGER"
    assert {(row["customer"], row["customer_part"]) for row in rows} == {
        ("Aurora Motors", "P"),
        ("Aurora Motors", "Q"),
    }
    assert [(row["suggestion"], row["ground"]) for row in rows] == [
        ("", ""),
        ("PK", "number"),
        ("PK", "number"),
        ("PK-7", "spelling"),
    ]
    assert {(row["own_part"], row["verdict"]) for row in rows} == {("", "")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_round_in_every_language(scene, language):
    words = {
        "en": ("confirm", "dispute", "wrong-share", "ended"),
        "de": ("bestätigen", "Bestreiten", "Anteil falsch", "beendet"),
        "zh-CN": ("确认", "异议", "份额不对", "已停止供货"),
    }
    confirm, dispute, wrong_share, ended = words[language]
    rows = downloaded(scene, language)
    rows[0] |= {"verdict": dispute, "reason": ended, "ended_on": "2025-03-01"}
    rows[1] |= {"verdict": confirm}
    rows[3] |= {"verdict": dispute, "reason": wrong_share, "words": "一半"}
    taken = sent(scene, rows, language)
    assert [line.outcome for line in taken.lines] == [
        Outcome.DISPUTED,
        Outcome.CONFIRMED,
        Outcome.NOTHING_SAID,
        Outcome.DISPUTED,
    ]
    again = downloaded(scene, language)
    by_id = {row["part_as_written"]: row for row in again if row["verdict"]}
    assert by_id["pk 7"]["words"] == "一半"
    assert by_id["pk 7"]["reason"] == wrong_share
    assert by_id["'=DANGER"]["ended_on"] == "2025-03-01"


def test_the_same_table_twice_changes_nothing_nor_does_the_list_as_it_comes(scene):
    rows = downloaded(scene)
    rows[0] |= {"verdict": "confirm", "own_part": "'-9"}
    rows[1] |= {"verdict": "dispute", "reason": "other", "words": "'=no"}
    rows[3] |= {"verdict": "confirm", "own_part": "PK-7"}
    sent(scene, rows)
    count = everything(scene)
    for again in (rows, downloaded(scene)):
        taken = sent(scene, again)
        outcomes = [line.outcome for line in taken.lines]
        assert outcomes.count(Outcome.UNCHANGED) == 3
        assert outcomes.count(Outcome.NOTHING_SAID) == 1
    assert everything(scene) == count


def test_a_confirmed_link_is_disputed_and_the_table_again_changes_nothing(scene):
    rows = downloaded(scene)
    for row in rows:
        row |= {"verdict": "confirm", "own_part": "PK"}
    sent(scene, rows)
    for row in rows:
        row |= {"verdict": "dispute", "reason": "not-our-part"}
    sent(scene, rows)
    assert set(states(scene)) == {State.DISPUTED}
    count = everything(scene)
    taken = sent(scene, rows)
    assert {line.outcome for line in taken.lines} == {Outcome.UNCHANGED}
    assert everything(scene) == count == 9


def test_bad_lines_refuse_all_or_only_themselves(scene):
    rows = downloaded(scene)
    rows[0] |= {"verdict": "confirm", "own_part": "no such"}
    rows[1] |= {"verdict": "dispute"}
    rows[2] |= {"verdict": "perhaps"}
    rows[3] |= {"verdict": "confirm", "own_part": "PK-7"}
    stranger = rows[3] | {"link": "00000000-0000-4000-8000-000000000000"}
    bad = [
        (2, "own_part", "csv/part-unknown"),
        (3, "reason", "csv/empty-cell"),
        (4, "verdict", "csv/word"),
        (6, "link", "csv/link-unknown"),
        (7, "link", "csv/link-twice"),
    ]
    assert refused(scene, [*rows, stranger, rows[3]]) == bad
    assert set(states(scene)) == {State.OPEN}
    taken = sent(scene, [*rows, stranger, rows[3]], partly=True)
    assert [(line.row, line.outcome) for line in taken.lines] == [(5, Outcome.CONFIRMED)]
    told = [(int(line["row"]), line["column"], line["code"]) for line in taken.refused]
    assert sorted(told) == bad
    assert states(scene).count(State.CONFIRMED) == 1


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"verdict": "dispute", "reason": "other"}, [("words", "csv/empty-cell")]),
        ({"verdict": "dispute", "reason": "ended"}, [("ended_on", "csv/empty-cell")]),
        (
            {"verdict": "dispute", "reason": "ended", "ended_on": "1.3.2025"},
            [("ended_on", "csv/date")],
        ),
        ({"verdict": "dispute", "reason": "too expensive"}, [("reason", "csv/word")]),
        (
            {"verdict": "dispute", "reason": "other", "words": "x" * 501},
            [("words", "csv/cell-too-long")],
        ),
        ({"verdict": "confirm", "own_part": "P"}, [("own_part", "csv/part-unknown")]),
        ({"verdict": "confirm", "own_part": "x" * 201}, [("own_part", "csv/cell-too-long")]),
        ({"verdict": "confirm", "link": ""}, [("link", "csv/empty-cell")]),
        ({"verdict": "confirm", "link": "x" * 37}, [("link", "csv/cell-too-long")]),
    ],
    ids=str,
)
def test_a_cell_that_cannot_be_used_is_named(scene, cells, expected):
    rows = downloaded(scene)
    rows[1] |= cells
    assert refused(scene, rows) == [(3, *each) for each in expected]
    assert set(states(scene)) == {State.OPEN}


def test_what_the_buyer_has_stated_anew_meanwhile_is_not_taken(scene):
    rows = downloaded(scene)
    scene.sourcing("part,supplier,supplier_part,site\nQ,Beifeng Pack,PK,Wuhu\n")
    for row in rows:
        row |= {"verdict": "confirm", "own_part": "PK"}
    [gone] = [at for at, row in enumerate(rows, 2) if row["customer_part"] == "Q"]
    assert refused(scene, rows) == [(gone, "link", "csv/link-replaced")]


def test_nothing_but_a_heading_is_refused(scene):
    with pytest.raises(BadTable):
        import_links(scene.session, caller(scene), file("part,verdict\nP,confirm\n"), partly=True)


def test_another_companys_links_are_unknown(scene):
    rows = downloaded(scene)
    for row in rows:
        row["verdict"] = "confirm"
    stranger = Caller(scene.outsider.id, "machine:1")
    text = "link,verdict\n" + "".join(f"{row['link']},confirm\n" for row in rows)
    with pytest.raises(BadTable) as error:
        import_links(scene.session, stranger, file(text))
    assert {detail["code"] for detail in error.value.details} == {"csv/link-unknown"}
    buyer = Caller(scene.buyer.id, "machine:1")
    with pytest.raises(BadTable):
        import_links(scene.session, buyer, file(text))
    assert set(states(scene)) == {State.OPEN}
