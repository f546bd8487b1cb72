"""Declaring a part through the pages: the form, the document, the signature, the receipt."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hub.declarations import preparing
from hub.declarations.tables import DeclarationRow, HeldSubmission, PreparedDeclaration
from hub.kit.clock import now
from supplier_portal import declare_form
from supplier_portal.wording import Words
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, YEAR
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.portal.signing import STEEL, declare, hand_in, payload_of, send, wrong
from tierlight_schemas.envelope import digest, open_jws
from tierlight_schemas.units import canonical as unit_of

FULL = STEEL | {
    "fossil_ghg_emissions": "2.00",
    "biogenic_non_co2_emissions": "0.06",
    "land_use_change_ghg_emissions": "0.04",
    "packaging_emissions_included": "false",
    "primary_data_share": "62",
    "technological_dqr": "2",
    "geographical_dqr": "2",
    "temporal_dqr": "3",
    "verification": "product level",
    "verified_by": "Prüfhaus 检验",
    "verified_on": f"{YEAR + 1}-01-15",
    "valid_from": f"{YEAR + 1}-01-01",
    "valid_last": f"{YEAR + 1}-12-31",
    "comment": "钢板，第二次称重\u3000（复核）\n第二行",
    "stage:raw-materials": "1.60",
    "stage:production": "0.50",
    "carrier:electricity": "0.30",
}


@pytest.fixture
def aurora(seat, cars) -> Browser:
    return seat(AURORA)


@pytest.fixture
def steel(cars) -> str:
    return str(cars.part(AURORA, "AM-STEEL"))


def document_of(browser: Browser, prepared: str) -> dict:
    page = browser.open(f"/prepared/{prepared}")
    return json.loads(payload_of(browser, page))


def extension(document: dict) -> dict:
    return document["credentialSubject"]["footprint"]["extensions"][0]["data"]


def value_of(page: Element, name: str) -> str:
    field = page.one(name=name)
    if field.tag == "select":
        chosen = [option for option in field.all("option") if "selected" in option.attributes]
        return chosen[0]["value"] if chosen else ""
    if field.tag == "textarea":
        return "".join(child for child in field.children if isinstance(child, str))
    return field.get("value")


class TestForm:
    def test_stands_on_the_page_of_the_part_and_knows_what_is_on_record(self, aurora, cars):
        part = cars.part(AURORA, "CAR-1")
        link = aurora.open(f"/parts/{part}").link("Declare this part")
        page = aurora.open(link["href"])
        assert value_of(page, "declared_unit") == "piece"
        assert value_of(page, "declared_amount") == "1"
        assert value_of(page, "kgco2e") == ""
        for entry in declare_form.ENTRIES.values():
            assert page.one(name=entry.name).get("required") == (
                "required" if entry.required else ""
            )

    @pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
    def test_units_are_read_as_they_are_offered(self, language):
        for unit in declare_form.UNITS:
            assert unit_of(Words(language).known("unit", unit)) == unit

    def test_least_answers_make_a_document_that_states_nothing_more(self, aurora, steel):
        document = document_of(aurora, declare(aurora, steel, **STEEL))
        pcf = document["credentialSubject"]["footprint"]["pcf"]
        assert pcf["pcfExcludingBiogenicUptake"] == "2.10"
        assert pcf["referencePeriodEnd"] == f"{YEAR + 1}-01-01T00:00:00Z"
        provenance = extension(document)["provenance"]
        assert provenance["fossilGhgEmissions"] == "default"
        assert "primaryDataShare" not in pcf
        assert "packagingEmissionsIncluded" not in pcf or provenance["packagingEmissionsIncluded"]

    def test_all_answers_stand_in_the_document(self, aurora, steel, world):
        prepared = declare(aurora, steel, **FULL)
        document = document_of(aurora, prepared)
        footprint = document["credentialSubject"]["footprint"]
        assert footprint["comment"] == FULL["comment"]
        assert footprint["validityPeriodStart"] == f"{YEAR + 1}-01-01T00:00:00Z"
        assert footprint["validityPeriodEnd"] == f"{YEAR + 2}-01-01T00:00:00Z"
        assert footprint["pcf"]["packagingEmissionsIncluded"] is False
        assert footprint["pcf"]["primaryDataShare"] == "62"
        assert footprint["pcf"]["verification"] == {
            "coverage": "product level",
            "providerName": "Prüfhaus 检验",
            "completedAt": f"{YEAR + 1}-01-15T00:00:00Z",
        }
        kept = world.session.get(PreparedDeclaration, prepared)
        assert extension(document)["annexes"] == {"split": digest(kept.split)}
        split = json.loads(kept.split)
        assert {s["stage"]: s["emissions"] for s in split["stages"]} == {
            "raw-materials": "1.60",
            "production": "0.50",
        }
        assert b"raw-materials" not in kept.payload

    def test_a_site_brings_its_place(self, aurora, steel, world):
        member = world.members[AURORA]
        site = {"code": "GZ-1", "name": "广州工厂", "country": "CN", "subdivision": "CN-GD"}
        assert world.post(AURORA, "/v1/sites", json=site).status_code == 201
        form = aurora.open(f"/parts/{steel}/declare")
        assert value_of(form, "site") == "GZ-1"
        document = document_of(aurora, declare(aurora, steel, site="GZ-1", **STEEL))
        assert extension(document)["site"] == {
            "country": "CN",
            "id": "GZ-1",
            "subdivision": "CN-GD",
        }
        assert document["issuer"] == f"urn:tierlight:company:{member.company_id}"
        foreign = declare(aurora, steel, site="OF-ANOTHER", **STEEL)
        assert "site" not in extension(document_of(aurora, foreign))


WRONG = {
    "no total": ({"kgco2e": ""}, ["Without a value there is nothing to declare."]),
    "a comma": ({"kgco2e": "2,10"}, ["2,10 in “Total excluding biogenic uptake” is not a number."]),
    "words": ({"kgco2e": "about 2"}, ["is not a number."]),
    "no period": (
        {"period_start": "", "period_last": ""},
        ["“Data from” is needed.", "“Data until” is needed."],
    ),
    "no day": ({"period_last": "31.12.2025"}, ["31.12.2025 in “Data until” is not a date."]),
    "the end of the calendar": ({"period_last": "9999-12-31"}, ["is not a date."]),
    "periods in disorder": ({"period_last": "2001-01-01"}, ["before it starts"]),
    "a unit nobody knows": ({"declared_unit": "furlong"}, ["furlong in “Declared unit”"]),
    "a unit PACT has not": ({"declared_unit": "m"}, ["cannot be declared per meter"]),
    "nothing declared": ({"declared_amount": "0"}, ["must be above 0."]),
    "no mass": ({"declared_unit": "Stück"}, ["needs “Mass of the declared amount”"]),
    "two ratings": ({"geographical_dqr": ""}, ["belong together"]),
    "a share above all": ({"primary_data_share": "250"}, ["250"]),
    "uptake above 0": ({"biogenic_co2_uptake": "3"}, ["3"]),
    "too much text": ({"comment": "很" * 501}, ["500"]),
    "a sign that nobody can read": ({"comment": "a\x00b"}, ["“Comment” is empty, longer than 500"]),
    "a sign that turns the line around": ({"verified_by": "a\u202eb"}, ["500"]),
    "a country of no list": ({"country": "XX"}, ["XX"]),
    "an unknown boundary": ({"boundary": "to the moon"}, ["to the moon"]),
    "an unknown verification": ({"verification": "sworn"}, ["sworn"]),
    "a part number of another": ({"number": "X", "kgco2e": "x"}, ["x in"]),
}


class TestMistakes:
    def test_are_said_where_they_stand_and_nothing_is_lost(self, aurora, steel, world):
        for case, (changes, expected) in WRONG.items():
            typed = FULL | changes
            answer = send(aurora, steel, **typed)
            assert answer.status_code == 422, case
            said = " ".join(wrong(answer))
            assert [words for words in expected if words not in said] == [], (case, said)
            self.assert_kept_and_marked(parse(answer.text), typed)
        assert world.session.scalar(select(PreparedDeclaration.id)) is None

    @staticmethod
    def assert_kept_and_marked(page: Element, typed: dict[str, str]) -> None:
        """Everything stands in its entry again, and each wrong entry is led to from above."""
        for name, value in typed.items():
            if name in declare_form.ENTRIES and name not in ("boundary", "verification"):
                assert value_of(page, name) == value, name
        links = [a["href"] for a in page.one(class_="alert").all("a")]
        invalid = [f"#{e['id']}" for e in page.walk() if e.get("aria-invalid")]
        assert links
        assert sorted(links) == sorted(invalid)

    @pytest.mark.parametrize(
        ("language", "words"),
        [("de", "ist keine Zahl"), ("zh-CN", "不是数字")],
    )
    def test_are_said_in_the_language_of_the_page(self, aurora, steel, language, words):
        aurora.send("/language", language=language)
        assert words in " ".join(wrong(send(aurora, steel, **STEEL | {"kgco2e": "2,1"})))

    def test_markup_stays_text(self, aurora, steel):
        answer = send(aurora, steel, **STEEL | {"kgco2e": '"><script>', "comment": "</textarea>"})
        page = parse(answer.text)
        assert value_of(page, "comment") == "</textarea>"
        assert not [e for e in page.one("main").all("script")]


class TestDocument:
    def test_shows_the_sentence_the_fields_and_who_will_see_it(self, seat, cars):
        browser = seat(BEIFENG)
        cars.grant(BEIFENG, AURORA, level=2)
        part = cars.part(BEIFENG, "PACK-1")
        answers = STEEL | {"declared_unit": "件", "mass_kg": "300", "kgco2e": "900.50"}
        page = browser.open(f"/prepared/{declare(browser, part, **answers)}")
        sentence = page.one("section", aria_labelledby="statement").one("blockquote")
        assert sentence["lang"] == "zh-CN"
        assert "900.50" in sentence.text
        assert "Aurora Motors" in page.one("section", aria_labelledby="customers").text
        shown = {row.one("dt").text: row.one("dd").text for row in page.all(class_="field-row")}
        assert "900.50" in shown[Words("zh-CN")("field.pcf.pcfExcludingBiogenicUptake")]

    def test_can_be_corrected_without_typing_it_again(self, aurora, steel):
        prepared = declare(aurora, steel, **FULL)
        link = aurora.open(f"/prepared/{prepared}").link("Change the values")
        page = aurora.open(link["href"])
        for name, value in FULL.items():
            assert value_of(page, name) == value, name
        assert page.all("details")[0].get("open", "no") == ""

    def test_a_reason_for_a_warning_is_signed_with_it(self, aurora, cars, steel):
        cars.tables(AURORA, parts="number base_unit category\nAM-STEEL kg battery-cell")
        prepared = declare(aurora, steel, **STEEL | {"kgco2e": "11840", "primary_data_share": "62"})
        page = aurora.open(f"/prepared/{prepared}")
        form = next(f for f in page.all("form") if f["action"].endswith("/reasons"))
        number = form.all("label")[0]["for"]
        for unusable in ("a\x00b", "a\u202eb", "很" * 1001):
            assert aurora.submit(form, **{number: unusable}).status_code == 400
        answer = aurora.submit(form, **{number: " 刚投产，产量很小 "})
        assert answer.status_code == 303
        assert answer.headers["location"] != f"/prepared/{prepared}"
        again = aurora.open(answer.headers["location"])
        said = json.loads(payload_of(aurora, again))["credentialSubject"]["acknowledged"]
        assert [(s["code"], s["reason"]) for s in said] == [
            ("document/unit-implausible", "刚投产，产量很小")
        ]
        assert "刚投产，产量很小" in [e.get("value") for e in again.all("input")]
        aurora.open(f"/prepared/{prepared}", status=404)
        assert hand_in(aurora, again, AURORA.sign(payload_of(aurora, again))).status_code == 303
        digest_of = digest(payload_of_received(aurora, answer.headers["location"]))
        assert "刚投产，产量很小" in aurora.open(f"/declarations/{digest_of}").text

    def test_reasons_for_nothing_and_endless_ones_are_refused(self, aurora, steel):
        prepared = declare(aurora, steel, **STEEL)
        token = aurora.open("/").all("input", name="csrf_token")[0]["value"]
        for fields in ({"reason-7": "x"}, {"reason-0": "x" * 1001}):
            path = f"/prepared/{prepared}/reasons"
            assert aurora.send(path, csrf_token=token, **fields).status_code == 400
        aurora.open(f"/prepared/{prepared}")

    def test_replaces_the_standing_one_of_the_same_period_and_site(self, aurora, cars, steel):
        earlier = cars.declare(
            AURORA,
            "AM-STEEL",
            "2.50",
            declared_unit="kg",
            mass_kg="1",
            period_end=f"{YEAR + 1}-01-01",
        )
        document = document_of(aurora, declare(aurora, steel, **STEEL))
        assert document["credentialSubject"]["supersedes"] == earlier
        other = declare(aurora, steel, **STEEL | {"period_last": f"{YEAR}-11-30"})
        assert "supersedes" not in document_of(aurora, other)["credentialSubject"]

    def test_does_not_wait_for_ever_and_not_in_any_number(self, aurora, steel, world, monkeypatch):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        jws = AURORA.sign(payload_of(aurora, page))
        ended = update(PreparedDeclaration).values(expires_at=now() - timedelta(minutes=1))
        world.session.execute(ended)
        world.session.commit()
        answer = hand_in(aurora, page, jws)
        assert answer.status_code == 409
        assert "waited too long" in answer.text
        assert aurora.fetch(f"/prepared/{prepared}/payload").status_code == 409
        assert value_of(aurora.open(f"/parts/{steel}/declare?from={prepared}"), "kgco2e") == "2.10"
        monkeypatch.setattr(preparing, "MAX_WAITING", 1)
        declare(aurora, steel, **STEEL)
        assert send(aurora, steel, **STEEL).status_code == 409
        world.session.execute(ended.values(expires_at=now() - timedelta(days=31)))
        world.session.commit()
        declare(aurora, steel, **STEEL)
        assert len(world.session.scalars(select(PreparedDeclaration.id)).all()) == 1


def received_page(browser: Browser, path: str) -> Element:
    """The receipt that the page of a signed document leads to."""
    answer = browser.fetch(path)
    assert answer.status_code == 303
    return browser.open(answer.headers["location"])


def payload_of_received(browser: Browser, path: str) -> bytes:
    page = browser.open(received_page(browser, path).link("See the declaration")["href"])
    link = page.link("signed file")
    return open_jws(browser.fetch(link["href"]).content).payload


class TestSignature:
    def test_with_a_key_file_leads_to_the_receipt_and_its_files(self, aurora, steel, world):
        prepared = declare(aurora, steel, **FULL)
        page = aurora.open(f"/prepared/{prepared}")
        payload = payload_of(aurora, page)
        jws = AURORA.sign(payload)
        answer = hand_in(aurora, page, f"{jws}\n")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/prepared/{prepared}")
        receipt = received_page(aurora, f"/prepared/{prepared}")
        assert receipt.one("h1").text == "Receipt"
        assert digest(payload) in receipt.text
        received = aurora.open(receipt.link("See the declaration")["href"])
        files = {a["href"].rsplit("/", 1)[1]: a["href"] for a in received.all("a", class_="button")}
        assert aurora.fetch(files["jws"]).content == jws.encode()
        assert json.loads(aurora.fetch(files["receipt"]).content)["digest"] == digest(payload)
        assert json.loads(aurora.fetch(files["split"]).content)["annex"] == "split"
        row = world.session.get(DeclarationRow, digest(payload))
        assert (row.jws, row.payload) == (jws.encode(), payload)

    def test_is_given_once(self, seat, cars):
        browser = seat(CELLWERK)
        part = cars.part(CELLWERK, "CELL-1")
        answers = STEEL | {"declared_unit": "piece", "mass_kg": "5"}
        prepared = declare(browser, part, **answers)
        page = browser.open(f"/prepared/{prepared}")
        payload = payload_of(browser, page)
        first, second = CELLWERK.sign(payload), CELLWERK.sign(payload)
        assert hand_in(browser, page, first).status_code == 303
        for replay in (first, second):
            answer = hand_in(browser, page, replay)
            assert (answer.status_code, answer.headers["location"]) == (
                303,
                f"/prepared/{prepared}",
            )
        assert browser.fetch(f"/prepared/{prepared}/payload").status_code == 409

    def test_of_anything_else_is_refused_and_the_document_goes_on_waiting(
        self, aurora, cars, steel
    ):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        payload = payload_of(aurora, page)
        other = payload_of(aurora, aurora.open(f"/prepared/{declare(aurora, steel, **STEEL)}"))
        tampered = payload.replace(b'"2.10"', b'"1.10"')
        header, body, _ = AURORA.sign(payload).split(".")
        refused: dict[str | bytes, str] = {
            AURORA.sign(tampered): "is not the document that was prepared",
            AURORA.sign(other): "is not the document that was prepared",
            BEIFENG.sign(payload): "key",
            f"{header}.{body}.{'A' * 86}": "signature",
            f"{header}.{body}": "",
            payload: "",
            "": "No signed file was chosen.",
            b"\xff\x00": "",
            "A" * 200_000: "",
        }
        for sent, words in refused.items():
            answer = hand_in(aurora, page, sent)
            assert answer.status_code in (400, 413), answer.status_code
            assert words in answer.text
            assert parse(answer.text).one("h1").text == "Read and sign"
        assert hand_in(aurora, page, AURORA.sign(payload)).status_code == 303

    def test_by_an_ended_key_is_refused(self, aurora, steel, world):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        assert world.post(AURORA, f"/v1/keys/{AURORA.kid}/retirement").status_code == 200
        answer = hand_in(aurora, page, AURORA.sign(payload_of(aurora, page)))
        assert answer.status_code == 400
        path = f"/prepared/{prepared}/signing-input?key={AURORA.kid}"
        assert aurora.fetch(path).status_code == 404

    def test_signs_what_the_hub_wrote(self, aurora, steel):
        prepared = declare(aurora, steel, **STEEL)
        payload = payload_of(aurora, aurora.open(f"/prepared/{prepared}"))
        path = f"/prepared/{prepared}/signing-input?key="
        answer = aurora.fetch(path + AURORA.kid)
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text == AURORA.sign(payload).rpartition(".")[0]
        for kid in (BEIFENG.kid, "unknown", ""):
            assert aurora.fetch(path + kid).status_code == 404


class TestFourEyes:
    """What is signed is held; its page says so until somebody else has decided."""

    @pytest.fixture
    def signed(self, aurora, steel, world) -> tuple[str, str]:
        """Path and digest of a document that the clerk has signed."""
        world.put(AURORA, "/v1/four-eyes", json={"on": True})
        path = f"/prepared/{declare(aurora, steel, **STEEL)}"
        page = aurora.open(path)
        payload = payload_of(aurora, page)
        assert hand_in(aurora, page, AURORA.sign(payload)).headers["location"] == path
        return path, digest(payload)

    def test_hold_what_was_signed_and_then_give_the_receipt(self, aurora, enter, signed, world):
        path, named = signed
        page = aurora.open(path)
        assert page.one("h1").text == "Signed, and not said yet"
        assert "until another person releases it" in page.one("main").text
        assert "2.10 kg CO2e" in page.one("blockquote").text
        assert world.session.get(DeclarationRow, named) is None
        wu = enter(AURORA, "Wu", "releaser")
        waiting = wu.open(page.link("See what waits")["href"])
        assert wu.submit(next(iter(waiting.all("form", class_="card")))).status_code == 303
        assert received_page(aurora, path).one("h1").text == "Receipt"
        assert world.session.get(DeclarationRow, named) is not None

    def test_say_why_it_was_rejected_and_lead_back_to_the_form(self, aurora, signed, world):
        path, named = signed
        answer = world.post(AURORA, f"/v1/held/{named}/rejection", json={"reason": "an old meter"})
        assert answer.status_code == 200, answer.text
        page = aurora.open(path)
        assert "an old meter" in page.one("main").text
        assert "is not a declaration" in page.one("main").text
        form = aurora.open(page.link("Change the values")["href"]).one("form", class_="declare")
        assert form.one("input", name="kgco2e")["value"] == "2.10"

    def test_say_that_nobody_came_in_time(self, aurora, signed, world):
        world.session.execute(update(HeldSubmission).values(expires_at=now()))
        world.session.commit()
        page = aurora.open(signed[0])
        assert "Expired" in page.one("main").text
        assert page.link("Change the values")

    def test_are_not_asked_of_who_may_not_sign(self, enter, steel, signed):
        wu = enter(AURORA, "Wu", "releaser")
        for path in (signed[0], f"/parts/{steel}/declare"):
            answer = wu.fetch(path)
            assert answer.status_code == 403
            assert "submitter" in answer.text
        assert "Declare this part" not in wu.open(f"/parts/{steel}").text


class TestOthers:
    def test_neither_part_nor_document_exists_for_anybody_else(self, aurora, seat, steel):
        prepared = declare(aurora, steel, **STEEL)
        fox = seat(FOXGLOVE)
        token = fox.open("/").all("input", name="csrf_token")[0]["value"]
        nowhere = "00000000-0000-4000-8000-000000000000"
        for path in ("/parts/{}/declare", "/prepared/{}", "/prepared/{}/payload"):
            thing = steel if "declare" in path else prepared
            hidden, absent = (fox.fetch(path.format(name)) for name in (thing, nowhere))
            assert hidden.status_code == absent.status_code == 404
            assert hidden.text.replace(thing, nowhere) == absent.text
        posts = {
            f"/parts/{steel}/declare": STEEL,
            f"/prepared/{prepared}/reasons": {"reason-0": "x"},
            f"/prepared/{prepared}/signature": {"jws": "x"},
            f"/prepared/{prepared}/upload": {},
        }
        for path, fields in posts.items():
            assert fox.send(path, csrf_token=token, **fields).status_code in (400, 404), path
        assert aurora.fetch(f"/prepared/{prepared}").status_code == 200

    def test_a_document_of_another_cannot_fill_the_form(self, aurora, seat, cars, steel):
        prepared = declare(aurora, steel, **STEEL)
        beifeng = seat(BEIFENG)
        path = f"/parts/{cars.part(BEIFENG, 'PACK-1')}/declare?from={prepared}"
        assert beifeng.fetch(path).status_code == 404

    def test_forms_of_other_sites_do_nothing(self, aurora, steel, world):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        payload = payload_of(aurora, page)
        jws = AURORA.sign(payload)
        token = page.all("input", name="csrf_token")[0]["value"]
        for path, fields in (
            (f"/parts/{steel}/declare", STEEL),
            (f"/prepared/{prepared}/signature", {"jws": jws}),
            (f"/prepared/{prepared}/upload", {}),
            (f"/prepared/{prepared}/reasons", {}),
        ):
            assert aurora.send(path, **fields).status_code == 403
            foreign = aurora.send(path, "https://evil.example", csrf_token=token, **fields)
            assert foreign.status_code == 403
        assert world.session.get(DeclarationRow, digest(payload)) is None

    def test_the_pages_need_an_account(self, stranger, world):
        for path in ("/parts/x/declare", "/prepared/x", "/keys"):
            assert stranger.fetch(path).headers["location"].startswith("/sign-in?next=")
