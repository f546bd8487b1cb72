"""Compiled bills of materials: what the rows say, on any day, from file, table or rows."""

import csv
import io
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from hub.footprints.engine import snapshot as packing
from hub.footprints.engine import store
from hub.footprints.engine.compiling import compile_portfolio
from hub.footprints.engine.passes import forward
from hub.footprints.engine.snapshot import (
    BESIDE,
    BEYOND_GATE,
    INPUT,
    MISMATCH,
    OWN_PROCESS,
    TRANSPORT,
    CorruptSnapshot,
    Snapshot,
    StaleFormat,
    map_file,
    pack,
    unpack,
)
from hub.footprints.engine.store import snapshot_of, state_of
from hub.footprints.tables import BomSnapshot
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.chain import Chain, car
from tests.hub.csv_files import file
from tests.hub.footprints.engine.agreement import compare
from tests.schemas.rollup.test_real_boms import dictionaries, identity
from tests.shared_data import PRODUCT_BOMS

TODAY = date.today()  # noqa: DTZ011 - any day does
WITHIN = 1e-12
DAYS = "effective_from effective_to"


@pytest.fixture
def chain(world) -> Chain:
    return Chain(world)


def every_kind(chain: Chain) -> Chain:
    """Aurora's bracket: units, scrap, days, waste, by-product, options, stages, masses."""
    chain.tables(
        AURORA,
        parts="""number kind base_unit net_mass_kg
        CAR assembly piece .
        BRACKET assembly piece 2.0
        STEEL material kg .
        BOLT material piece 0.25
        POWER energy kWh .
        LORRY transport tkm .
        OFFCUT waste kg .
        HEAT material MJ .
        OIL material liter .
        RED material kg .
        BLUE material kg .
        LATHE infrastructure piece .""",
        bom=f"""parent child quantity unit reference_amount scrap stage group take_rate {DAYS}
        CAR BRACKET 3 . . . . . . . .
        CAR BOLT 0.5 kg . . . . . . .
        BRACKET STEEL 1800 g 2 0.25 . . . . .
        BRACKET BOLT 2 . . . . . . 2020-01-01 2021-01-01
        BRACKET BOLT 4 . . . . . . 2021-01-01 .
        BRACKET POWER 3.6 MJ . . . . . . .
        BRACKET LORRY 1.5 . . . . . . . .
        BRACKET OFFCUT -0.45 . . . . . . . .
        BRACKET HEAT -2 . . . . . . . .
        BRACKET OIL 1 kg . . . . . . .
        BRACKET LATHE 0.001 . . . . . . . .
        BRACKET RED 0.1 . . . . paint 30% . .
        BRACKET BLUE 0.1 . . . use . . . .
        CAR RED 1 . . . . trim . . .
        CAR BLUE 1 . . . . trim . . .""",
    )
    return chain


def held_lines(chain: Chain, held: Snapshot) -> dict[tuple[str, str], list[Any]]:
    """Amount and kind of each line by the two parts' numbers."""
    numbers = [
        "CAR",
        "BRACKET",
        "STEEL",
        "BOLT",
        "POWER",
        "LORRY",
        "OFFCUT",
        "HEAT",
        "OIL",
        "RED",
        "BLUE",
        "LATHE",
    ]
    ids = {chain.part(AURORA, number): number for number in numbers}
    names = [ids[part.decode()] for part in held.ids.tolist()]
    found: dict[tuple[str, str], list[Any]] = {}
    parents = held.graph.links.parents()
    for line, parent in enumerate(parents):
        pair = names[parent], names[held.children[line]]
        found.setdefault(pair, []).append((held.amounts[line], held.what[line]))
    return found


