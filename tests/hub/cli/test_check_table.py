"""`hub check-table` as an analyst types it; no database is needed."""

import json


def test_a_table_is_judged_with_row_column_and_numbers(run, tmp_path):
    path = tmp_path / "plants.csv"
    path.write_text("plant,all,gas,power\nD,111.96,32.67,107.53\nB,3.0,1.0,2.0\n", "utf-8")
    said = ["--as", "total=all", "--as", "component=gas", "--as", "component=power"]
    ran = run("check-table", path, *said)
    assert ran.status == 1
    assert ran.out.split("\t")[:4] == [
        "plants.csv",
        "2",
        "all, gas, power",
        "site/components-differ-from-total",
    ]
    assert ran.err == "2 rows read, 1 findings.\n"
    [plain] = json.loads(run("check-table", path, *said, "--format", "json").out)
    assert plain["evidence"]["difference"] == "28.24"
    assert run("check-table", path, "--as", "total=gas").status == 0
    assert run("check-table", tmp_path / "none.csv").status == 1
