"""`tierlight check`, `verify` and `sign`, offline."""

import hashlib
import json
import shutil

import pytest

from tests.sdk.conftest import HEADER
from tierlight.signer import FileSigner, sign_payload
from tierlight.submissions import Signed
from tierlight_schemas.envelope import canonical, digest, pack_submission


@pytest.fixture
def declared(desk):
    """A desk whose table is declared, its first row with a split annex."""
    desk.write(
        "A-1,2025-01-01,2026-01-01,piece,2.5,12.50,12.50",
        "B 2,2025-01-01,2026-01-01,kg,,5.62e-02,",
        header=HEADER + ",stage:own making",
    )
    assert desk.declare().status == 0
    return desk


def first(desk):
    return Signed.read(desk.lines()[0])


def test_what_was_declared_checks_and_verifies(declared):
    assert declared.run("check", declared.out).status == 0
    ran = declared.run("verify", declared.out, "--jwk", declared.jwk)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count(": valid.") == 2


def test_the_key_beside_the_file_is_found_by_its_thumbprint(declared):
    shutil.copy(declared.jwk, declared.folder / "aaa.pub.jwk")
    (declared.folder / "bbb.pub.jwk").write_text("{}")
    assert declared.run("verify", declared.out).status == 0


def test_without_the_key_nothing_is_called_valid(declared, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "signed.ndjson"
    shutil.copy(declared.out, elsewhere)
    ran = declared.run("verify", elsewhere)
    assert ran.status == 3
    assert "not verified" in ran.out
    assert ": valid" not in ran.out


def test_another_key_does_not_verify(declared):
    declared.run("keygen", "--out", declared.folder / "other.pem")
    ran = declared.run("verify", declared.out, "--jwk", declared.folder / "other.pub.jwk")
    assert ran.status == 3


def test_a_private_key_is_no_jwk(declared):
    ran = declared.run("verify", declared.out, "--jwk", declared.key)
    assert ran.status == 1
    assert str(declared.key) in ran.err


def test_every_changed_byte_of_a_line_is_seen(declared):
    line = declared.lines()[0]
    for position in range(0, len(line), 29):
        changed = line[:position] + bytes([line[position] ^ 1]) + line[position + 1 :]
        declared.out.write_bytes(changed + b"\n")
        ran = declared.run("verify", declared.out, "--jwk", declared.jwk)
        assert ran.status == 1, position
        assert "Traceback" not in ran.err


def test_a_bare_jws_is_read_too(declared):
    path = declared.folder / "one.jws"
    path.write_bytes(first(declared).jws + b"\n")
    assert declared.run("verify", path).status == 0
    path.write_bytes(first(declared).jws[:-1])
    assert declared.run("verify", path).status == 1


def test_annexes_are_those_that_were_signed(declared):
    entry = first(declared)
    annexes = {"split": entry.annexes["split"].replace(b"12.50", b"12.40")}
    declared.out.write_bytes(pack_submission(entry.jws, annexes))
    ran = declared.run("verify", declared.out)
    assert ran.status == 1
    assert "sdk/annex-differs" in ran.err
    declared.out.write_bytes(pack_submission(entry.jws))
    ran = declared.run("verify", declared.out)
    assert ran.status == 0, "annexes may be kept back"
    assert "the annex split was signed for and is not here" in ran.out
    pretty = json.dumps(json.loads(entry.annexes["split"]), indent=1).encode()
    declared.out.write_bytes(pack_submission(entry.jws, {"split": pretty}))
    assert "sdk/annex-unreadable: The annex split" in declared.run("verify", declared.out).err


def test_a_name_with_somebody_elses_key_is_seen(declared):
    document = dict(first(declared).opened.document)
    document["issuer"] = "urn:tierlight:key:" + "A" * 43
    jws = sign_payload(canonical(document), FileSigner.load(declared.key))
    declared.out.write_bytes(pack_submission(jws))
    ran = declared.run("verify", declared.out)
    assert ran.status == 1
    assert "sdk/foreign-key-name" in ran.err


def receipt_for(entry, **changes):
    body = {"kind": "declaration", "digest": entry.digest, "envelope": digest(entry.jws)}
    leaf = canonical({"version": 1, "kind": "declaration", "digest": body["envelope"]})
    body |= {"key": entry.opened.kid, "leaf": hashlib.sha256(b"\0" + leaf).hexdigest(), "index": 0}
    return canonical(body | changes)


def test_a_receipt_is_compared(declared):
    entry = first(declared)
    folder = declared.folder / "signed.ndjson.receipts"
    folder.mkdir()
    path = folder / f"{entry.digest}.json"
    path.write_bytes(receipt_for(entry))
    ran = declared.run("verify", declared.out)
    assert ran.status == 0
    assert "the receipt is that of this declaration" in ran.out
    for change in ({"digest": "0" * 64}, {"envelope": "0" * 64}, {"key": "x"}, {"leaf": "0" * 64}):
        path.write_bytes(receipt_for(entry, **change))
        ran = declared.run("verify", declared.out)
        assert ran.status == 1, change
        assert "sdk/receipt-differs" in ran.err
    path.write_bytes(b"")
    ran = declared.run("verify", declared.out)
    assert ran.status == 1
    assert "sdk/receipt-unreadable: The receipt of this declaration cannot be read" in ran.err


def test_a_receipt_that_is_gone_is_missed_where_receipts_are_kept(declared):
    assert "no receipt" not in declared.run("verify", declared.out).err
    folder = declared.folder / "signed.ndjson.receipts"
    folder.mkdir()
    (folder / f"{first(declared).digest}.json").write_bytes(receipt_for(first(declared)))
    ran = declared.run("verify", declared.out)
    assert ran.status == 0
    assert ran.err.count("no receipt is here") == 1
    assert "signed.ndjson:2: no receipt is here" in ran.err


def test_verdicts_as_json_for_a_program(declared):
    verdicts = json.loads(declared.run("verify", declared.out, "--format", "json").out)
    assert [verdict["standing"] for verdict in verdicts] == ["valid", "valid"]
    assert verdicts[0]["digest"] == first(declared).digest
    assert [verdict["line"] for verdict in verdicts] == [1, 2]


def test_verdicts_as_json_say_what_is_wrong_in_words_too(declared):
    changed = first(declared).annexes["split"].replace(b"12.50", b"11.00")
    declared.out.write_bytes(pack_submission(first(declared).jws, {"split": changed}))
    ran = declared.run("verify", declared.out, "--format", "json", "--lang", "de")
    (verdict,) = json.loads(ran.out)
    assert [problem["code"] for problem in verdict["problems"]] == ["sdk/annex-differs"]
    assert "Der Anhang split" in verdict["problems"][0]["message"]
    found = {finding["code"]: finding for finding in verdict["findings"]}
    assert "ergeben 11," in found["document/stages-differ-from-total"]["message"]
    assert found["document/stages-differ-from-total"]["remedy"].startswith("Prüfen Sie")


def test_check_reads_a_bare_pact_document_with_paths_and_remedies(declared):
    document = dict(first(declared).subject["footprint"])
    path = declared.folder / "pact.json"
    path.write_text(json.dumps(document, indent=2))
    assert declared.run("check", path).status == 0
    document["pcf"] = {**document["pcf"], "pcfExcludingBiogenicUptake": "1,5"}
    path.write_text(json.dumps(document, indent=2))
    ran = declared.run("check", path)
    assert ran.status == 1
    assert "document/decimal" in ran.out
    assert "$.pcf.pcfExcludingBiogenicUptake" in ran.out


@pytest.mark.parametrize("value", [1.5, 12, None, True])
def test_check_finds_amounts_that_are_no_texts(declared, value):
    document = dict(first(declared).subject["footprint"])
    document["pcf"] = {**document["pcf"], "fossilGhgEmissions": value}
    path = declared.folder / "pact.json"
    path.write_text(json.dumps(document))
    ran = declared.run("check", path)
    assert ran.status == 1
    assert "fossilGhgEmissions" in ran.out


NO_DOCUMENT = {
    "nothing": (b"", "empty"),
    "blank": (b"\n \n", "empty"),
    "prose": (b"hello", "door/jws-shape"),
    "cut": (b'{"pcf": {', "door/json-invalid"),
    "a list": (b"[1]", "door/"),
    "twice": (b'{"a":1,"a":2}', "door/json-duplicate-key"),
    "empty object": (b"{}", "document/schema"),
    "binary": (bytes(range(256)), "door/"),
}


@pytest.mark.parametrize("name", NO_DOCUMENT)
def test_check_says_what_is_wrong_with_anything(declared, name):
    data, said = NO_DOCUMENT[name]
    path = declared.folder / "thing"
    path.write_bytes(data)
    ran = declared.run("check", path)
    assert ran.status == 1
    assert said in ran.out + ran.err
    assert declared.run("verify", path).status == 1


def test_findings_as_json_for_a_program(declared):
    path = declared.folder / "empty.json"
    path.write_text("{}")
    found = json.loads(declared.run("check", path, "--format", "json").out)[0]["findings"]
    assert found[0]["code"] == "document/schema"
    assert {"severity", "path", "message", "remedy", "evidence"} <= set(found[0])


def test_help_of_every_command_says_what_the_exit_status_means(desk):
    for command in ("keygen", "declare", "check", "sign", "register-key", "submit", "verify"):
        ran = desk.run(command, "--help")
        assert ran.status == 0
        assert "exit status:" in ran.out


def test_a_wrong_call_is_status_2(desk):
    assert desk.run("declare").status == 2
    assert desk.run("fly").status == 2