def test_lines_are_base_unit_amounts_with_what_they_are_to_the_total(chain):
    every_kind(chain)
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    found = held_lines(chain, held)
    assert found["CAR", "BRACKET"] == [(3.0, INPUT)]
    assert found["CAR", "BOLT"] == [(2.0, INPUT)]  # 0.5 kg of 0.25 kg
    assert found["BRACKET", "STEEL"] == [(pytest.approx(1.125, rel=1e-15), INPUT)]
    assert found["BRACKET", "BOLT"] == [(2.0, INPUT), (4.0, INPUT)]
    assert found["BRACKET", "POWER"] == [(pytest.approx(1.0, rel=1e-15), OWN_PROCESS)]
    assert found["BRACKET", "LORRY"] == [(1.5, TRANSPORT)]
    assert found["BRACKET", "OFFCUT"] == [(0.45, INPUT)]
    assert found["BRACKET", "HEAT"] == [(-2.0, BESIDE)]
    ((amount, what),) = found["BRACKET", "OIL"]
    assert np.isnan(amount)
    assert what == MISMATCH
    assert found["BRACKET", "LATHE"][0][1] == BEYOND_GATE
    assert found["BRACKET", "RED"] == [(pytest.approx(0.03, rel=1e-15), INPUT)]
    assert found["BRACKET", "BLUE"][0][1] == BEYOND_GATE
    assert [found["CAR", name] for name in ("RED", "BLUE")] == [[(1.0, INPUT)]] * 2
    assert len(held.options(held.holds(TODAY))) == 2
    assert sorted(held.open_masses.tolist(), key=str) == [0.1, 1.0, 1.0, 1.0]  # OIL: 1 kg of it


def test_a_day_takes_the_lines_that_hold_on_it(chain):
    every_kind(chain)
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    row, bolt = held.row[chain.part(AURORA, "BRACKET")], held.row[chain.part(AURORA, "BOLT")]
    for day, bolts in ((date(2019, 1, 1), 0), (date(2020, 5, 1), 2), (date(2021, 1, 1), 4)):
        lines = np.flatnonzero((held.parents == row) & (held.children == bolt) & held.holds(day))
        assert held.amounts[lines].sum() == bolts


def test_all_parts_of_a_car_are_what_the_reference_says(chain):
    car(chain)
    for owner, reader in ((BEIFENG, AURORA), (CELLWERK, BEIFENG)):
        chain.grant(owner, reader, aggregate=True)
    assert compare(chain.world.session, chain.id(AURORA), TODAY) == 3


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_published_product_bom_through_the_tables(chain, name):
    rows = dictionaries(f"bom/product_bom_{name}.csv")
    number = {key: f"P{n}" for n, key in enumerate(dict.fromkeys(identity(row) for row in rows))}
    parts, lines = io.StringIO(), io.StringIO()
    seen: dict[str, str] = {}
    write = csv.writer(parts)
    write.writerow(["number", "kind", "base_unit", "category"])
    for key, row in {identity(row): row for row in rows}.items():
        kind = "material" if row["node_type"] == "direct_emission" else row["node_type"]
        write.writerow([number[key], kind, row["unit"].replace("unit", "piece"), row["unit"]])
    by_id = {row["line_id"]: row for row in rows}
    write = csv.writer(lines)
    write.writerow(["parent", "child", "quantity", "unit", "reference_amount"])
    for row in rows[1:]:
        parent = identity(by_id[row["parent_line_id"]])
        if seen.setdefault(parent, row["parent_line_id"]) != row["parent_line_id"]:
            continue
        unit, amount = row["unit"].replace("unit", "piece"), row["parent_ref_amount"]
        write.writerow([number[parent], number[identity(row)], row["qty_per_parent"], unit, amount])
    chain.send(AURORA, "parts", file(parts.getvalue()))
    chain.send(AURORA, "bom", file(lines.getvalue()))
    factors = ["category,unit,value,source,year"]
    for unit in {row["unit"] for row in rows}:
        factors.append(f"{unit},{unit.replace('unit', 'piece')},1.25,invented,2024")
    chain.send(AURORA, "factors", file("\n".join(factors) + "\n"))
    assert compare(chain.world.session, chain.id(AURORA), TODAY) == len(number)


def knot(chain: Chain) -> Chain:
    """A needs B until 2021, B needs A from then on: no cycle on any day but across days."""
    chain.tables(
        AURORA,
        parts="number\nA\nB\nC\nD\nE",
        bom="""parent child quantity effective_from effective_to
        A B 2 . 2021-01-01
        B A 3 2021-01-01 .
        A C 1 . .
        B C 10 . .
        D E 1 . 2022-01-01
        E D 1 . .
        D C 5 . .""",
    )
    return chain


