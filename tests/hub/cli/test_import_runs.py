"""`hub imports resume`: workbooks that a hub was stopped over."""

from hub.access.caller import Caller
from hub.kit.database import as_hub, open_database, transaction
from hub.workbooks.opening import opened
from hub.workbooks.usecases import begin, own_run

HEAD = "number,period_start,period_last,declared_unit,net_mass,net_mass_unit,kgco2e\n"


def sent(url: str, company: str, table: str) -> str:
    """The id of a workbook of which nothing was done yet."""
    database = as_hub(open_database(url))
    with transaction(database.write) as session:
        file = opened((HEAD + table).encode(), "x.csv", "en")
        run_id = begin(session, Caller(company, "person:p"), file, "en").id
    database.engine.dispose()
    return run_id


def states(url: str, company: str, run_id: str) -> str:
    database = as_hub(open_database(url))
    with database.read() as session:
        state = own_run(session, Caller(company, "person:p"), run_id).state
    database.engine.dispose()
    return state


def test_it_goes_on_to_the_end(hub, aurora, own_url, write):
    parts = write("parts.csv", "number,name\nCAR-1,Car\n")
    assert hub("import", "parts", "--company", aurora, parts).status == 0
    run = sent(own_url, aurora, "CAR-1,2024-01-01,2024-12-31,piece,300,kg,900\n")
    ran = hub("imports", "resume", aurora)
    assert (ran.status, ran.err) == (0, f"Workbook {run}, rows: 1: done.\n")
    assert states(own_url, aurora, run) == "done"
    assert hub("imports", "resume", aurora).err == ""


def test_what_asks_a_person_is_left_to_it(hub, aurora, own_url):
    run = sent(own_url, aurora, "NO-SUCH,2024-01-01,2024-12-31,piece,300,kg,900\n")
    ran = hub("imports", "resume", aurora)
    assert (ran.status, states(own_url, aurora, run)) == (1, "judged")


def test_of_no_company_it_says_so(hub):
    assert hub("imports", "resume", "nobody").status == 1
