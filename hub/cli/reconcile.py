"""`hub activity reconcile`: a site's meters against what its products claim of its energy."""

import argparse
from collections.abc import Iterator

from hub.activity.site_year import site_year
from hub.cli.reading import add_company, reading
from hub.cli.terminal import Commands, database, language, say
from hub.findings.energy.judging import findings_in
from hub.findings.energy.reconciliation import Reconciliation, reconciled
from hub.findings.energy.reconciling import Balance
from hub.findings.flags import shown
from hub.kit.errors import NotFound
from hub.parties.queries import sites_of
from tierlight_schemas.messages import NOT_STATED

COLUMNS = (
    "carrier",
    "unit",
    "metered",
    "sold on",
    "products",
    "other uses",
    "remainder",
    "tolerance",
    "verdict",
)


def register(actions: Commands) -> None:
    """Add `activity reconcile`."""
    compare = actions.add_parser(
        "reconcile", help="a site's meters against what its products claim"
    )
    add_company(compare)
    compare.add_argument("site", metavar="SITE", help="the site's code")
    compare.add_argument("year", metavar="YEAR", type=int)
    compare.add_argument("--lines", action="store_true", help="every product and use, too")
    compare.set_defaults(run=run_reconcile)


def run_reconcile(arguments: argparse.Namespace) -> int:
    """Print a line for each carrier, then the same in kg; what does not fit is said on stderr."""
    lang = language(arguments)
    with database() as session:
        company, _ = reading(session, arguments)
        code = arguments.site.strip()
        site = session.scalar(sites_of(company.id).filter_by(code=code))
        if site is None:
            raise NotFound("activity/no-site", site=code[:100])
        found = site_year(session, company.id, site.id, arguments.year)
        table = reconciled(session, found)
        findings = findings_in(session, table)
    print(*COLUMNS, sep="\t")
    for balance in (*table.carriers, *table.emissions):
        print(*_sums(balance), sep="\t")
        for line in _lines(balance) if arguments.lines else ():
            print(*line, sep="\t")
    _tell_what_is_left_out(table, lang)
    for each in findings:
        say(each.code, each.evidence, lang)
    return 0


def _sums(balance: Balance) -> tuple[str, ...]:
    kind = f" ({' '.join(balance.kind)})" if balance.kind else ""
    metered, sold_on = balance.metered, balance.sold_on
    tolerance = balance.may_remain if (balance.remainder or 0) >= 0 else balance.may_exceed
    return (
        balance.carrier or ", ".join(balance.carriers) + kind,
        balance.unit or NOT_STATED,
        shown(metered.value if metered else None),
        shown(sold_on.value if sold_on else None),
        shown(balance.claimed),
        shown(balance.other),
        shown(balance.remainder),
        shown(tolerance),
        ": ".join([balance.verdict, *filter(None, [", ".join(balance.reasons)])]),
    )


def _lines(balance: Balance) -> Iterator[tuple[str, ...]]:
    for line in balance.lines:
        amount = shown(line.amount.value if line.amount else None)
        per_unit = shown(line.per_unit.value if line.per_unit else None)
        units = shown(line.units.value if line.units else None)
        made = f"{per_unit} × {units}" if line.is_product and not balance.kind else ""
        yield "", "", "", "", line.name, made, amount, "", line.reason or ""


def _tell_what_is_left_out(table: Reconciliation, lang: str) -> None:
    if table.without_factor:
        carriers = ", ".join(table.without_factor)
        say("activity/without-factor", {"carriers": carriers}, lang)
