"""`tierlight verify` with proofs and policies, and a hub with a witness: from submission on."""

import json

import httpx
import pytest

from hub.trust.hub_key import make_hub_key
from tests.schemas.log.small_log import LOG, W1, W2, SmallLog
from tests.sdk.test_live import declaration
from tierlight import FileSigner, sign_payload
from tierlight.submissions import Signed
from tierlight.witnessing import Memory, Witness
from tierlight_schemas.envelope import canonical, digest
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy

POLICY = f"log {LOG.key}\nwitness W1 {W1.key}\nwitness W2 {W2.key}\n"


@pytest.fixture
def proven(desk):
    """Three declarations at places 4 to 6 of a log, each with its receipt and its proof."""
    assert desk.declare().status == 0
    log = SmallLog.of(4)
    signed = [Signed.read(line) for line in desk.lines()]
    log.entries += [Entry("declaration", digest(one.jws)) for one in signed]
    folder = desk.folder / f"{desk.out.name}.receipts"
    folder.mkdir()
    for place, one in enumerate(signed, 4):
        write(folder, one, log, place)
    (desk.folder / "both.policy").write_text(f"{POLICY}group b all W1 W2\nquorum b\n")
    (desk.folder / "none.policy").write_text(f"{POLICY}quorum none\n")
    stranger = VerifierKey(LOG.name, 1, W1.key.public)
    (desk.folder / "other.policy").write_text(f"log {stranger}\nquorum none\n")
    return desk


def write(folder, one, log, place):
    entry = log.entries[place]
    receipt = {
        "digest": one.digest,
        "envelope": entry.digest,
        "index": place,
        "key": one.opened.kid,
        "kind": "declaration",
        "leaf": entry.leaf.hex(),
    }
    (folder / f"{one.digest}.json").write_bytes(canonical(receipt))
    (folder / f"{one.digest}.tlog-proof").write_text(str(log.proof(place, [W1, W2])))


def verify(desk, name, *options):
    path = desk.folder / name
    return desk.run("verify", desk.out, "--jwk", desk.jwk, "--policy", path, *options)


class TestAPolicy:
    def test_accepts_what_its_log_and_witnesses_signed(self, proven):
        ran = verify(proven, "both.policy")
        assert (ran.status, ran.err) == (0, "")
        assert "at place 4 of the log hub.example/log" in ran.out
        assert ran.out.count("witnesses: W1, W2.") == 3

    def test_is_told_to_a_program(self, proven):
        told = json.loads(verify(proven, "both.policy", "--format", "json").out)
        assert [one["place"]["index"] for one in told] == [4, 5, 6]
        assert told[0]["place"] == {
            "index": 4,
            "origin": "hub.example/log",
            "size": 7,
            "witnesses": ["W1", "W2"],
            "trusted": True,
        }

    def test_that_is_not_given_leaves_it_unjudged(self, proven):
        ran = proven.run("verify", proven.out, "--jwk", proven.jwk)
        assert ran.status == 0
        assert ran.out.count("was not verified") == 3

    @pytest.mark.parametrize(
        ("name", "code"), [("other.policy", "log/unknown-log"), ("nowhere", "nowhere")]
    )
    def test_of_other_keys_or_none_refuses(self, proven, name, code):
        ran = verify(proven, name)
        assert ran.status == 1
        assert code in ran.err


