"""Good declarations come in, once, and leave everything behind that they should."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from hub.bom.tables import Part, PartVersion
from hub.declarations.tables import AnnexRow, DeclarationFinding, DeclarationRow
from hub.trust.tables import LogEntry, Receipt
from hub.trust.usecases import add_key
from tests.cast import AURORA, BEIFENG, CELLWERK, YEAR, Actor
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import canonical, pack_submission, sign


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def sizes(session):
    tables = (DeclarationRow, LogEntry, Receipt, AnnexRow, Part, DeclarationFinding)
    return {table.__tablename__: count(session, table) for table in tables}


def second_key(world, alg="Ed25519"):
    """Another key of Beifeng's."""
    second = Actor(BEIFENG.name, BEIFENG.country, BEIFENG.identifier, 22, alg)
    add_key(world.session, world.members[BEIFENG].company_id, second.jwk, "operator")
    world.session.commit()
    return second


def of_the_company(world):
    """A declaration that the company issues, whichever of its keys signs."""
    issuer = f"urn:tierlight:company:{world.members[BEIFENG].company_id}"
    return {**BEIFENG.built("PACK-1").document, "issuer": issuer}


@pytest.fixture(params=[BEIFENG, CELLWERK], ids=["Ed25519", "ES256"])
def signer(request):
    return request.param


class TestAGoodDeclaration:
    def test_is_stored_with_log_entry_and_receipt(self, world, signer):
        built = signer.built("PART-1")
        submission = signer.packed(built)
        answer = world.submit(signer, submission)
        assert answer.status_code == 201
        verdict = answer.json()
        digest = hashlib.sha256(built.payload).hexdigest()
        assert (verdict["status"], verdict["digest"]) == ("stored", digest)

        row = world.session.get_one(DeclarationRow, digest)
        entry = world.session.get_one(LogEntry, row.log_index)
        assert row.payload == built.payload
        assert entry.digest == hashlib.sha256(row.jws).hexdigest()
        leaf = canonical({"version": 1, "kind": "declaration", "digest": entry.digest})
        assert entry.leaf == hashlib.sha256(b"\x00" + leaf).digest()

    def test_gets_a_receipt_that_says_where_it_stands_in_the_log(self, world, signer):
        submission = signer.submission("PART-1")
        verdict = world.submit(signer, submission).json()
        row = world.session.get_one(DeclarationRow, verdict["digest"])
        entry = world.session.get_one(LogEntry, row.log_index)
        receipt = verdict["receipt"]
        assert receipt.pop("statement").startswith("This log proves")
        assert receipt == {
            "type": "tierlight.receipt/1",
            "origin": "hub.test/log",
            "kind": "declaration",
            "digest": row.digest,
            "envelope": hashlib.sha256(row.jws).hexdigest(),
            "index": entry.index,
            "leaf": entry.leaf.hex(),
            "receivedAt": row.received_at.isoformat(timespec="microseconds")[:-6] + "Z",
            "key": signer.kid,
        }

    def test_keeps_the_columns_that_queries_need(self, world):
        digest = world.declared(
            BEIFENG, "PACK-1", site="GZ-2", kgco2e="0012.500", declared_amount="10", mass_kg="25"
        )
        row = world.session.get_one(DeclarationRow, digest)
        assert (row.kind, row.boundary, row.level) == ("footprint", "cradle-to-gate", "L1")
        assert (row.declared_unit, row.declared_amount) == ("piece", "10")
        assert (row.excluding_uptake, row.site) == ("0012.500", "GZ-2")
        assert row.period_start == datetime(YEAR, 1, 1, tzinfo=UTC)
        assert row.valid_from == row.period_end
        assert row.valid_to == row.period_end.replace(year=row.period_end.year + 3)

    def test_registers_its_part_when_the_hub_does_not_know_it(self, world):
        verdict = world.submit(
            BEIFENG, BEIFENG.submission("NEW-7", declared_amount="10", mass_kg="25")
        ).json()
        assert verdict["part_registered"] is True
        part = world.session.get_one(Part, verdict["part"])
        version = world.session.scalars(select(PartVersion).filter_by(part_id=part.id)).one()
        assert (part.number, part.company_id) == ("NEW-7", world.members[BEIFENG].company_id)
        assert (version.kind, version.base_unit) == ("assembly", "piece")
        assert version.net_mass_kg == "2.5"

    def test_is_filed_under_its_part_when_the_hub_knows_it(self, world):
        part = world.part(BEIFENG, "PACK-1")
        verdict = world.submit(BEIFENG, BEIFENG.submission("PACK-1")).json()
        assert (verdict["part"], verdict["part_registered"]) == (part.id, False)

    def test_may_be_of_the_own_process(self, world):
        digest = world.declared(AURORA, "LORRY", boundary="gate-to-gate", kgco2e="840.5")
        row = world.session.get_one(DeclarationRow, digest)
        assert (row.kind, row.boundary, row.excluding_uptake) == (
            "process",
            "gate-to-gate",
            "840.5",
        )
        assert row.footprint_id is None

    def test_keeps_its_annex(self, world):
        built = BEIFENG.built("PACK-1", **{"stage:assembly": "2.50", "stage:cells": "10.00"})
        digest = world.submit(BEIFENG, BEIFENG.packed(built)).json()["digest"]
        assert world.session.get_one(AnnexRow, (digest, "split")).body == built.annexes["split"]

    def test_keeps_warnings_and_signed_acknowledgements(self, world):
        built = BEIFENG.built("PACK-1", characterization="AR5")
        answer = world.submit(BEIFENG, BEIFENG.packed(built)).json()
        warning = next(f for f in answer["findings"] if f["severity"] == "warning")
        assert "acknowledged" not in warning
        again = BEIFENG.built("PACK-2", characterization="AR5").document
        again["credentialSubject"]["acknowledged"] = [
            {"code": warning["code"], "path": warning["path"], "reason": "a furnace burned down"}
        ]
        answer = world.submit(BEIFENG, BEIFENG.packed_document(again)).json()
        explained = [f for f in answer["findings"] if f.get("acknowledged")]
        assert [f["acknowledged"] for f in explained] == ["a furnace burned down"]
        stored = world.get(BEIFENG, f"/v1/declarations/{answer['digest']}").json()["findings"]
        assert stored == answer["findings"]


