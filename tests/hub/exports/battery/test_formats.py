"""What holds for every format that a declaration leaves in, those to come included.

Aurora's battery out of three tiers of signed data, with values of its suppliers that are nowhere
else; a file is searched as its reader would see it: decoded, unzipped, signatures opened.
"""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.access.caller import Caller
from hub.disclosure.footprint import Question
from hub.exports.battery.access import Audience
from hub.exports.battery.declaring import Asked, Declared, declared, file_of
from hub.exports.battery.errors import RefusedDeclaration
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import NOTICES, Filing, NoEditionError
from hub.kit.clock import now
from hub.trust.hub_key import HubSigner
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE
from tests.hub.exports.battery.conftest import AS_HOUSING, GAS, OF_2025
from tests.schemas.battery.packs import MODEL
from tierlight_schemas.battery.rulesets import DRAFT_2024, Stage

PUBLIC = Audience.PUBLIC
EDITIONS = [(each, audience) for each in sorted(FORMATS) for audience in Audience]
SUPPLIERS = (BEIFENG, CELLWERK, DONGHAI, FOXGLOVE)
LINK = "https://aurora.example/declaration-of-conformity.pdf"
COMPLETE = {
    "manufacturer": {
        "name": "Aurora Motors", "address": "Werkstr. 1, 24100 Kiel", "bpnl": "BPNL0123456789ZZ",
        "web": "https://aurora.example", "email": "battery@aurora.example",
    },
    "chemistry": "NMC622",
    "gtin": "04006381333931",
    "plantAddress": "Werkstr. 7, 24100 Kiel",
    "plantBpna": "BPNA1234567890AA",
    "performanceClass": "C",
    "certificates": [
        {"name": "EU declaration of conformity", "number": "DoC-1", "link": LINK},
        {"name": "Cycle life", "number": "T-47110815"},
    ],
    "offsets": [{"description": "Peat bog", "emissions": "7"}],
}  # fmt: skip
CELL = {
    "kgco2e": "211.37",
    "stage:raw-material": "22.37",
    "stage:cathode": "41.19",
    "stage:anode": "20.81",
    "stage:electrolyte": "21.11",
    "stage:separator": "11.43",
    "stage:cell-casing": "11.23",
    "stage:production": "73.17",
    "stage:transport": "10.06",
    "carrier:electricity": "61.93",
    "carrier-quantity:electricity": "103.29 kWh",
}
HOUSING = AS_HOUSING | {"stage:materials": "38.71", "stage:energy": "15.02"}
VALUES = [
    *(value for name, value in CELL.items() if name != "carrier-quantity:electricity"),
    "103.29", "422.74", "206.58", "53.73", "38.71", "15.02", "31.57", "12.71",
]  # fmt: skip
"""What suppliers declared, and what two cells of it are."""
PARTS = ("AM-CELL", "AM-HOUSING", "AM-BMS", "AM-POWER", "BP-CATHODE", "CW-CAM")


def enter(works, **changes):
    """Everything that any format asks for, and values that only suppliers know."""
    works.enter(**{**COMPLETE, **changes})
    chain, of = works.chain, {"mass_kg": "10"} | OF_2025
    chain.declare(FOXGLOVE, "HOUSING", "53.73", **of, **HOUSING)
    chain.declare(FOXGLOVE, "BMS", "31.57", **of, **GAS)
    chain.declare(DONGHAI, "CAM", "12.71", mass_kg="1", **OF_2025)


def found(works, ruleset: str = "annex-ii/2023") -> Declared:
    caller = Caller(works.chain.id(AURORA), "person:officer")
    question = Question(now().date(), now())
    asked = Asked(works.part_id, works.site_id, ruleset, question)
    return declared(works.world.session, caller, asked)


def filing(audience: Audience = PUBLIC, lang: str = "en") -> Filing:
    return Filing(audience, lang, HubSigner(Ed25519PrivateKey.from_private_bytes(b"7" * 32)))


