"""The SDK against a running hub over real HTTP: breaking the hub's API breaks this."""

from datetime import UTC, datetime

import pytest

from hub.access.caller import Caller
from hub.access.four_eyes import ask_for_four_eyes
from hub.access.machine_keys import add_machine_key
from hub.access.usecases import add_key_holder
from hub.declarations.releasing import reject, release
from hub.trust.usecases import revoke_key
from tests.cast import BEIFENG, FOXGLOVE
from tests.hub import workbooks
from tests.sdk.conftest import machine
from tierlight import (
    BadRequest,
    Client,
    Conflict,
    FileSigner,
    NotFound,
    NotSignedIn,
    Status,
    sign_payload,
)
from tierlight.submissions import Signed, read_file
from tierlight_schemas.build import Fresh, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import pack_submission
from tierlight_schemas.rows import read_row

CELLS = {
    "number": "CELL-1",
    "period_start": "2025-01-01",
    "period_end": "2026-01-01",
    "declared_unit": "piece",
    "mass_kg": "2.5",
    "kgco2e": "12.50",
    "stage:own making": "12.50",
}
PARTS = "number,name,revision,category,kind,base_unit,net_mass_kg\n"


def declaration(signer, profile=None, **cells):
    row = read_row({**CELLS, **cells})
    assert row is not None
    return build(row, Declarant(profile or Profile(), signer.kid), Fresh.draw(datetime.now(UTC)))


def test_who_am_i(supplier, cellwerk):
    company = supplier.company()
    assert (company.id, company.name, company.country) == (cellwerk.company_id, "Cellwerk", "DE")
    assert company.identifiers == ("lei:CELLWERK000000000003",)
    profile = supplier.profile()
    assert profile.issuer == f"urn:tierlight:company:{cellwerk.company_id}"


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_a_key_is_registered_by_possession_and_only_once(supplier, alg):
    signer = FileSigner.generate(alg)
    assert supplier.register_key(signer) == signer.kid
    assert supplier.register_key(signer) == signer.kid


def test_a_key_that_was_revoked_is_not_said_to_be_registered(live_hub, cellwerk, supplier, signer):
    with live_hub.transaction() as session:
        revoke_key(session, cellwerk.company_id, signer.kid)
    with pytest.raises(Conflict) as refused:
        supplier.register_key(signer)
    assert refused.value.code == "trust/key-taken"


def test_submit_gives_a_receipt_and_the_same_one_again(supplier, signer):
    built = declaration(signer)
    jws = sign_payload(built.payload, signer)
    first = supplier.submit(jws, built.annexes)
    assert (first.status, first.part_registered) == (Status.STORED, True)
    again = supplier.submit(jws, built.annexes)
    assert again.status is Status.KNOWN
    assert first.receipt == again.receipt == supplier.receipt(first.digest)
    assert supplier.jws(first.digest) == jws.encode()
    assert supplier.annex(first.digest, "split") == built.annexes["split"]


@pytest.mark.parametrize("named", ["key", "company"])
def test_the_part_is_the_companys_whichever_way_it_is_named(supplier, signer, named):
    built = declaration(signer, supplier.profile() if named == "company" else None)
    assert supplier.submit(sign_payload(built.payload, signer), built.annexes).accepted
    part = supplier.part("CELL-1")
    assert part is not None
    assert (part.number, part.base_unit, part.net_mass_kg) == ("CELL-1", "piece", "2.5")
    assert supplier.part("NONE") is None


def test_many_get_a_verdict_each_and_a_bad_one_blocks_none(supplier, signer):
    lines = []
    for number in ("P-1", "P-2"):
        built = declaration(signer, number=number)
        lines.append(pack_submission(sign_payload(built.payload, signer), built.annexes))
    stranger = declaration(FileSigner.generate())
    bad = pack_submission(sign_payload(stranger.payload, FileSigner.generate()), stranger.annexes)
    verdicts = supplier.submit_many([lines[0], bad, b"garbage", lines[1]])
    assert [verdict.status for verdict in verdicts] == ["stored", "refused", "refused", "stored"]
    assert verdicts[1].refusal.code == "trust/unknown-key"
    assert verdicts[1].refusal.message
    assert [verdict.line for verdict in verdicts] == [1, 2, 3, 4]


def test_a_refused_declaration_raises_with_code_and_words(supplier):
    stranger = FileSigner.generate()
    built = declaration(stranger)
    with pytest.raises(BadRequest) as refusal:
        supplier.submit(sign_payload(built.payload, stranger), built.annexes)
    assert refusal.value.code == "trust/unknown-key"
    assert refusal.value.remedy