class TestTheSameDeclarationTwice:
    def test_gives_the_same_receipt_and_changes_nothing(self, world, signer):
        submission = signer.submission("PART-1", **{"stage:all": "12.50"})
        first = world.submit(signer, submission)
        before = sizes(world.session)
        second = world.submit(signer, submission)
        assert (first.status_code, second.status_code) == (201, 200)
        assert second.json()["status"] == "known"
        assert second.json()["receipt"] == first.json()["receipt"]
        assert sizes(world.session) == before

    def test_is_one_declaration_though_its_signature_was_made_twice(self, world):
        payload = CELLWERK.built("CELL-1").payload
        one, other = (
            sign(payload, make, "ES256", CELLWERK.kid)
            for make in (CELLWERK.raw_signature, CELLWERK.other_signature)
        )
        assert one != other
        first = world.submit(CELLWERK, pack_submission(one)).json()
        before = sizes(world.session)
        second = world.submit(CELLWERK, pack_submission(other)).json()
        assert second["status"] == "known"
        assert second["receipt"] == first["receipt"]
        assert sizes(world.session) == before
        assert world.session.get_one(DeclarationRow, first["digest"]).jws == one.encode()

    @pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
    def test_is_one_declaration_though_another_key_of_the_company_signed_it(self, world, alg):
        second, document = second_key(world, alg), of_the_company(world)
        first = world.submit(BEIFENG, BEIFENG.packed_document(document))
        before = sizes(world.session)
        again = world.submit(BEIFENG, second.packed_document(document))
        assert (first.status_code, again.status_code) == (201, 200), again.text
        assert again.json()["receipt"] == first.json()["receipt"]
        assert sizes(world.session) == before

    def test_blocks_no_other_line_when_another_key_signed_it(self, world):
        second, document = second_key(world), of_the_company(world)
        lines = [key.packed_document(document) for key in (BEIFENG, second)]
        answer = world.submit_lines(BEIFENG, *lines, BEIFENG.submission("PACK-2"))
        verdicts = [json.loads(line) for line in answer.content.splitlines()]
        assert [verdict["status"] for verdict in verdicts] == ["stored", "known", "stored"]

    def test_is_refused_from_another_key_than_the_one_it_names_as_issuer(self, world):
        built = BEIFENG.built("PACK-1")
        world.submit(BEIFENG, BEIFENG.packed(built))
        answer = world.submit(BEIFENG, second_key(world).packed(built))
        assert (answer.status_code, answer.json()["code"]) == (400, "door/issuer-differs")

    def test_needs_a_good_signature_all_the_same(self, world):
        payload = BEIFENG.built("PACK-1").payload
        jws = BEIFENG.sign(payload)
        world.submit(BEIFENG, pack_submission(jws))
        forged = sign(payload, lambda data: bytes(64), "Ed25519", BEIFENG.kid)
        answer = world.submit(BEIFENG, pack_submission(forged))
        assert (answer.status_code, answer.json()["code"]) == (400, "trust/bad-signature")

    def test_still_gives_the_receipt_after_the_key_was_retired(self, world):
        submission = BEIFENG.submission("PACK-1")
        first = world.submit(BEIFENG, submission).json()
        world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        assert world.submit(BEIFENG, submission).json()["receipt"] == first["receipt"]
        refused = world.submit(BEIFENG, BEIFENG.submission("PACK-1"))
        assert refused.json()["code"] == "trust/key-not-valid-then"

    def test_may_bring_an_annex_that_was_withheld_at_first(self, world):
        built = BEIFENG.built("PACK-1", **{"stage:all": "12.50"})
        jws = BEIFENG.sign(built.payload)
        first = world.submit(BEIFENG, pack_submission(jws)).json()
        path = f"/v1/declarations/{first['digest']}/annexes/split"
        assert world.get(BEIFENG, path).status_code == 404
        assert world.submit(BEIFENG, pack_submission(jws, built.annexes)).status_code == 200
        assert world.get(BEIFENG, path).content == built.annexes["split"]