def test_what_is_a_cycle_only_across_days_is_none(chain):
    knot(chain)
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    row = {n: held.row[chain.part(AURORA, n)] for n in "ABCDE"}
    assert sorted(held.cyclic.tolist()) == sorted(row[n] for n in "ABDE")
    own = np.zeros((5, 1))
    own[row["C"]] = 1.0

    def totals(day: date) -> tuple[dict[str, float], set[str]]:
        found = held.sorted(np.where(held.holds(day), held.amounts, 0))
        base = np.empty_like(own)
        base[found.rows] = own
        values = forward(found.graph, base)[found.rows, 0]
        cyclic = {n for n, r in row.items() if r in found.cyclic}
        return {n: values[r] for n, r in row.items()}, cyclic

    assert totals(date(2020, 6, 1)) == ({"A": 21, "B": 10, "C": 1, "D": 0, "E": 0}, {"D", "E"})
    assert totals(date(2021, 6, 1)) == ({"A": 1, "B": 13, "C": 1, "D": 0, "E": 0}, {"D", "E"})
    assert totals(date(2022, 6, 1)) == ({"A": 1, "B": 13, "C": 1, "D": 5, "E": 5}, set())


def test_known_at_selects_the_revision_and_the_masses(chain):
    session, company = chain.world.session, chain.id(AURORA)
    every_kind(chain)
    before = now()
    chain.tables(AURORA, parts="number kind base_unit net_mass_kg\nBOLT material piece 0.5")
    chain.tables(AURORA, bom="parent child quantity\nBRACKET BOLT 8")
    then, after = (compile_portfolio(session, company, at) for at in (before, now()))
    assert held_lines(chain, then)["CAR", "BOLT"] == [(2.0, INPUT)]
    assert held_lines(chain, after)["CAR", "BOLT"] == [(1.0, INPUT)]
    assert len(held_lines(chain, then)) > len(held_lines(chain, after))
    assert held_lines(chain, after)["BRACKET", "BOLT"] == [(8.0, INPUT)]


def test_sources_keep_shares_and_days(chain):
    car(chain)
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    assert len(held.source_rows) >= 1
    assert held.linked(TODAY).tolist() == [held.row[chain.part(AURORA, "AM-PACK")]]
    assert held.source_shares.tolist() == [1.0]


def test_a_blob_gives_back_every_array_and_the_same_bytes(chain):
    every_kind(chain)
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    blob = pack(held)
    again = unpack(blob)
    for field in fields(Snapshot):
        old, new = getattr(held, field.name), getattr(again, field.name)
        assert old.dtype == new.dtype
        assert old.tobytes() == new.tobytes()
        assert not new.flags.writeable
    assert pack(again) == blob
    assert again.bytes_per_line <= 40


def test_an_empty_portfolio_compiles_and_comes_back(chain):
    held = compile_portfolio(chain.world.session, chain.id(AURORA), now())
    again = unpack(pack(held))
    assert len(again.ids) == len(again.children) == 0
    assert compare(chain.world.session, chain.id(AURORA), TODAY) == 0


def test_altered_cut_and_foreign_blobs_are_refused(chain):
    every_kind(chain)
    blob = pack(compile_portfolio(chain.world.session, chain.id(AURORA), now()))
    for place in (40, 70, len(blob) - 100):
        altered = bytearray(blob)
        altered[place] ^= 1
        with pytest.raises(CorruptSnapshot):
            unpack(bytes(altered))
    for bad in (b"", b"TIERLSNP", blob[:-1], b"X" * 500):
        with pytest.raises(CorruptSnapshot):
            unpack(bad)


def test_another_format_is_stale(chain, monkeypatch):
    blob = pack(compile_portfolio(chain.world.session, chain.id(AURORA), now()))
    monkeypatch.setattr(packing, "FORMAT", 2)
    with pytest.raises(StaleFormat, match="format 1"):
        unpack(blob)


def test_a_file_is_mapped_or_refused(chain, tmp_path):
    blob = pack(compile_portfolio(chain.world.session, chain.id(AURORA), now()))
    path = tmp_path / "x.snapshot"
    path.write_bytes(blob)
    assert len(map_file(path).ids) == 0
    for bad in (b"", blob[:-1], b"X" * 500):
        path.write_bytes(bad)
        with pytest.raises(CorruptSnapshot):
            map_file(path)


def counted(monkeypatch) -> list[datetime]:
    """How often rows were compiled."""
    calls: list[datetime] = []

    def compiling(session, company_id, known_at):
        calls.append(known_at)
        return compile_portfolio(session, company_id, known_at)

    monkeypatch.setattr(store, "compile_portfolio", compiling)
    return calls


