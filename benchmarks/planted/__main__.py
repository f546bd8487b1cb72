"""Plant defects into a generated supply chain and see what is found.

    python -m benchmarks.planted [--parts N] [--seed N] [--only CODE ...] [--all]

Exit status 1 when something planted is not found, when more than one finding in a hundred is
neither planted nor implied, or when a code of the specification that is a rule is not planted; 2
when there are too few parts for all that is to be planted.
"""

import argparse
import time

from benchmarks.planted.planting import NoPlace
from benchmarks.planted.printing import printed
from benchmarks.planted.running import run
from benchmarks.planted.specification import SPECIFIED


def main() -> int:
    """Run, print the table, and judge."""
    parser = argparse.ArgumentParser(prog="benchmarks.planted", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--parts", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="CODE", nargs="+", default=[], choices=SPECIFIED)
    parser.add_argument("--database", help="URL of an empty database; a SQLite file by default")
    parser.add_argument("--all", action="store_true", help="list every unexpected finding")
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        done = run(arguments.parts, arguments.seed, arguments.only, arguments.database)
    except NoPlace as error:
        print(error)
        return 2
    print(printed(done, time.monotonic() - started, in_full=arguments.all))
    return 0 if done.outcome.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