def opened(body: bytes) -> Iterator[str]:
    """A file and all that lies inside it, as text."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            for name in package.namelist():
                yield name
                yield from opened(package.read(name))
        return
    text = body.decode()
    yield text
    for encoded in re.findall(r"eyJ[A-Za-z0-9_-]+|(?<=\.)[A-Za-z0-9_-]{40,}(?=\.)", text):
        decoded = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        yield decoded.decode("utf-8", "replace")


def secrets(works, digests: list[str]) -> list[str]:
    """Names, numbers, identifiers and values of suppliers."""
    names = [actor.name for actor in SUPPLIERS]
    own = [works.chain.id(actor) for actor in SUPPLIERS]
    numbers = [actor.identifier[1] for actor in SUPPLIERS]
    return [*names, *own, *numbers, *digests, *PARTS, *VALUES, "T-47110815"]


def told_of(text: str, secret: str) -> bool:
    """Whether a secret stands in a text, a number not as digits of a longer one."""
    if not re.fullmatch(r"[0-9.]+", secret):
        return secret in text
    return re.search(rf"(?<![0-9.]){re.escape(secret)}(?![0-9]|\.[0-9])", text) is not None


@pytest.fixture
def complete(works) -> Any:
    """The works, with all that any format asks for."""
    enter(works)
    return works


@pytest.mark.parametrize("format_id", sorted(FORMATS))
class TestPublic:
    def test_nothing_of_a_supplier_and_nothing_above_the_public(self, complete, format_id):
        digest = complete.cell(**CELL)
        file = file_of(found(complete), FORMATS[format_id], filing())
        listed = complete.world.get(FOXGLOVE, "/v1/declarations").json()["items"]
        known = secrets(complete, [digest, *(row["digest"] for row in listed)])
        for text in opened(file.body):
            assert [secret for secret in known if told_of(text, secret)] == []

    def test_a_third_tier_that_is_gone_is_a_named_gap_and_no_file(self, complete, format_id):
        for row in complete.world.get(DONGHAI, "/v1/declarations").json()["items"]:
            path = f"/v1/declarations/{row['digest']}/withdrawal"
            assert complete.world.post(DONGHAI, path, json={"reason": "wrong"}).is_success
        with pytest.raises(RefusedDeclaration) as caught:
            file_of(found(complete), FORMATS[format_id], filing())
        partial = [row for row in caught.value.details if row["case"] == "partial"]
        assert [(row["part"], row["supplier"]) for row in partial] == [("CELL", BEIFENG.name)]
        assert DONGHAI.name not in json.dumps(caught.value.details)

    def test_notices_and_ruleset_stand_in_it(self, complete, format_id):
        complete.cell(**CELL)
        file = file_of(found(complete), FORMATS[format_id], filing())
        text = " ".join(opened(file.body))
        for notice in (*NOTICES, "annex-ii/2023", "in force, method act not adopted"):
            assert notice in text

    def test_a_negative_end_of_life_is_told_or_named_as_left_out(self, complete, format_id):
        complete.cell(**CELL)
        result = found(complete)
        stage = result.footprint.stages[Stage.END_OF_LIFE]
        assert stage.per_kwh is not None
        assert stage.per_kwh < 0
        file = file_of(result, FORMATS[format_id], filing())
        if file.media_type.startswith("image/"):
            pytest.skip("an image of a link holds no number")
        text = " ".join(opened(file.body)).replace("\N{MINUS SIGN}", "-")
        assert f"{stage.per_kwh:f}"[:12] in text

    def test_the_total_is_the_same_in_every_file(self, complete, format_id):
        complete.cell(**CELL)
        result = found(complete)
        whole = result.footprint.per_kwh
        assert whole is not None
        file = file_of(result, FORMATS[format_id], filing())
        if file.media_type.startswith("image/"):
            pytest.skip("an image of a link holds no number")
        assert f"{whole.value:f}"[:12] in " ".join(opened(file.body))

    def test_the_same_twice(self, complete, format_id):
        complete.cell(**CELL)
        result = found(complete)
        both = [file_of(result, FORMATS[format_id], filing()).body for _ in range(2)]
        assert both[0] == both[1]


class TestEditions:
    def test_the_search_finds_what_is_there(self, complete):
        """What the public file must not hold, the authorities' file does: the search is no sieve
        that lets all pass."""
        digest = complete.cell(**CELL)
        whole = file_of(found(complete), FORMATS["art7"], filing(Audience.AUTHORITIES)).body
        text = " ".join(opened(whole))
        for secret in (BEIFENG.name, FOXGLOVE.name, digest, "AM-CELL", "T-47110815", "206.58"):
            assert told_of(text, secret), secret

    @pytest.mark.parametrize(("format_id", "audience"), EDITIONS)
    def test_every_judge_passes_every_edition_or_there_is_none(self, complete, format_id, audience):
        complete.cell(**CELL)
        chosen, result = FORMATS[format_id], found(complete)
        if audience not in chosen.audiences:
            with pytest.raises(NoEditionError):
                file_of(result, chosen, filing(audience))
            return
        file = file_of(result, chosen, filing(audience))
        assert chosen.judges
        for judge in chosen.judges:
            assert [*judge.complaints(file.body)] == [], judge.name

    @pytest.mark.parametrize("format_id", sorted(FORMATS))
    def test_by_the_draft_act_every_file_says_that_it_is_a_draft(self, complete, format_id):
        complete.cell(**CELL, country="CN")
        file = file_of(found(complete, DRAFT_2024.id), FORMATS[format_id], filing())
        for judge in FORMATS[format_id].judges:
            assert [*judge.complaints(file.body)] == [], judge.name
        if not file.media_type.startswith("image/"):
            text = " ".join(opened(file.body))
            assert DRAFT_2024.id in text
            assert "draft, not adopted" in text

    @pytest.mark.parametrize("format_id", sorted(FORMATS))
    @pytest.mark.parametrize("body", [b"", b"{}", b"PK\x03\x04", b"<html></html>", b"\xff\xfe"])
    def test_no_judge_passes_what_is_no_file(self, format_id, body):
        for judge in FORMATS[format_id].judges:
            assert [*judge.complaints(body)], judge.name

    @pytest.mark.parametrize("format_id", sorted(FORMATS))
    @pytest.mark.parametrize("lang", ["de", "zh-CN"])
    def test_every_gap_has_words_and_a_remedy_in_the_reader_s_language(
        self, works, format_id, lang
    ):
        works.enter(manufacturer=MODEL["manufacturer"])
        works.cell()
        result = found(works)
        try:
            told = file_of(result, FORMATS[format_id], Filing(PUBLIC, lang)).gaps
        except RefusedDeclaration as refusal:
            told = [row | {"text": row["message"]} for row in refusal.details]
        for row in told:
            assert row["text"], row
            assert row["remedy"], row
            assert row["clause"], row
            assert "{" not in row["text"] + row["remedy"], row

    @pytest.mark.parametrize("format_id", sorted(set(FORMATS) - {"art7"}))
    def test_an_edition_that_does_not_exist_is_said_over_http(self, complete, format_id):
        complete.cell(**CELL)
        answer = complete.declaration(format=format_id, audience="authorities")
        if Audience.AUTHORITIES in FORMATS[format_id].audiences:
            pytest.skip("the format has the edition")
        assert (answer.status_code, answer.json()["code"]) == (400, "battery/edition")
        assert "public" in answer.json()["remedy"]
