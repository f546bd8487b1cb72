"""`hub company verify`, and numbers that were typed wrongly."""

import pytest

LEI = "lei:529900NNUPAGGOMPXZ31"


@pytest.fixture
def works(hub) -> str:
    return hub("company", "add", "Works", "--country", "DE", "--identifier", LEI).out.strip()


def test_a_register_raises_the_level_and_an_end_lowers_it(hub, works):
    assert hub("company", "verify", works).out == "self-asserted\n"
    looked = ("--identifier", LEI, "--source", "GLEIF", "--on", "2026-01-02")
    ran = hub("company", "verify", works, *looked)
    assert ran.out == f"registry-verified\n{LEI}\tregistry-verified\tGLEIF\t2026-01-02\t\n"
    assert hub("company", "verify", works, "--end", "struck off").out == "self-asserted\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--identifier", LEI), "A register or a reason is needed"),
        (("--identifier", "duns:312345678", "--source", "D&B"), "none of the company's"),
        (("--identifier", LEI, "--source", "x", "--on", "2.1.2026"), "A day is written as"),
        (("--identifier", LEI, "--source", "x", "--on", "2999-01-01"), "not in the future"),
        (("--identifier", LEI, "--source", "x", "--until", "2020-01-01"), "and the end is"),
        (("--identifier", "x", "--source", "x"), "SCHEME:VALUE"),
        (("--credential", "absent"), "absent"),
        (("--end", ""), "self-asserted"),
    ],
)
def test_what_cannot_be_recorded_says_why(hub, works, arguments, words):
    ran = hub("company", "verify", works, *arguments)
    assert words in ran.err + ran.out
    assert hub("company", "verify", works).out == "self-asserted\n"


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("lei:529900NNUPAGGOMPXZ13", "check digit of LEI 529900NNUPAGGOMPXZ13"),
        ("uscc:91440300192317458E", "uscc-pilot:91440300192317458E"),
        ("duns:7", "7 is not a number of the scheme DUNS"),
        ("gln:4012345000008", "check digit of GLN"),
    ],
)
def test_a_number_that_was_typed_wrongly_is_refused(hub, identifier, words):
    ran = hub("company", "add", "Typo", "--country", "DE", "--identifier", identifier)
    assert (ran.status, words in ran.err) == (1, True)
    invented = ("--country", "DE", "--identifier", identifier, "--invented")
    assert hub("company", "add", "Typo", *invented).status == 0


def test_a_table_names_the_cell_of_a_number_that_was_typed_wrongly(hub, works, write):
    parts = write("parts.csv", "number,name,kind,unit,mass_kg\nP,part,assembly,piece,1\n")
    assert hub("import", "parts", "--company", works, parts).status == 0
    head = "part,supplier,supplier_part,share\n"
    wrong = write("sourcing.csv", f"{head}P,uscc:91440300192317458E,X,100 %\n")
    ran = hub("import", "sourcing", "--company", works, wrong)
    assert (ran.status, "row 2, supplier" in ran.err) == (1, True)
    right = write("sourcing.csv", f"{head}P,uscc:91440300192317458F,X,100 %\n")
    assert hub("import", "sourcing", "--company", works, right).status == 0