class TestAProof:
    def files(self, desk, ending):
        return sorted((desk.folder / f"{desk.out.name}.receipts").glob(f"*.{ending}"))

    def test_of_another_declaration_is_refused(self, proven):
        one, other, _ = self.files(proven, "tlog-proof")
        texts = one.read_bytes(), other.read_bytes()
        one.write_bytes(texts[1])
        other.write_bytes(texts[0])
        ran = verify(proven, "none.policy")
        assert ran.status == 1
        assert ran.err.count("sdk/receipt-differs") == 2

    def test_without_its_receipt_is_not_looked_for(self, proven):
        for path in self.files(proven, "json"):
            path.unlink()
        ran = verify(proven, "both.policy")
        assert ran.status == 0
        assert ran.err.count("no receipt is here") == 3

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("index 4", "index 0", "sdk/receipt-differs"),
            ("\n7\n", "\n8\n", "log/"),
            ("hub.example/log\n7", "hub.example/log2\n7", "log/unknown-log"),
            ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", "log/proof"),
            ("— witness1.example/w ", "— witness3.example/w ", "log/quorum"),
        ],
    )
    def test_that_was_changed_is_refused_with_a_code(self, proven, old, new, code):
        (path,) = [p for p in self.files(proven, "tlog-proof") if "index 4" in p.read_text()]
        path.write_text(path.read_text().replace(old, new))
        ran = verify(proven, "both.policy")
        assert ran.status == 1
        assert code in ran.err


class TestWithAHub:
    @pytest.fixture
    def keyed(self, tmp_path, monkeypatch):
        """A hub started after this signs, and knows one witness."""
        make_hub_key(tmp_path / "hub.pem")
        (tmp_path / "hub.policy").write_text(f"witness W1 {W1.key}\nquorum none\n")
        monkeypatch.setenv("HUB_SIGNING_KEY_FILE", str(tmp_path / "hub.pem"))
        monkeypatch.setenv("HUB_LOG_POLICY_FILE", str(tmp_path / "hub.policy"))

    def test_a_witness_visits_and_the_proof_holds_offline(
        self, keyed, live_hub, cellwerk, desk, tmp_path
    ):
        signer = FileSigner.load(desk.key)
        with cellwerk.client(live_hub) as client:
            client.register_key(signer)
            built = declaration(signer, client.profile())
            jws = sign_payload(built.payload, signer).encode()
            verdict = client.submit(jws, built.annexes)
            assert verdict.proof
            (key,) = httpx.get(f"{live_hub.url}/v1/log").json()["keys"]
            memory = Memory(tmp_path / "state.json")
            memory.create()
            logs = Policy((VerifierKey.read(key),))
            witness = Witness(W1.name, FileSigner(W1.secret), memory, logs)
            with httpx.Client() as http:
                first = witness.visit(live_hub.url, http)[0].size
                client.withdraw(verdict.digest, "only a test")
                client.submit(*self.another(signer, client))
                assert witness.visit(live_hub.url, http)[0].size == first + 2
                assert witness.visit(live_hub.url, http)[0].size == first + 2
            evidence, proof = client.evidence(verdict.digest), client.proof(verdict.digest)
        path = tmp_path / "needs.policy"
        path.write_text(f"log {key}\nwitness W1 {W1.key}\nquorum W1\n")
        (tmp_path / "evidence.json").write_bytes(evidence)
        ran = desk.run("verify", tmp_path / "evidence.json", "--policy", path)
        assert (ran.status, ran.err) == (0, "")
        assert "withdrawn by its owner: only a test" in ran.out
        assert "witnesses: W1" in ran.out
        assert desk.run("verify", tmp_path / "evidence.json").status == 3
        self.assert_proven(desk, jws, verdict, proof, path)
        (tmp_path / "evidence.json").write_bytes(evidence.replace(b'"index":', b'"index": ', 1))
        assert desk.run("verify", tmp_path / "evidence.json", "--policy", path).status == 1

    def another(self, signer, client):
        built = declaration(signer, client.profile(), number="CELL-2")
        return sign_payload(built.payload, signer), built.annexes

    def assert_proven(self, desk, jws, verdict, proof, policy_path):
        file = desk.folder / "one.jws"
        file.write_bytes(jws)
        folder = desk.folder / "one.jws.receipts"
        folder.mkdir()
        (folder / f"{verdict.digest}.json").write_bytes(verdict.receipt)
        (folder / f"{verdict.digest}.tlog-proof").write_bytes(proof)
        ran = desk.run("verify", file, "--jwk", desk.jwk, "--policy", policy_path)
        assert (ran.status, ran.err) == (0, "")
        assert "witnesses: W1." in ran.out
