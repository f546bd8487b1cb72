"""Sending: a verdict on every line, idempotent by set and line, and what is told of answers."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.bom.tables import SourcingLink
from hub.kit.clock import now
from hub.requests.lines import Line
from hub.requests.sending import Sending, send_set
from hub.requests.tables import FootprintRequest, RequestEvent, RequestOrigin
from hub.requests.terms import Terms
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.requests.conftest import PURPOSE, in_days

CSV = {"Content-Type": "text/csv"}
SET = {"reference": "T-1", "title": "From a table", "purpose": PURPOSE, "due": in_days(40)}


def imported(asking, table, actor=AURORA, **said):
    params = {name: value for name, value in (SET | said).items() if value is not None}
    sent = {"content": table.encode(), "headers": CSV, "params": params}
    return asking.world.post(actor, "/v1/requests/import", **sent)


def outcomes(told):
    return [line["outcome"] for line in told["lines"]]


class TestALine:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ({"part": "AM-NONE"}, "hub/own-part-unknown"),
            ({"part": "AM-FREE"}, "requests/no-supplier"),
            ({"part": "AM-TEXT"}, "requests/unregistered"),
            ({"part": "AM-TWO"}, "requests/several-suppliers"),
            ({"part": "AM-PACK", "supplier": "Nobody"}, "hub/company-not-found"),
            ({"part": "AM-PACK", "supplier": "Cellwerk"}, "requests/not-a-source"),
            ({"part": "AM-FREE", "supplier": "Aurora Motors"}, "requests/self"),
            ({"part": "AM-PACK", "line": "a\u0001b"}, "hub/request-form"),
            ({"part": "AM-PACK", "line": " "}, "hub/text"),
        ],
    )
    def test_that_cannot_be_sent_blocks_no_other(self, asking, line, code):
        table = "part,supplier,supplier_part,share\nAM-TEXT,Stranger,X,1\n"
        table += "AM-TWO,Cellwerk,A,0.5\nAM-TWO,Donghai Cathode,B,0.5\n"
        for number in ("AM-FREE", "AM-TEXT", "AM-TWO"):
            asking.world.part(AURORA, number)
        sent = {"content": table, "headers": CSV}
        assert asking.world.post(AURORA, "/v1/sourcing/import", **sent).is_success
        if code == "hub/request-form":
            body = SET | {"lines": [line]}
            told = asking.world.post(AURORA, "/v1/requests", json=body)
            assert told.json()["lines"][0]["code"] == "hub/text"
            return
        told = asking.sends(AURORA, line, {"part": "AM-PACK", "line": "good"})
        assert outcomes(told) == ["refused", "sent"]
        assert told["lines"][0]["code"] == code
        assert told["lines"][0]["message"]
        assert len(asking.box(BEIFENG)) == 1

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"due": in_days(29)}, "requests/due"),
            ({"due": in_days(-1)}, "requests/due"),
            ({"due": in_days(731)}, "requests/due"),
            ({"keep_until": in_days(40)}, "requests/keep-until"),
            ({"period_start": "2025-01-01"}, "requests/period"),
            ({"period_start": "2025-01-01", "period_end": "2025-01-01"}, "requests/period"),
            ({"seen_by": " "}, "hub/text"),
        ],
    )
    def test_is_refused_on_terms_that_are_not_fair(self, asking, said, code):
        (line,) = asking.sends(**said)["lines"]
        assert (line["outcome"], line["code"]) == ("refused", code)
        assert asking.box(BEIFENG) == []

    @pytest.mark.parametrize(
        "said",
        [
            {"purpose": ""},
            {"purpose": None},
            {"due": None},
            {"level": 6},
            {"level": "1"},
            {"lines": []},
            {"verification_paid_by": "nobody knows"},
            {"reference": ""},
            {"title": "a\nb"},
        ],
    )
    def test_nothing_is_sent_of_a_set_without_purpose_or_day(self, asking, said):
        body = SET | {"lines": [{"part": "AM-PACK"}]} | said
        body = {name: value for name, value in body.items() if value is not None}
        assert asking.world.post(AURORA, "/v1/requests", json=body).status_code == 400
        assert asking.box(BEIFENG) == []

    def test_may_be_due_in_thirty_days(self, asking):
        assert outcomes(asking.sends(due=in_days(30))) == ["sent"]

    def test_says_that_the_part_is_bought_there_where_nothing_says_so_yet(self, asking):
        asking.world.part(FOXGLOVE, "FX-1")
        line = {"part": "FX-1", "supplier": "Beifeng Pack", "supplier_part": "PACK-1"}
        asking.sent(FOXGLOVE, line)
        (link,) = asking.world.get(FOXGLOVE, "/v1/sourcing").json()["items"]
        assert (link["supplier"], link["supplier_part"]) == ("Beifeng Pack", "PACK-1")
        assert link.get("confirmed_at") is None
        query = select(SourcingLink.supplier_part_id).filter_by(id=link["id"])
        assert asking.world.session.scalar(query) == asking.world.part(BEIFENG, "PACK-1").id


class TestASet:
    def test_sent_again_changes_nothing(self, asking):
        first = asking.sends()
        again = asking.sends()
        assert outcomes(again) == ["unchanged"]
        assert again["lines"][0]["request"] == first["lines"][0]["request"]
        assert len(asking.box(BEIFENG)) == 1

    def test_sent_again_adds_what_is_new(self, asking):
        asking.world.buys(AURORA, "AM-CELL", asking.world.part(CELLWERK, "CELL-1"))
        asking.sends()
        told = asking.sends(AURORA, {"part": "AM-PACK"}, {"part": "AM-CELL"})
        assert outcomes(told) == ["unchanged", "sent"]

    def test_does_not_change_what_a_line_asked(self, asking):
        asking.sends()
        (line,) = asking.sends(level=3)["lines"]
        assert (line["outcome"], line["code"]) == ("refused", "requests/line-differs")
        assert asking.box(BEIFENG)[0]["level"] == 1

    def test_holds_a_line_twice_once(self, asking):
        told = asking.sends(AURORA, {"part": "AM-PACK"}, {"part": "AM-PACK"})
        assert outcomes(told) == ["sent", "unchanged"]

    def test_does_not_ask_again_what_is_open(self, asking):
        first = asking.sent()
        (line,) = asking.sends(reference="S-2")["lines"]
        assert (line["outcome"], line["request"]) == ("open", first)
        assert outcomes(asking.sends(reference="S-2", anyway=True)) == ["sent"]

    def test_asks_again_what_is_over(self, asking):
        asking.does(AURORA, asking.sent(), "cancel")
        assert outcomes(asking.sends(reference="S-2")) == ["sent"]

    def test_is_looked_at_before_it_is_sent(self, asking):
        told = asking.sends(AURORA, {"part": "AM-PACK"}, {"part": "X"}, preview=True)
        assert outcomes(told) == ["sent", "refused"]
        assert asking.box(AURORA, "out") == []
        assert asking.world.session.scalar(select(func.count(RequestEvent.request_id))) == 0


class TestWhatAnswersAlready:
    """A supplier's declaration is told of only as far as the supplier lets it be known."""

    def line(self, asking, **said):
        (line,) = asking.sends(preview=True, **said)["lines"]
        return line["outcome"], line.get("supplier_has_one"), line.get("declaration")

    def test_nothing_is_told_without_a_consent(self, asking):
        without = asking.sends(preview=True)
        asking.declared()
        assert asking.sends(preview=True) == without
        assert asking.world.get(BEIFENG, "/v1/access-log").json()["items"] == []

    def test_that_one_exists_is_told_at_level_0(self, asking):
        asking.declared()
        asking.world.grants(BEIFENG, AURORA, level=0)
        assert self.line(asking) == ("sent", True, None)
        (read,) = asking.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert (read["level"], read["object_kind"]) == (0, "declaration")

    def test_what_may_be_read_is_not_asked_for(self, asking):
        digest = asking.declared()
        asking.world.grants(BEIFENG, AURORA)
        assert self.line(asking) == ("readable", True, digest)
        assert asking.box(BEIFENG) == []
        assert outcomes(asking.sends(anyway=True)) == ["sent"]

    @pytest.mark.parametrize(
        "said", [{"level": 2}, {"period_start": "2019-01-01", "period_end": "2020-01-01"}]
    )
    def test_more_than_may_be_read_is_asked_for(self, asking, said):
        asking.declared()
        asking.world.grants(BEIFENG, AURORA)
        assert self.line(asking, **said) == ("sent", True, None)

    def test_a_consent_without_a_declaration_tells_nothing(self, asking):
        asking.world.grants(BEIFENG, AURORA)
        assert self.line(asking) == ("sent", None, None)

    def test_nor_does_a_link_that_is_not_confirmed(self, asking):
        digest = asking.declared()
        asking.world.grants(BEIFENG, FOXGLOVE)
        asking.world.buys(FOXGLOVE, "FX-PACK", asking.world.part(BEIFENG, "PACK-1"), False)
        told = asking.sends(FOXGLOVE, {"part": "FX-PACK"}, preview=True)
        assert outcomes(told) == ["sent"]
        assert digest not in str(told)
        assert "supplier_has_one" not in str(told)


