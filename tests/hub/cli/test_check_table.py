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
    assert ran.err == "2 rows read, 1 finding.\n"
    [plain] = json.loads(run("check-table", path, *said, "--format", "json").out)
    assert plain["evidence"]["difference"] == "28.24"
    assert run("check-table", path, "--as", "total=gas").status == 0
    assert run("check-table", tmp_path / "none.csv").status == 1


def test_a_file_may_name_the_columns(run, tmp_path):
    path, mapping = tmp_path / "survey.csv", tmp_path / "columns.txt"
    path.write_text("a,b,c,d\nC,165.36,52.11,113.25\nD,111.96,32.67,107.53\n", "utf-8")
    mapping.write_text("# a survey\nname=a\ntotal=b\n\ncomponent=c\ncomponent=d\n", "utf-8")
    ran = run("check-table", path, "--mapping", mapping)
    assert ran.status == 1
    assert "140.2" in ran.out
    missing = run("check-table", path, "--mapping", tmp_path / "absent.txt")
    assert missing.status == 1
    assert "absent.txt" in missing.err