def test_words_come_in_the_language_asked_for(live_hub, cellwerk):
    said = set()
    for lang in ("en", "de", "zh-CN"):
        with cellwerk.client(live_hub, language=lang) as client, pytest.raises(NotFound) as refusal:
            client.receipt("0" * 64)
        said.add(refusal.value.message)
    assert len(said) == 3


def test_a_withdrawn_declaration_says_so(supplier, signer):
    built = declaration(signer)
    verdict = supplier.submit(sign_payload(built.payload, signer), built.annexes)
    assert supplier.withdraw(verdict.digest, "wrong meter")["reason"] == "wrong meter"


def test_what_a_company_with_four_eyes_submits_waits(live_hub, cellwerk, desk, monkeypatch):
    monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", cellwerk.client_id)
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", cellwerk.secret)
    wu = Caller(cellwerk.company_id, "person:wu")
    with live_hub.transaction() as session:
        ask_for_four_eyes(session, wu)
    assert desk.run("register-key", "--key", desk.key).status == 0
    assert desk.declare().status == 0
    ran = desk.run("submit", desk.out)
    assert (ran.status, "3 wait for a second person" in ran.out) == (0, True), ran.err
    digests = [signed.digest for signed in read_file(desk.out)]
    assert f"tierlight held {digests[0]}" in ran.err
    assert "0 stored, 0 known already, 0 refused" in ran.out
    ran = desk.run("held", *digests)
    assert (ran.status, ran.out.count("waits for a second person")) == (0, 3)
    with live_hub.transaction() as session:
        release(session, wu, digests[0], settings=live_hub.settings)
        reject(session, wu, digests[1], "an old meter")
    ran = desk.run("held", *digests)
    assert ran.status == 1
    assert f"{digests[0]}: released" in ran.out
    assert f"{digests[1]}: rejected: an old meter" in ran.out
    ran = desk.run("submit", desk.out)
    assert (ran.status, "0 stored, 1 known already, 1 refused" in ran.out) == (1, True), ran.out
    assert "an old meter" in ran.err
    assert desk.run("held", "0" * 64).status == 1
    with cellwerk.client(live_hub) as client:
        assert client.held(digests[2]).state == "waiting"
        assert client.withdraw(digests[0], "wrong meter")["state"] == "waiting"


def test_tables_links_consents_and_the_footprint(live_hub, supplier, signer):
    built = declaration(signer)
    supplier.submit(sign_payload(built.payload, signer), built.annexes)
    beifeng = machine(live_hub, BEIFENG)
    with beifeng.client(live_hub) as buyer:
        parts = PARTS + "PACK,Pack,,,assembly,piece,5\nCELL,Cell,,,assembly,piece,2.5\n"
        report = buyer.upload_parts(parts.encode())
        assert (report.rows, report.added) == (2, 2)
        assert buyer.upload_parts(parts.encode()).unchanged == 2
        buyer.upload_bom(b"parent,child,quantity,unit,reference_amount\nPACK,CELL,2,piece,1\n")
        buyer.upload_sourcing(
            b"part,supplier,supplier_part,share,site,from,to,delivery_term\n"
            b"CELL,lei:CELLWERK000000000003,CELL-1,1,,2025-01-01,,\n"
        )
        pack = buyer.part("PACK")
        before = buyer.footprint(pack.id)
        assert before.excluding_uptake in (None, "0")
        assert any(finding["code"] == "tier/missing" for finding in buyer.findings(pack.id))

        (link,) = supplier.links_to_confirm()
        assert (link.buyer, link.part) == ("Beifeng Pack", "CELL-1")
        assert supplier.confirm_link(link.id).confirmed
        assert supplier.links_to_confirm() == []
        granted = supplier.grant(link.buyer_id, level=1, purpose="vehicle footprint")
        assert (granted.reader_id, granted.level, granted.part_id) == (beifeng.company_id, 1, None)

        after = buyer.footprint(pack.id)
        assert after.excluding_uptake.decimal == 25
        assert "25" in after.statement
        assert buyer.tree(pack.id)["children"]
        supplier.revoke_grant(granted.id)
        assert buyer.footprint(pack.id).excluding_uptake in (None, "0")


