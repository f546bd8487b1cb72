"""What our writer writes is read back as the same, whatever it is; and no text is a formula."""

import io
import zipfile
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.workbooks.entries import entries_of
from hub.workbooks.form import BY_NAME, CHOICES, UNIT_LISTS
from hub.workbooks.grid import meta_of, tables_of
from hub.workbooks.making import entry_of, make
from hub.workbooks.processes import read_book
from hub.workbooks.reading import How, read_entry
from hub.workbooks.wanted import Choices, Wanted
from tierlight_schemas.messages import LANGUAGES
from tierlight_schemas.typed import MARKS

CHOICES_OF = Choices({"WUHU-1": "芜湖", "=HYPERLINK(1)": "@x"}, {"material/steel": {"en": "Steel"}})
OWN = {"sites": tuple(CHOICES_OF.sites), "materials": tuple(CHOICES_OF.materials)}
TEXTS = st.one_of(
    st.sampled_from(
        ["=1+1", "+1", "-x", "@SUM(A1)", "＝1", "=cmd|'/c calc'!A0", "'x", '"', "00123"]
    ),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30),
)
NUMBERS = st.decimals(0, 10**9, places=3, allow_nan=False, allow_infinity=False).map(
    lambda value: f"{value.normalize():f}"
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(str)


def cells(form: str, *left_out: str) -> st.SearchStrategy[dict[str, str]]:
    """Any values of a sheet's columns."""
    values: dict[str, st.SearchStrategy[str]] = {}
    for column in BY_NAME[form].columns:
        if column.kind in ("key", "told", "number-of-part") or column.name in left_out:
            continue
        if column.kind in ("number", "percent"):
            values[column.name] = NUMBERS
        elif column.kind == "day":
            values[column.name] = DAYS
        elif column.kind == "choice":
            codes = OWN.get(column.choices) or CHOICES[column.choices]
            values[column.name] = st.sampled_from(codes)
        elif column.kind == "unit" and column.choices == "declared_units":
            values[column.name] = st.sampled_from(UNIT_LISTS[column.choices])
        elif column.kind == "text":
            values[column.name] = TEXTS
    amounts = [each for each in BY_NAME[form].columns if each.kind == "quantity"]

    def with_amounts(drawn: tuple) -> dict[str, str]:
        told, numbers, units = drawn
        for column, number, unit in zip(amounts, numbers, units, strict=True):
            told |= {column.name: number, column.unit: unit}
        return told

    size = len(amounts)
    units = st.sampled_from(UNIT_LISTS["masses"])
    drawn = st.tuples(
        st.fixed_dictionaries({}, optional=values),
        st.lists(NUMBERS, min_size=size, max_size=size),
        st.lists(units, min_size=size, max_size=size),
    )
    return drawn.map(with_amounts)


ENERGY = st.fixed_dictionaries(
    {"carrier": st.just("grid"), "amount": NUMBERS, "unit": st.just("kilowatt hour")}
)
WANTED = st.builds(
    Wanted,
    key=st.uuids().map(str),
    number=TEXTS,
    customer=TEXTS,
    customer_number=TEXTS,
    customer_name=TEXTS,
    level=st.sampled_from(["L1", "L2"]),
    due=DAYS,
    known=cells("data"),
    materials=st.lists(cells("materials").map(lambda line: {"material": "钢", **line}), max_size=3),
    energy=st.lists(ENERGY, max_size=2),
)
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@FEW
@given(
    st.lists(WANTED, min_size=1, max_size=6, unique_by=(lambda w: w.key, lambda w: w.number)),
    st.sampled_from(LANGUAGES),
)
def test_what_is_written_is_read_back(wanted, language):
    data = make(wanted, CHOICES_OF, language)
    book = read_book(data)
    how = How(MARKS[language], book.from_1904, CHOICES_OF)
    entries, problems = entries_of(tables_of(book))
    assert problems == []
    for entry, each in zip(entries, wanted, strict=True):
        back, given_out = read_entry(entry, how), read_entry(entry_of(each), how)
        assert back.problems == given_out.problems == []
        assert back.digest == given_out.digest == meta_of(book).hashes[each.key]
    sheets = [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "sheet" in name]
    for name in sheets:
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read(name)