class TestAChainOfVersions:
    def versions(self, world):
        first = BEIFENG.built("PACK-1")
        digest = world.submit(BEIFENG, BEIFENG.packed(first)).json()["digest"]
        footprint = first.document["credentialSubject"]["footprint"]["id"]
        return digest, Predecessor(digest, footprint)

    def test_goes_on_at_its_head(self, world):
        digest, predecessor = self.versions(world)
        newer = world.declared(BEIFENG, "PACK-1", kgco2e="11.90", supersedes=predecessor)
        old = world.get(BEIFENG, f"/v1/declarations/{digest}").json()
        assert (old["state"], old["superseded_by"]) == ("superseded", newer)
        assert world.get(BEIFENG, f"/v1/declarations/{newer}").json()["state"] == "head"

    def test_does_not_fork(self, world):
        _, predecessor = self.versions(world)
        newer = world.declared(BEIFENG, "PACK-1", kgco2e="11.90", supersedes=predecessor)
        answer = world.submit(
            BEIFENG, BEIFENG.submission("PACK-1", kgco2e="11.80", supersedes=predecessor)
        )
        assert answer.json()["code"] == "door/supersedes-fork"
        assert newer in answer.json()["message"]

    def test_stays_with_one_part(self, world):
        _, predecessor = self.versions(world)
        answer = world.submit(BEIFENG, BEIFENG.submission("PACK-2", supersedes=predecessor))
        assert answer.json()["code"] == "door/supersedes-unknown"

    def test_stays_with_one_company(self, world):
        _, predecessor = self.versions(world)
        answer = world.submit(CELLWERK, CELLWERK.submission("PACK-1", supersedes=predecessor))
        assert answer.json()["code"] == "door/supersedes-unknown"

    def test_starts_from_something_that_exists(self, world):
        nothing = Predecessor("0" * 64, None)
        answer = world.submit(BEIFENG, BEIFENG.submission("PACK-1", supersedes=nothing))
        assert answer.json()["code"] == "door/supersedes-unknown"
        assert count(world.session, DeclarationRow) == 0
