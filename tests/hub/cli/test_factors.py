"""`hub factors` as an operator types it."""

from tests.hub.factors.test_registry import table

IMPORT = ("--set", "park-heat", "--publisher", "Park", "--licence", "tenants")


def test_find_prints_one_factor_and_why(hub):
    ran = hub("factors", "find", "electricity", "CN-JL", "2022", "--basis", "location")
    assert ran.status == 0
    assert ran.out.splitlines()[0].startswith("0.4932\tCO2\tkilowatt hour\tdirect")
    assert ran.err == "It is of the place and the year asked for.\n"


def test_find_refuses_to_mix(hub):
    ran = hub("factors", "find", "electricity", "CN", "2023", "--basis", "location")
    assert ran.status == 1
    assert "must not be mixed" in ran.err
    assert all(line.startswith("  ") for line in ran.out.splitlines())


def test_find_says_when_nothing_is_known(hub):
    ran = hub("factors", "find", "fuel/peat", "CN", "2023", language="zh-CN")
    assert (ran.status, ran.out) == (1, "")
    assert "fuel/peat" in ran.err


def test_implied_names_the_factor(hub):
    ran = hub("factors", "implied", "389.87", "734.78")
    assert ran.status == 0
    assert ran.out.startswith("1\t0.5306\t")
    assert "0.530594 kg per kilowatt hour" in ran.err


def test_implied_says_when_none_matches(hub):
    ran = hub("factors", "implied", "997.3", "1000.0", "--place", "CN-AH")
    assert ran.status == 1
    assert "no known factor" in ran.err
    assert len(ran.out.splitlines()) == 3


def test_import_and_sets(hub, write):
    path = write("steam.csv", table())
    ran = hub("factors", "import", path, *IMPORT, "--version", "2024")
    assert ran.status == 0, ran.err
    assert "park-heat@2024: 1 factor" in ran.err
    assert "park-heat@2024\tPark\ttenants" in hub("factors", "sets").out
    assert hub("factors", "find", "heat", "CN-AH", "2024").out.startswith("110\tCO2e\tgigajoule")


def test_import_names_the_cell(hub, write):
    path = write("steam.csv", table(source=""))
    ran = hub("factors", "import", path, *IMPORT, "--version", "2024")
    assert ran.status == 1
    assert "row 2: the cell source is empty" in ran.err
    assert "park-heat" not in hub("factors", "sets").out
