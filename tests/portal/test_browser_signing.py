"""Signing in a real browser: the key is made there, stays there, and signs what was shown."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.access.usecases import add_person
from hub.bom.usecases import register_part
from hub.declarations.tables import DeclarationRow
from hub.declarations.usecases import receive_lines
from hub.trust.browser_keys import usable
from hub.trust.usecases import jwk_of, key_for
from tests.cast import BEIFENG, DEFAULT_CELLS
from tests.conftest import LiveHub
from tests.hub.conftest import Member, enrol
from tests.portal.chromium import PROGRAM, Chromium, PageError
from tests.portal.conftest import PASSWORD, email_of
from tests.portal.signing import STEEL
from tierlight_schemas.build import Built, Fresh, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import digest, pack_submission, signing_input, verify
from tierlight_schemas.rows import read_row

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="needs the command chromium"),
    pytest.mark.xdist_group("chromium"),
]

MANY = 1_000
THROUGH_THE_DOOR = 100
NAMES = (
    "电池包 75 kWh",
    "正极材料·镍钴锰",
    "冲压件（左前）",
    "𠮷野螺栓",
    "隔膜 “超薄”",
    "Gehäuse für 电芯",
)
NO_ED25519 = """
const generateKey = crypto.subtle.generateKey.bind(crypto.subtle);
crypto.subtle.generateKey = (algorithm, ...rest) => algorithm.name === "Ed25519"
  ? Promise.reject(new DOMException("not here", "NotSupportedError"))
  : generateKey(algorithm, ...rest);
