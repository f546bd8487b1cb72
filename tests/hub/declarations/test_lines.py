"""Many submissions at once: a verdict for each line, and no line in another's way."""

import json

import pytest
from sqlalchemy import func, select

from hub.declarations import usecases
from hub.declarations.tables import DeclarationRow
from tests.cast import BEIFENG, FOXGLOVE
from tierlight_schemas.envelope import canonical, digest


def verdicts(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.content.splitlines()]


class TestNdjson:
    def test_gives_each_line_its_own_verdict(self, world):
        good, other = BEIFENG.submission("PACK-1"), BEIFENG.submission("PACK-2")
        stranger = FOXGLOVE.submission("PACK-1")
        answer = world.submit_lines(BEIFENG, good, b"{not json", b"", stranger, good, other)
        given = verdicts(answer)
        assert [(verdict["line"], verdict["status"]) for verdict in given] == [
            (1, "stored"),
            (2, "refused"),
            (4, "refused"),
            (5, "known"),
            (6, "stored"),
        ]
        assert [given[1]["error"]["code"], given[2]["error"]["code"]] == [
            "door/json-invalid",
            "trust/unknown-key",
        ]
        assert given[1]["error"]["remedy"]
        assert given[3]["receipt"] == given[0]["receipt"]

    def test_numbers_the_log_without_gaps_around_a_refused_line(self, world):
        lines = [BEIFENG.submission("PACK-1"), b"{}", BEIFENG.submission("PACK-2")]
        first, _, second = verdicts(world.submit_lines(BEIFENG, *lines))
        assert second["receipt"]["index"] == first["receipt"]["index"] + 1

    def test_gives_the_receipts_that_are_kept(self, world):
        verdict = verdicts(world.submit_lines(BEIFENG, BEIFENG.submission("PACK-1")))[0]
        kept = world.get(BEIFENG, f"/v1/declarations/{verdict['digest']}/receipt").content
        assert canonical(verdict["receipt"]) == kept

    def test_lets_a_version_follow_its_predecessor_in_the_same_request(self, world):
        first = BEIFENG.built("PACK-1")
        document = BEIFENG.built("PACK-1", kgco2e="11.90").document
        document["credentialSubject"]["supersedes"] = digest(first.payload)
        lines = [BEIFENG.packed(first), BEIFENG.packed_document(document)]
        assert [v["status"] for v in verdicts(world.submit_lines(BEIFENG, *lines))] == [
            "stored",
            "stored",
        ]

    def test_goes_on_over_many_transactions(self, world, monkeypatch):
        monkeypatch.setattr(usecases, "BATCH", 3)
        lines = [BEIFENG.submission(f"PACK-{number}") for number in range(8)]
        given = verdicts(world.submit_lines(BEIFENG, *lines))
        assert [verdict["status"] for verdict in given] == ["stored"] * 8
        indices = [verdict["receipt"]["index"] for verdict in given]
        assert indices == list(range(indices[0], indices[0] + 8))

    def test_stops_at_the_limit_and_says_where(self, world, monkeypatch):
        monkeypatch.setattr(usecases, "MAX_LINES", 2)
        lines = [BEIFENG.submission(f"PACK-{number}") for number in range(4)]
        given = verdicts(world.submit_lines(BEIFENG, *lines))
        assert [verdict["status"] for verdict in given] == ["stored", "stored", "refused"]
        assert (given[2]["line"], given[2]["error"]["code"]) == (3, "door/too-many-lines")
        assert world.session.scalar(select(func.count()).select_from(DeclarationRow)) == 2

    def test_of_nothing_is_nothing(self, world):
        assert verdicts(world.submit_lines(BEIFENG, b"", b"  ")) == []

    @pytest.mark.parametrize("language", ["de", "zh-CN"])
    def test_speaks_the_readers_language(self, world, language):
        answer = world.post(
            BEIFENG,
            "/v1/declarations",
            content=b"{}",
            headers={"Content-Type": "application/x-ndjson", "Accept-Language": language},
        )
        english = verdicts(world.submit_lines(BEIFENG, b"{}"))[0]["error"]
        there = verdicts(answer)[0]["error"]
        assert there["code"] == english["code"]
        assert there["message"] != english["message"]


class TestAnOperatorsImport:
    def test_lets_the_key_decide_whose_it_is(self, members, database, settings, session):
        lines = [BEIFENG.submission("PACK-1"), FOXGLOVE.submission("FOX-1")]
        given = usecases.receive_lines(database.write, None, lines, by="test", settings=settings)
        digests = [given_.verdict.digest for given_ in given]
        owners = [session.get_one(DeclarationRow, digest).company_id for digest in digests]
        assert owners == [members[BEIFENG].company_id, members[FOXGLOVE].company_id]


class TestOtherMediaTypes:
    @pytest.mark.parametrize("media_type", ["text/plain", "application/xml", ""])
    def test_are_not_taken(self, world, media_type):
        answer = world.post(
            BEIFENG,
            "/v1/declarations",
            content=BEIFENG.submission("PACK-1"),
            headers={"Content-Type": media_type},
        )
        assert (answer.status_code, answer.json()["code"]) == (415, "hub/media-type")
