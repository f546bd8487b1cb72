"""What is added up though it does not fit together: boundaries, gases, forecasts, periods."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from hub.findings.flags import Flag, shown
from hub.findings.rules.documents import CRADLE_TO_GATE, PROCESS, Component, Document
from hub.findings.rules.view import View, line_subject, link_subject, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import MASS_BEARING, Edge, Known

ONE_DAY = timedelta(days=1)
Evidence = dict[str, str]
Odd = Callable[[Document], Evidence | None]
"""What is told of a declaration that does not fit; None for one that does."""


def boundary_mixed(view: View) -> Iterator[Flag]:
    """tier/boundary-mixed: a gate-to-gate or cradle-to-grave value stands where a cradle-to-gate
    value is asked for, or values with packaging and values without are added up.

    A standing declaration of another boundary is not used, and the finding says why; a declarant
    who counted one as an input is told. Of values with and without packaging the fewer are told;
    it is asked of parts that carry mass.
    """
    code = "tier/boundary-mixed"
    for name in view.resolutions:
        yield from _of_another_boundary(view, name, code)
    bearing = [name for name in view.resolutions if _carries_mass(view, name)]
    fewer = _fewer(view, bearing, lambda document: document.packaging, odd=False)
    if fewer is not None:
        evidence = {"case": "packaging-counted" if fewer else "packaging"}

        def odd(document: Document) -> Evidence | None:
            return evidence if document.packaging is fewer else None

        yield from _taken(view, code, odd, Severity.NOTE, _carries_mass)


def _of_another_boundary(view: View, name: str, code: str) -> Iterator[Flag]:
    for document in view.aside.get(name, ()):
        is_other = document.boundary != CRADLE_TO_GATE and document.kind != PROCESS
        if is_other and not _is_built_root(view, name):
            evidence = {"case": "not-used", "boundary": document.boundary}
            yield _of_document(view, name, code, document, evidence)
    if _is_process_alone(view, name):
        for document in view.said(name):
            yield _of_document(view, name, code, document, {"case": "process-alone"})
    for document, component in _components(view, name):
        if (boundary := component.document.boundary) != CRADLE_TO_GATE:
            evidence = {"case": "input", "input": component.name, "boundary": boundary}
            yield _of_document(view, name, code, document, evidence)


def characterization_mixed(view: View) -> Iterator[Flag]:
    """tier/characterization-mixed: values by older warming potentials (AR5) are added to others by
    newer ones (AR6), in a total or by a declarant. The older ones are told."""
    code = "tier/characterization-mixed"
    said = (_reports(document) for name in view.resolutions for document in view.said(name))
    reports = {found for found in said if found}
    if len(reports) > 1:
        newest = max(reports)

        def older(document: Document) -> Evidence | None:
            found = _reports(document)
            return {"found": found, "others": newest} if found not in ("", newest) else None

        yield from _taken(view, code, older)
        yield from _of_process(view, code, older)
    yield from _inputs(view, code, _reports)


def prospective_mixed(view: View) -> Iterator[Flag]:
    """tier/prospective-mixed: a forecast is added to values of past periods, in a total or by a
    declarant. In a total the fewer of the two are told."""
    code = "tier/prospective-mixed"
    fewer = _fewer(view, view.resolutions, lambda document: document.prospective, odd=True)
    if fewer is not None:
        evidence: Evidence = {} if fewer else {"case": "measured"}

        def odd(document: Document) -> Evidence | None:
            return evidence if document.prospective is fewer else None

        yield from _taken(view, code, odd)
    yield from _inputs(view, code, _time_basis)


def period_apart(view: View) -> Iterator[Flag]:
    """tier/period-apart: the reference periods of a part and of what it takes end more than 24
    months apart.

    The period of a part that is built up is that of its own process; without one, the latest
    among what it takes. A bought part has the period of what its suppliers declared.
    """
    code = "tier/period-apart"
    months = int(view.limit(code, "months"))
    for name in view.resolutions:
        parent = _end_of_parent(view, name)
        for edge in view.resolutions[name].edges if parent is not None else ():
            subject = _way(view, name, edge)
            for document in _behind(view, edge.child):
                apart = _apart(parent, document.end, months) if parent is not None else {}
                if apart and subject is not None:
                    yield _flag(view, name, code, subject, apart)
        for document, component in _components(view, name):
            if apart := _apart(document.end, component.document.end, months):
                evidence = {"case": "input", "input": component.name, **apart}
                yield _of_document(view, name, code, document, evidence)


def _fewer(
    view: View, names: Iterable[str], of: Callable[[Document], bool | None], odd: bool
) -> bool | None:
    """Which answer fewer values of the total give; `odd` of a tie, None where all agree."""
    count = Counter(of(document) for name in names for document in view.said(name))
    if not count[True] or not count[False]:
        return None
    return odd if count[True] == count[False] else count[True] < count[False]


def _apart(parent: datetime, child: datetime, months: int) -> Evidence:
    """Both ends, where they lie further apart than so many months; the day of grace is for those
    who write the last day of a period, not the day after it."""
    earlier, later = min(parent, child), max(parent, child) - ONE_DAY
    between = (later.year - earlier.year) * 12 + later.month - earlier.month
    if (between, later.day) <= (months, earlier.day):
        return {}
    ends = {"end": parent.date().isoformat(), "end_child": child.date().isoformat()}
    return {**ends, "months": str(months)}


def _end_of_parent(view: View, name: str) -> datetime | None:
    own = [document.end for document in view.said(name)]
    taken = (_behind(view, edge.child) for edge in view.resolutions[name].edges)
    return max(own or [document.end for behind in taken for document in behind], default=None)


def _behind(view: View, name: str) -> Iterator[Document]:
    """The declarations that speak for a part: its own, else those of its suppliers."""
    if own := view.said(name):
        yield from own
        return
    for edge in view.resolutions[name].edges:
        if edge.source is not None:
            yield from view.said(edge.child)


def _is_built_root(view: View, name: str) -> bool:
    """Whether it is the root, which nothing takes, and has a value of its own."""
    return name == view.root and view.resolutions[name].known is not Known.MISSING


def _is_process_alone(view: View, name: str) -> bool:
    """Whether nothing but the own process of a part that carries mass is known."""
    resolution = view.resolutions[name]
    node = resolution.node
    from_process = resolution.value is not None and resolution.value is node.own
    return from_process and not (node.lines or node.sources) and node.kind in MASS_BEARING


def _reports(document: Document) -> str:
    return ", ".join(document.characterization)


def _time_basis(document: Document) -> str:
    return "prospective" if document.prospective else "retrospective"


def _carries_mass(view: View, name: str) -> bool:
    return view.resolutions[name].node.kind in MASS_BEARING


def _any(view: View, name: str) -> bool:
    return True


def _taken(
    view: View,
    code: str,
    odd: Odd,
    severity: Severity = Severity.WARNING,
    asked: Callable[[View, str], bool] = _any,
) -> Iterator[Flag]:
    """A flag for each way by which a part takes a declared value that is odd in the total."""
    for name, resolution in view.resolutions.items():
        for edge in resolution.edges:
            child = view.resolutions[edge.child]
            if child.value is child.node.own or not asked(view, edge.child):
                continue
            for told in map(odd, view.said(edge.child)):
                subject = _way(view, name, edge) if told is not None else None
                if told is not None and subject is not None:
                    evidence = {**told, "carbon": _carbon(view, name, edge)}
                    yield _flag(view, name, code, subject, evidence, severity)


def _carbon(view: View, name: str, edge: Edge) -> str:
    """kgCO2e that come this way into one base unit of the root."""
    amount = EXACT.multiply(view.quantities[name], edge.coefficient)
    return shown(EXACT.multiply(amount, view.solution.accounts[edge.child].total))


def _of_process(view: View, code: str, odd: Odd) -> Iterator[Flag]:
    """A flag for each process declaration that is odd in the total."""
    for name, resolution in view.resolutions.items():
        if resolution.value is None or resolution.value is not resolution.node.own:
            continue
        for document in view.said(name):
            if told := odd(document):
                yield _of_document(view, name, code, document, {"case": "process", **told})


def _inputs(view: View, code: str, reading: Callable[[Document], str]) -> Iterator[Flag]:
    """A flag for each input that its declarant counted though it reads otherwise."""
    for name in view.resolutions:
        for document, component in _components(view, name):
            found, others = reading(component.document), reading(document)
            if found and others and found != others:
                told = {"case": "input", "input": component.name}
                told |= {"found": found, "others": others}
                yield _of_document(view, name, code, document, told)


def _components(view: View, name: str) -> Iterator[tuple[Document, Component]]:
    for document in view.said(name):
        for component in document.components:
            yield document, component


def _way(view: View, name: str, edge: Edge) -> dict[str, str] | None:
    """The line or link by which a part takes another; None for the inputs of basis `deep`."""
    node = view.resolutions[name].node
    if edge.line is not None:
        return line_subject(node, edge.line, view.child(edge.line))
    return link_subject(node, edge.source) if edge.source is not None else None


def _of_document(view: View, name: str, code: str, document: Document, evidence: Evidence) -> Flag:
    subject = part_subject(view.resolutions[name].node)
    subject |= {"type": "declaration", "digest": document.digest}
    return _flag(view, name, code, subject, evidence)


def _flag(
    view: View,
    name: str,
    code: str,
    subject: dict[str, str],
    evidence: Evidence,
    severity: Severity = Severity.WARNING,
) -> Flag:
    owner, tier = view.resolutions[name].node.owner, view.tiers[name]
    return Flag(code, severity, owner, subject, tier, evidence)
