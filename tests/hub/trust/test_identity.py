"""How well a company is known: its own word, a register, a signed credential."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.assurance import confirm_by_registry, end_assurances, highest, levels, standing
from hub.settings import Settings
from hub.trust.identity import accept_credential
from hub.trust.identity_issuers import read_issuers
from hub.trust.usecases import retire_key, revoke_key
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, GUTACHTEN
from tests.hub.chain import Chain

REGISTRY = GUTACHTEN
"""Its key serves as the registry's: the credential is about others."""
LEI = "lei:CELLWERK000000000003"
IDENTIFIER = ("lei", "CELLWERK000000000003")


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def credential(header=None, signer=REGISTRY, **changes) -> str:
    """A credential over Cellwerk's key; a change to `None` takes a member away."""
    at = datetime.now(UTC)
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "LegalEntity"],
        "issuer": "https://registry.example",
        "validFrom": (at - timedelta(days=1)).isoformat(),
        "validUntil": (at + timedelta(days=30)).isoformat(),
        "credentialSubject": {
            "id": f"urn:tierlight:key:{CELLWERK.kid}",
            "identifiers": ["duns:312345678", LEI],
            "score": 0.5,
        },
    } | changes
    document = {name: value for name, value in document.items() if value is not None}
    named = {"alg": signer.alg, "kid": "2026", "typ": "vc+jwt"} | (header or {})
    text = f"{encoded(named)}.{encoded(document)}"
    return f"{text}.{encoded(signer.raw_signature(text.encode()))}"


@pytest.fixture
def issuers_file(tmp_path):
    path = tmp_path / "issuers.toml"
    jwk = ", ".join(f'{name} = "{value}"' for name, value in REGISTRY.jwk.items())
    path.write_text(
        '[[issuer]]\nname = "Registry of Wuhu"\nid = "https://registry.example"\n'
        f'keys = [{{ {jwk}, kid = "2026" }}]\n'
    )
    return path


@pytest.fixture
def issuers(issuers_file):
    return read_issuers(Settings(identity_issuers_file=issuers_file))


@pytest.fixture
def cellwerk(world):
    return world.members[CELLWERK].company_id


class TestRegister:
    def looked(self, session, company_id, identifier=IDENTIFIER, **changes):
        told: dict[str, Any] = {
            "source": "GLEIF",
            "checked_on": now().date(),
            "by": "operator",
        } | changes
        return confirm_by_registry(session, company_id, identifier, **told)

    def test_raises_the_level_until_it_ends(self, world, cellwerk):
        assert levels(world.session, [cellwerk]) == {cellwerk: "self-asserted"}
        self.looked(world.session, cellwerk)
        assert levels(world.session, [cellwerk]) == {cellwerk: "registry-verified"}
        assert end_assurances(world.session, cellwerk, "struck off") == 1
        assert levels(world.session, [cellwerk]) == {cellwerk: "self-asserted"}

    def test_holds_up_to_its_day(self, world, cellwerk):
        row = self.looked(world.session, cellwerk, valid_to=now().date() + timedelta(days=1))
        assert standing(world.session, cellwerk) == [row]
        row.valid_to = now().date()
        world.session.flush()
        assert standing(world.session, cellwerk) == []

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"source": ""}, "identity/source"),
            ({"source": " "}, "identity/source"),
            ({"source": "a\nb"}, "identity/source"),
            ({"source": "x" * 301}, "identity/source"),
            ({"checked_on": date(2999, 1, 1)}, "identity/days"),
            ({"valid_to": date(2020, 1, 1)}, "identity/days"),
        ],
    )
    def test_needs_a_source_and_days(self, world, cellwerk, changes, code):
        with pytest.raises(BadInput) as refused:
            self.looked(world.session, cellwerk, **changes)
        assert refused.value.code == code

    @pytest.mark.parametrize(
        "identifier", [("lei", "AURORA00000000000001"), ("duns", "312345678"), ("lei", "")]
    )
    def test_speaks_of_the_company_s_own_number(self, world, cellwerk, identifier):
        with pytest.raises(NotFound) as refused:
            self.looked(world.session, cellwerk, identifier)
        assert refused.value.code == "identity/not-its-own"


