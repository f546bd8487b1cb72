"""Why a factor was answered, or none: a message's code and what it is told."""

from tierlight_schemas.factors.lookup import Answer, Candidate, Question
from tierlight_schemas.findings import Finding, Severity


def reason(answer: Answer) -> Finding:
    """`factor/why` with its case for a found factor, else `factor/open` or `factor/none`."""
    if answer.found is not None:
        return _why(answer.question, answer.found)
    asked = {"category": answer.question.category, "asked_place": answer.question.geography}
    if not answer.open:
        return Finding("factor/none", Severity.NOTE, evidence=asked)
    routes = sorted({each.factor.category for each in answer.alternatives})
    evidence = asked | {"case": answer.open[0], "allowed": ", ".join(routes)}
    return Finding("factor/open", Severity.NOTE, evidence=evidence)


def _why(question: Question, found: Candidate) -> Finding:
    evidence = {
        "case": _case(found),
        "asked_place": question.geography,
        "asked_year": str(question.year),
        "place": found.factor.geography,
        "year": str(found.factor.year),
    }
    return Finding("factor/why", Severity.NOTE, evidence=evidence)


def _case(found: Candidate) -> str:
    if found.ring and found.years:
        return "both"
    return "place" if found.ring else "year" if found.years else "exact"