"""
KEPT = """
new Promise((resolve) => {
  const opening = indexedDB.open("tierlight", 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction("keys").objectStore("keys").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""


class Desk:
    """Beifeng's clerk in front of a real browser, signed in, with a part to declare."""

    def __init__(self, hub: LiveHub, browser: Chromium, member: Member, part_id: str) -> None:
        self.hub, self.browser, self.member, self.part_id = hub, browser, member, part_id

    def open(self, path: str) -> None:
        self.browser.open(f"{self.hub.url}{path}")

    def sign_in(self) -> None:
        self.open("/sign-in")
        self.browser.fill(email=email_of(BEIFENG), password=PASSWORD)
        self.browser.press("form[action='/sign-in'] button")

    def enrol(self, device: str = "办公室电脑") -> str:
        """The thumbprint of a key that this browser has just made."""
        self.open("/keys")
        if self.browser.run("Boolean(document.getElementById('password'))"):
            self.browser.fill(password=PASSWORD)
            self.browser.press("form[action='/keys/step-up'] button")
        before = set(self.usable())
        self.browser.wait("!document.querySelector('form[data-enrol]').hidden")
        self.browser.fill(device=device)
        self.browser.press("form[data-enrol] button")
        (made,) = set(self.usable()) - before
        return made

    def usable(self) -> list[str]:
        with self.hub.database.read() as session:
            return usable(session, self.member.company_id)

    def jwk(self, kid: str) -> dict[str, str]:
        with self.hub.database.read() as session:
            key = key_for(session, kid)
            assert key
            return jwk_of(key)

    def prepare(self, **answers: str) -> str:
        """Fill in the form; the path of the document."""
        self.open(f"/parts/{self.part_id}/declare")
        self.browser.fill(**answers)
        self.browser.press("form.declare button")
        return str(self.browser.run("location.pathname"))

    def declared(self) -> list[DeclarationRow]:
        with self.hub.database.read() as session:
            return list(session.scalars(select(DeclarationRow).order_by(DeclarationRow.log_index)))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    with Chromium(tmp_path / "profile") as started:
        yield started


@pytest.fixture
def sit(live_hub: LiveHub, browser: Chromium) -> Callable[[], Desk]:
    """Signs Beifeng's clerk in, once the browser is as the test wants it."""
    with live_hub.transaction() as session:
        member = enrol(session, BEIFENG)
        roles, email = ["submitter", "admin"], email_of(BEIFENG)
        add_person(session, member.company_id, email, "陈 Clerk", roles, "zh-CN", PASSWORD)
        part = register_part(session, member.company_id, "PACK-1", name=NAMES[0])
        desk = Desk(live_hub, browser, member, part.id)

    def signed_in() -> Desk:
        desk.sign_in()
        return desk

    return signed_in


ANSWERS = STEEL | {"declared_unit": "件", "mass_kg": "450.5", "comment": "第二次称重 “复核”"}


def sign(desk: Desk) -> None:
    """Tick the box, sign, and be led to the receipt; without the tick nothing is sent."""
    desk.browser.wait("!document.querySelector('[data-sign] form').hidden")
    desk.browser.run("document.querySelector('[data-sign] form button').click()")
    assert desk.browser.run("document.querySelector('[data-sign] form').elements.jws.value") == ""
    desk.browser.run("document.querySelector('[data-sign] [name=confirmed]').click()")
    desk.browser.press("[data-sign] form button")
    assert desk.browser.run("location.pathname").startswith("/receipts/")


def declaration(number: int, company_id: str) -> Built:
    """One of many, with names as they are written in a Chinese plant."""
    cells = {
        "number": f"零件-{number:04}",
        "name": f"{NAMES[number % len(NAMES)]} {number}",
        "kgco2e": f"{number}.{number % 97:02}",
        "comment": "产地：广东省 “复核”，第二行 \u2028 \u00e9 e\u0301",
    }
    row = read_row(DEFAULT_CELLS | cells)
    assert row
    declarant = Declarant(Profile(company_id=company_id, language="zh-CN"), "")
    return build(row, declarant, Fresh.draw(datetime.now(UTC)))


class TestKey:
    def test_cannot_be_read_and_survives_the_page(self, sit):
        desk = sit()
        kid = desk.enrol()
        assert desk.jwk(kid)["crv"] == "Ed25519"
        desk.open("/keys")
        kept = desk.browser.run(
            f"{KEPT}.then((keys) => keys.map((k) => [k.kid, k.secret.type, k.secret.extractable]))"
        )
        assert kept == [[kid, "private", False]]
        with pytest.raises(PageError, match="not extractable"):
            desk.browser.run(
                f"{KEPT}.then((keys) => crypto.subtle.exportKey('pkcs8', keys[0].secret))"
            )
        desk.browser.wait(f"!document.querySelector('[data-key=\"{kid}\"] [data-own]').hidden")
        row = desk.browser.text(f'[data-key="{kid}"]')
        assert "办公室电脑" in row
        assert desk.browser.run("document.querySelectorAll('[data-own]:not([hidden])').length") == 1

    def test_is_p256_where_the_browser_has_no_ed25519(self, sit, browser):
        browser.before_scripts(NO_ED25519)
        desk = sit()
        kid = desk.enrol()
        assert desk.jwk(kid)["crv"] == "P-256"
        desk.prepare(**ANSWERS)
        sign(desk)
        (row,) = desk.declared()
        assert verify(row.jws, desk.jwk(kid)).alg == "ES256"

    def test_that_ended_does_not_sign(self, sit):
        desk = sit()
        kid = desk.enrol()
        desk.open("/keys")
        desk.browser.press(f'[data-key="{kid}"] form[action$="/revocation"] button')
        path = desk.prepare(**ANSWERS)
        desk.browser.wait("!document.querySelector('[data-say=\"no-key\"]').hidden")
        assert desk.browser.run("document.querySelector('[data-sign] form').hidden")
        desk.enrol("新钥匙")
        desk.open(path)
        sign(desk)
        assert len(desk.declared()) == 1


class TestSigning:
    def test_goes_from_the_form_to_the_receipt(self, sit):
        desk = sit()
        kid = desk.enrol()
        desk.prepare(**ANSWERS)
        desk.browser.wait("!document.querySelector('[data-sign] form').hidden")
        shown = [
            desk.browser.text(f"[data-sign] {place}") for place in ("code", "[data-own-digest]")
        ]
        assert shown[0] == shown[1]
        sentence = desk.browser.text("[data-sentence]")
        assert sentence == desk.browser.text("#statement + blockquote")
        sign(desk)
        (row,) = desk.declared()
        opened = verify(row.jws, desk.jwk(kid))
        assert opened.digest == digest(row.payload)
        assert opened.digest.startswith(shown[1].replace(" ", ""))
        subject = opened.document["credentialSubject"]
        assert subject["statement"]["text"] == sentence
        assert subject["footprint"]["productNameCompany"] == NAMES[0]
        assert subject["footprint"]["comment"] == ANSWERS["comment"]
        assert row.digest in desk.browser.text()

    def test_stops_when_the_hub_hands_out_another_document(self, sit, browser):
        browser.before_scripts(
            """
            const real = window.fetch;
            window.fetch = async (address, ...rest) => {
              const answer = await real(address, ...rest);
              if (!String(address).includes("signing-input")) return answer;
              const [header, payload] = (await answer.text()).split(".");
              const bytes = Uint8Array.from(
                atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
              const other = new TextDecoder().decode(bytes).replace('"2.10"', '"1.10"');
              const text = btoa(String.fromCharCode(...new TextEncoder().encode(other)));
              const b64url = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
              return new Response(`${header}.${b64url}`);
            };"""
        )
        desk = sit()
        desk.enrol()
        desk.prepare(**ANSWERS)
        browser.wait("!document.querySelector('[data-say=\"differs\"]').hidden")
        assert browser.run("document.querySelector('[data-sign] form').hidden")
        shown = [browser.text(f"[data-sign] {place}") for place in ("code", "[data-own-digest]")]
        assert shown[0] != shown[1]

    def test_happens_on_pages_that_turn_no_text_into_markup(self, sit):
        desk = sit()
        for path in ("/keys", desk.prepare(**ANSWERS)):
            desk.open(path)
            with pytest.raises(PageError, match="TrustedHTML"):
                desk.browser.run("document.body.innerHTML = '<b>x</b>'")

    def test_of_a_thousand_declarations_all_verify(self, sit, live_hub):
        desk = sit()
        kid = desk.enrol()
        company = desk.member.company_id
        built = [declaration(number, company) for number in range(MANY)]
        inputs = [signing_input(one.payload, "Ed25519", kid) for one in built]
        signed = desk.browser.run(
            f"""import("/static/browser-key.js").then(async ({{ keptOf, signed }}) => {{
              const key = await keptOf([{json.dumps(kid)}]);
              const made = [];
              for (const input of {json.dumps(inputs)}) made.push(await signed(key, input));
              return made;
            }})"""
        )
        jwk = desk.jwk(kid)
        assert [verify(jws, jwk).payload for jws in signed] == [one.payload for one in built]
        assert len({jws.rpartition(".")[2] for jws in signed}) == MANY
        lines = [pack_submission(jws) for jws in signed[:THROUGH_THE_DOOR]]
        factory = live_hub.database.write
        how = {"by": desk.member.caller.actor, "settings": live_hub.settings}
        verdicts = list(receive_lines(factory, company, lines, **how))
        assert {found.verdict.status for found in verdicts} == {"stored"}, verdicts[0]


def test_the_scripts_are_short_and_write_no_json_to_sign():
    folder = Path(__file__).resolve().parents[2] / "supplier_portal/static"
    texts = {name: (folder / f"{name}.js").read_text() for name in ("browser-key", "enrol", "sign")}
    assert sum(len(text.splitlines()) for text in texts.values()) < 300
    assert "JSON.stringify" not in texts["sign"] + texts["browser-key"]
    assert not re.search(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|eval|document\.write)\b", str(texts)
    )
