"""Statements of released versions are computed again; what does not fit together is refused."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.cast import AURORA
from tests.schemas.examples import validator
from tests.statements import FOLDER, RELEASED
from tierlight_schemas.canonical import canonical, digest
from tierlight_schemas.errors import StandardError, StatementError
from tierlight_schemas.jws import open_jws
from tierlight_schemas.statement import RollUpStatement, policy_of, recompute
from tierlight_schemas.statement_bundle import check_bundle, looks_like_bundle

CAR = (FOLDER / "0.1.0" / "car.json").read_bytes()
Change = Callable[[dict[str, Any]], Any]


def test_there_are_statements_to_compute():
    assert {path.name for path in RELEASED} >= {"car.json", "car-deep.json", "lorry.json"}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: f"{path.parent.name}-{path.stem}")
class TestReleasedStatement:
    def test_is_computed_again_byte_for_byte(self, path):
        bundle = path.read_bytes()
        stated = open_jws(json.loads(bundle)["statement"]).document["credentialSubject"]
        found = recompute(canonical(json.loads(bundle)["annex"]), policy_of(stated))
        assert canonical(found.result) == canonical(stated["result"])
        assert check_bundle(bundle).subject == stated

    def test_follows_the_published_schemas(self, path):
        bundle = json.loads(path.read_bytes())
        document = open_jws(bundle["statement"]).document
        validator("statement").validate(document)
        validator("network").validate(bundle["annex"])
        assert RollUpStatement.model_validate(document).document() == document

    def test_is_known_by_its_form(self, path):
        assert looks_like_bundle(path.read_bytes())


def resigned(
    change: Change = lambda document: None,
    annex: Change = lambda annex: None,
    receipt: Change = lambda receipt: None,
) -> bytes:
    """The car's bundle, changed and signed again by somebody who may sign."""
    bundle = json.loads(CAR)
    document = open_jws(bundle["statement"]).document
    annex(bundle["annex"])
    document["issuer"] = f"urn:tierlight:key:{AURORA.kid}"
    document["credentialSubject"]["network"]["digest"] = digest(canonical(bundle["annex"]))
    change(document)
    bundle["statement"] = AURORA.sign(canonical(document))
    body = open_jws(bundle["receipt"]).document
    envelope = digest(bundle["statement"].encode())
    leaf = digest(b"\0" + canonical({"version": 1, "kind": "statement", "digest": envelope}))
    body |= {"digest": digest(canonical(document)), "envelope": envelope, "leaf": leaf}
    body["key"] = AURORA.kid
    receipt(body)
    bundle["receipt"] = AURORA.sign(canonical(body))
    bundle["key"] = AURORA.jwk
    return canonical(bundle)


def subject(**members: Any) -> Change:
    return lambda document: document["credentialSubject"].update(members)


def total(document: dict[str, Any]) -> None:
    document["credentialSubject"]["result"]["total"]["excludingUptake"] = "4709.99999999999"


def used(document: dict[str, Any]) -> None:
    document["credentialSubject"]["inputs"]["count"] = "6"


def lines(**members: Any) -> Change:
    return lambda annex: annex["parts"][0]["lines"][0].update(members)


class TestSignedAgain:
    def test_the_same_holds(self):
        assert check_bundle(resigned()).kid == AURORA.kid

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (total, "statement/differs"),
            (used, "statement/differs"),
            (subject(baseUnit="kilogram"), "statement/differs"),
            (subject(engine="tierlight-reference/2"), "statement/engine"),
            (subject(ruleset="another/1"), "statement/engine"),
            (subject(basis="shallow"), "statement/form"),
            (subject(asOf="yesterday"), "statement/form"),
            (subject(more="x"), "statement/form"),
            (lambda document: document.update(issuer="urn:tierlight:key:x"), "statement/form"),
            (lambda document: document.pop("validFrom"), "statement/form"),
        ],
    )
    def test_a_statement_that_says_otherwise_is_refused(self, change, code):
        with pytest.raises(StatementError) as refused:
            check_bundle(resigned(change))
        assert refused.value.code == code

    @pytest.mark.parametrize(
        ("annex", "code"),
        [
            (lines(quantity="2"), "statement/differs"),
            (lines(part="9"), "statement/annex"),
            (lines(referenceAmount="0"), "statement/annex"),
            (lines(quantity="1e3"), "statement/annex"),
            (lines(quantity="NaN"), "statement/annex"),
            (lines(unit=""), "statement/annex"),
            (lambda annex: annex.update(parts=[]), "statement/annex"),
            (lambda annex: annex.update(type="network"), "statement/annex"),
            (lambda annex: annex["parts"][3]["account"].pop("lines"), "statement/annex"),
            (lambda annex: annex["inputs"].pop(), "statement/inputs"),
            (lambda annex: annex["inputs"].reverse(), "statement/inputs"),
        ],
    )
    def test_an_annex_that_gives_something_else_is_refused(self, annex, code):
        with pytest.raises(StatementError) as refused:
            check_bundle(resigned(annex=annex))
        assert refused.value.code == code

    @pytest.mark.parametrize(
        "member", ["type", "kind", "digest", "envelope", "leaf", "key", "origin"]
    )
    def test_a_receipt_of_something_else_is_refused(self, member):
        with pytest.raises(StatementError) as refused:
            check_bundle(resigned(receipt=lambda body: body.update({member: "0"})))
        assert refused.value.code == "statement/receipt"
        assert refused.value.params == {"member": member}

    def test_a_cycle_in_an_annex_is_a_gap_and_no_endless_sum(self):
        with pytest.raises(StatementError) as refused:
            check_bundle(resigned(annex=lines(part="0")))
        assert refused.value.code in ("statement/inputs", "statement/differs")


class TestABundle:
    def test_of_another_key_is_refused(self):
        bundle = json.loads(CAR) | {"key": AURORA.jwk}
        with pytest.raises(StandardError, match="trust/unknown-key"):
            check_bundle(canonical(bundle))

    @pytest.mark.parametrize(
        "change",
        [
            {"type": "tierlight.statement-bundle/2"},
            {"more": "x"},
            {"statement": []},
            {"receipt": {}},
        ],
    )
    def test_of_another_form_is_refused(self, change):
        with pytest.raises(StatementError, match="statement/bundle"):
            check_bundle(canonical(json.loads(CAR) | change))

    @pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"x", b"\xff", CAR + b"\n", b" " + CAR])
    def test_of_other_bytes_is_refused(self, data):
        with pytest.raises(StandardError):
            check_bundle(data)

    def test_is_refused_whichever_byte_was_changed(self):
        for place in range(len(CAR)):
            with pytest.raises(StandardError):
                check_bundle(CAR[:place] + bytes([CAR[place] ^ 1]) + CAR[place + 1 :])

    def test_hides_the_suppliers_part(self):
        parts = deepcopy(json.loads(CAR)["annex"]["parts"])
        assert [part["owner"] for part in parts] == ["0", "0", "0", "1"]
        assert "account" in parts[3]