class TestCredential:
    def test_is_recorded_with_its_issuer_and_end(self, world, cellwerk, issuers):
        (row,) = accept_credential(world.session, cellwerk, credential(), issuers, "person:x")
        assert (row.scheme, row.value, row.source) == ("lei", IDENTIFIER[1], "Registry of Wuhu")
        assert row.valid_to == (datetime.now(UTC) + timedelta(days=30)).date()
        assert highest(standing(world.session, cellwerk)) == "credential-verified"

    @pytest.mark.parametrize(
        ("text", "case"),
        [
            (credential(signer=BEIFENG), "signature"),
            (credential(header={"kid": "2025"}), "signature"),
            (credential(header={"alg": "none"}), "algorithm"),
            (credential(header={"alg": "HS256"}), "algorithm"),
            (credential(header={"alg": "ES256"}), "signature"),
            (credential(header={"crit": ["exp"]}), "algorithm"),
            (credential(issuer="https://other.example"), "issuer"),
            (credential(issuer=None), "issuer"),
            (credential(issuer=["https://registry.example"]), "issuer"),
            (credential(type="VerifiablePresentation"), "type"),
            (credential(type=None), "type"),
            (credential(validFrom=None), "time"),
            (credential(validFrom="2999-01-01T00:00:00Z"), "time"),
            (credential(validFrom="2026-01-01"), "time"),
            (credential(validFrom=20260101), "time"),
            (credential(validUntil="2020-01-01T00:00:00Z"), "time"),
            (credential(credentialSubject=None), "subject"),
            (credential(credentialSubject=[{}]), "subject"),
            (credential(credentialSubject={"identifiers": [LEI]}), "subject"),
            (credential(credentialSubject={"id": "did:web:x", "identifiers": [LEI]}), "subject"),
            (
                credential(credentialSubject={"id": f"urn:tierlight:key:{CELLWERK.kid}"}),
                "identifiers",
            ),
            (
                credential(
                    credentialSubject={
                        "id": f"urn:tierlight:key:{CELLWERK.kid}",
                        "identifiers": [7],
                    }
                ),
                "identifiers",
            ),
            (
                credential(
                    credentialSubject={
                        "id": f"urn:tierlight:key:{BEIFENG.kid}",
                        "identifiers": [LEI],
                    }
                ),
                "key",
            ),
            (credential() + "A", "signature"),
            (credential().rpartition(".")[0], "form"),
            ("", "form"),
            ("a.b.c", "form"),
            ("证.证.证", "form"),
            (f"{encoded([])}.{encoded({})}.", "form"),
            ("x" * 30_000, "form"),
        ],
    )
    def test_a_wrong_one_proves_nothing(self, world, cellwerk, issuers, text, case):
        with pytest.raises(BadInput) as refused:
            accept_credential(world.session, cellwerk, text, issuers, "person:x")
        assert (refused.value.code, refused.value.params) == ("identity/credential", {"case": case})
        assert standing(world.session, cellwerk) == []

    def test_a_changed_one_proves_nothing(self, world, cellwerk, issuers):
        header, _, signature = credential().split(".")
        other = credential(credentialSubject={"id": "x", "identifiers": [LEI]}).split(".")[1]
        text = f"{header}.{other}.{signature}"
        with pytest.raises(BadInput):
            accept_credential(world.session, cellwerk, text, issuers, "person:x")

    def test_nobody_profits_from_anothers(self, world, issuers):
        beifeng = world.members[BEIFENG].company_id
        with pytest.raises(BadInput) as refused:
            accept_credential(world.session, beifeng, credential(), issuers, "person:x")
        assert refused.value.params == {"case": "key"}

    def test_one_that_names_other_numbers_proves_nothing(self, world, cellwerk, issuers):
        subject = {"id": f"urn:tierlight:key:{CELLWERK.kid}", "identifiers": ["lei:X", "", ":"]}
        with pytest.raises(BadInput) as refused:
            accept_credential(
                world.session, cellwerk, credential(credentialSubject=subject), issuers, "p"
            )
        assert refused.value.code == "identity/not-its-own"

    @pytest.mark.parametrize("end", [retire_key, revoke_key])
    def test_ends_with_its_key(self, world, cellwerk, issuers, end):
        accept_credential(world.session, cellwerk, credential(), issuers, "person:x")
        end(world.session, cellwerk, CELLWERK.kid)
        assert levels(world.session, [cellwerk]) == {cellwerk: "self-asserted"}

    def test_without_a_file_nobody_is_trusted(self, world, cellwerk):
        with pytest.raises(BadInput) as refused:
            accept_credential(world.session, cellwerk, credential(), read_issuers(Settings()), "p")
        assert refused.value.params == {"case": "issuer"}