def test_a_state_is_compiled_once_whatever_instant_is_asked_for(
    chain, database, tmp_path, monkeypatch
):
    every_kind(chain)
    calls, session, company = counted(monkeypatch), chain.world.session, chain.id(AURORA)
    first = snapshot_of(session, company, now(), database, tmp_path)
    again = snapshot_of(session, company, now() + timedelta(days=1), database, tmp_path)
    assert len(calls) == 1
    assert first.amounts.tobytes() == again.amounts.tobytes()
    chain.tables(AURORA, bom="parent child quantity\nBRACKET BOLT 8")
    changed = snapshot_of(session, company, now(), database, tmp_path)
    assert len(changed.children) < len(first.children)
    assert len(calls) == 2


def test_a_worker_without_the_file_takes_the_table(chain, database, tmp_path, monkeypatch):
    every_kind(chain)
    session, company = chain.world.session, chain.id(AURORA)
    first = snapshot_of(session, company, now(), database, tmp_path / "one")
    calls = counted(monkeypatch)
    second = snapshot_of(session, company, now(), database, tmp_path / "two")
    assert first.amounts.tobytes() == second.amounts.tobytes()
    (path,) = (tmp_path / "two").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
    path.write_bytes(b"TIERLSNP not a snapshot")
    third = snapshot_of(session, company, now(), database, tmp_path / "two")
    assert third.ids.tolist() == first.ids.tolist()
    assert calls == []


def test_without_a_database_to_write_a_file_alone_is_kept(chain, tmp_path, monkeypatch):
    every_kind(chain)
    calls, session, company = counted(monkeypatch), chain.world.session, chain.id(AURORA)
    for _ in range(2):
        snapshot_of(session, company, now(), folder=tmp_path)
    assert session.scalars(select(BomSnapshot.state)).all() == []
    assert len(calls) == 1


def test_an_old_format_or_a_spoilt_row_is_compiled_anew(chain, database, tmp_path, monkeypatch):
    every_kind(chain)
    session, company = chain.world.session, chain.id(AURORA)
    snapshot_of(session, company, now(), database, tmp_path / "one")
    calls = counted(monkeypatch)
    session.execute(update(BomSnapshot).values(format=0))
    snapshot_of(session, company, now(), database, tmp_path / "two")
    session.execute(update(BomSnapshot).values(body=b"spoilt"))
    held = snapshot_of(session, company, now(), database, tmp_path / "three")
    assert len(calls) == 2
    session.expire_all()
    assert unpack(session.scalars(select(BomSnapshot.body)).one()).ids.tolist() == held.ids.tolist()


def test_only_the_newest_states_stay_in_the_table_and_the_folder(
    chain, database, tmp_path, monkeypatch
):
    monkeypatch.setattr(store, "_KEPT", 2)
    session, company = chain.world.session, chain.id(AURORA)
    for number in range(5):
        chain.tables(AURORA, parts=f"number\nP{number}")
        snapshot_of(session, company, now(), database, tmp_path)
        size = max(file.stat().st_size for file in tmp_path.iterdir())
        monkeypatch.setattr(store, "_FILE_BYTES", 3 * size)
    assert len(session.scalars(select(BomSnapshot.state)).all()) == 2
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_is_somebody_elses_is_not_used(chain, tmp_path, monkeypatch):
    monkeypatch.setattr("os.getuid", lambda: 987_654)
    session, company = chain.world.session, chain.id(AURORA)
    held = snapshot_of(session, company, now(), folder=tmp_path)
    assert len(held.ids) == 0
    assert list(tmp_path.iterdir()) == []


def test_states_differ_by_company_and_by_what_is_recorded(chain):
    session = chain.world.session
    aurora, beifeng = chain.id(AURORA), chain.id(BEIFENG)
    early = datetime(2000, 1, 1, tzinfo=UTC)
    assert state_of(session, aurora, early) != state_of(session, beifeng, early)
    before = state_of(session, aurora, now())
    chain.tables(AURORA, parts="number\nNEW")
    assert state_of(session, aurora, now()) != before
    assert state_of(session, aurora, early) == state_of(session, aurora, early + timedelta(1))