def test_a_bad_table_names_its_rows(supplier):
    with pytest.raises(BadRequest) as refusal:
        supplier.upload_parts((PARTS + "A,A,,,assembly,bushel,1\n").encode())
    assert refusal.value.details[0]["row"] == "2"


def test_a_workbook_is_a_table_too(supplier):
    book = workbooks.parts(["number", "net_mass_kg"], ["A-1", 0.1], ["A-2", "0,1"])
    with pytest.raises(BadRequest) as refusal:
        supplier.upload_parts(book)
    assert refusal.value.details[0]["cell"] == "B3"
    report = supplier.upload_parts(workbooks.parts(["number", "net_mass_kg"], ["A-1", 0.1]))
    assert (report.rows, report.added) == (1, 1)


def test_the_outsider_sees_nothing(live_hub, supplier, signer):
    built = declaration(signer)
    verdict = supplier.submit(sign_payload(built.payload, signer), built.annexes)
    part = supplier.part("CELL-1")
    with machine(live_hub, FOXGLOVE).client(live_hub) as outsider:
        for read in (outsider.receipt, outsider.jws):
            with pytest.raises(NotFound):
                read(verdict.digest)
        with pytest.raises(NotFound):
            outsider.annex(verdict.digest, "split")
        for read in (outsider.footprint, outsider.tree, outsider.findings):
            with pytest.raises(NotFound):
                read(part.id)
        assert list(outsider.parts()) == []


def test_a_wrong_secret_is_refused(live_hub, cellwerk):
    with Client(live_hub.url, cellwerk.client_id, "wrong") as client, pytest.raises(NotSignedIn):
        client.company()


def test_a_machine_comes_with_a_key_instead_of_a_secret(live_hub, cellwerk, desk, monkeypatch):
    FileSigner.generate("ES256").save(desk.folder / "erp.pem")
    own = FileSigner.load(desk.folder / "erp.pem")
    with live_hub.transaction() as session:
        client_id = add_key_holder(session, cellwerk.company_id, "ERP")
        add_machine_key(session, client_id, own.jwk)
    with Client(live_hub.url, client_id, client_key=own) as client:
        assert client.company().id == cellwerk.company_id
    options = ("--url", live_hub.url, "--client-id", client_id)
    desk.declare()
    ran = desk.run("register-key", "--key", desk.key, *options)
    assert (ran.status, "TIERLIGHT_CLIENT_SECRET" in ran.err) == (1, True)
    own_key = ("--client-key-file", desk.folder / "erp.pem")
    assert desk.run("register-key", "--key", desk.key, *options, *own_key).status == 0
    monkeypatch.setenv("TIERLIGHT_CLIENT_KEY_FILE", str(desk.folder / "erp.pem"))
    ran = desk.run("submit", desk.out, *options)
    assert (ran.status, "3 stored" in ran.out) == (0, True), ran.err
    wrong_key = ("--client-key-file", desk.key)
    ran = desk.run("register-key", "--key", desk.key, *options, *wrong_key)
    assert (ran.status, "client_assertion: signature" in ran.err) == (1, True)


def test_from_the_key_to_the_verified_receipt_by_command(live_hub, cellwerk, desk, monkeypatch):
    monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", cellwerk.client_id)
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", cellwerk.secret)
    profile = desk.folder / "profile.json"
    assert desk.run("register-key", "--key", desk.key, "--profile-out", profile).status == 0
    assert desk.declare("--profile", profile).status == 0
    ran = desk.run("submit", desk.out)
    assert (ran.status, "3 stored" in ran.out) == (0, True), ran.err

    desk.table.write_text(desk.table.read_text().replace("12.50", "11.90"))
    assert desk.declare("--profile", profile).status == 0
    ran = desk.run("submit", desk.out, "--batch", 1)
    assert (ran.status, "1 stored, 3 known already" in ran.out) == (0, True), ran.err

    ran = desk.run("verify", desk.out)
    assert ran.status == 0
    assert ran.out.count("the receipt is that of this declaration") == 4
    assert len({Signed.read(line).digest for line in desk.lines()}) == 4


def test_a_predecessor_that_was_never_submitted_goes_first(live_hub, cellwerk, desk, monkeypatch):
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", cellwerk.secret)
    options = ("--url", live_hub.url, "--client-id", cellwerk.client_id)
    desk.run("register-key", "--key", desk.key, *options)
    desk.declare()
    desk.table.write_text(desk.table.read_text().replace("12.50", "11.90"))
    desk.declare()
    assert "4 stored" in desk.run("submit", desk.out, *options).out