@pytest.mark.parametrize(
    "text",
    [
        "[[issuer]",
        '[[issuer]]\nname = "x"\n',
        '[[issuer]]\nname = "x"\nid = "y"\nkeys = []\n',
        '[[issuer]]\nname = "x"\nid = "y"\nkeys = [{ kty = "RSA", n = "x" }]\n',
        '[[issuer]]\nname = "x"\nid = "y"\nkeys = [{ kty = "OKP", crv = "Ed25519", x = "AA" }]\n',
        '[[issuer]]\nname = ""\nid = "y"\nkeys = [{}]\n',
        "issuers = []\n",
    ],
)
def test_a_file_that_cannot_be_used_says_so(tmp_path, text):
    path = tmp_path / "issuers.toml"
    path.write_text(text)
    with pytest.raises(Conflict) as refused:
        read_issuers(Settings(identity_issuers_file=path))
    assert refused.value.code == "identity/issuers-file"


class TestOverHttp:
    def test_the_company_sees_its_level(self, world, cellwerk):
        confirm_by_registry(
            world.session, cellwerk, IDENTIFIER, source="GLEIF", checked_on=date(2026, 1, 2), by="o"
        )
        told = world.get(CELLWERK, "/v1/company").json()
        assert told["assurance"] == "registry-verified"
        assert told["assurances"] == [
            {
                "identifier": LEI,
                "level": "registry-verified",
                "source": "GLEIF",
                "checked_on": "2026-01-02",
            }
        ]
        assert world.get(BEIFENG, "/v1/company").json()["assurance"] == "self-asserted"

    def test_a_credential_is_an_admin_s_to_bring(self, world, cellwerk):
        answer = world.post(FOXGLOVE, "/v1/company/credentials", json={"credential": "a.b.c"})
        assert answer.json()["code"] in ("identity/credential", "access/role")


class TestPartners:
    def test_are_those_of_the_caller_s_links(self, world):
        chain = Chain(world)
        chain.tables(
            AURORA,
            parts="number name kind unit mass_kg\nPACK pack assembly piece 300",
            sourcing="part supplier supplier_part share\nPACK uscc:91BEIFENG000000002 PACK-1 1",
        )
        beifeng = chain.id(BEIFENG)
        confirm_by_registry(
            chain.world.session,
            beifeng,
            BEIFENG.identifier,
            source="r",
            checked_on=now().date(),
            by="o",
        )
        (seen,) = chain.world.get(AURORA, "/v1/partners").json()["items"]
        assert (seen["id"], seen["assurance"]) == (beifeng, "registry-verified")
        assert (seen["supplies"], seen["buys"]) == (True, False)
        (other,) = chain.world.get(BEIFENG, "/v1/partners").json()["items"]
        assert (other["name"], other["supplies"], other["buys"]) == (AURORA.name, False, True)
        assert chain.world.get(FOXGLOVE, "/v1/partners").json()["items"] == []
        assert chain.world.get(CELLWERK, "/v1/partners").json()["items"] == []