class TestATable:
    def test_has_a_verdict_on_each_row(self, asking):
        asking.world.buys(AURORA, "AM-CELL", asking.world.part(CELLWERK, "CELL-1"))
        table = "part;level;due;aggregate\nAM-PACK;L2;;yes\nAM-CELL;7;;\nAM-NONE;;;\nAM-CELL;;;no\n"
        told = imported(asking, table).json()
        assert [(line["row"], line["outcome"]) for line in told["lines"]] == [
            (2, "sent"),
            (3, "refused"),
            (4, "refused"),
            (5, "sent"),
        ]
        assert told["counts"]["sent"] == 2
        assert told["lines"][1]["code"] == "csv/word"
        (to_beifeng,), (to_cellwerk,) = asking.box(BEIFENG), asking.box(CELLWERK)
        assert (to_beifeng["level"], to_beifeng["aggregate"]) == (2, True)
        assert (to_cellwerk["level"], to_cellwerk["aggregate"]) == (1, False)

    def test_the_same_file_twice_changes_nothing(self, asking):
        table = "part,due\nAM-PACK," + in_days(50) + "\n"
        assert outcomes(imported(asking, table).json()) == ["sent"]
        assert outcomes(imported(asking, table).json()) == ["unchanged"]

    def test_needs_purpose_and_day_somewhere(self, asking):
        told = imported(asking, "part,due\nAM-PACK,\n", due=None, purpose=None).json()
        assert told["lines"][0]["code"] == "csv/empty-cell"
        assert "purpose" in told["lines"][0]["message"]

    @pytest.mark.parametrize("table", ["", "nothing\n1\n", "part,part\na,b\n", "\x00\x01"])
    def test_that_is_none_is_refused(self, asking, table):
        assert imported(asking, table).status_code == 400

    def test_of_nobody_who_may_not_ask(self, asking):
        answer = asking.world.client.post("/v1/requests/import", params=SET, content=b"part\nA\n")
        assert answer.status_code == 401


def test_ten_thousand_lines(asking):
    session, caller = asking.world.session, asking.world.members[AURORA].caller
    count = 10_000
    table = "number\n" + "".join(f"T-{n}\n" for n in range(count))
    sent = {"content": table, "headers": CSV}
    assert asking.world.post(AURORA, "/v1/parts/import", **sent).is_success
    wanted = Terms(PURPOSE, now().date() + timedelta(40))
    lines = [Line(f"T-{n}", wanted, supplier="Beifeng Pack") for n in range(count)]
    for outcome in ("sent", "unchanged"):
        told = send_set(session, caller, Sending("big", "Big", PURPOSE, lines))
        assert {verdict.outcome for verdict in told} == {outcome}
    for entity in (FootprintRequest, RequestEvent, RequestOrigin):
        assert session.scalar(select(func.count()).select_from(entity)) == count
