"""links.csv as it is downloaded: the list of links, to be filled in and sent back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import Response

from hub.bom.link_state import State, dispute_of
from hub.bom.link_words import HEADERS, Verdict, said
from hub.disclosure.links import ToMatch
from hub.kit.csv_answer import csv_response, csv_text

NAME = "links"


def links_response(items: Iterable[ToMatch], language: str) -> Response:
    """The table in the reader's language; what was said before stands in it, so that it can be
    sent back as it is and changes nothing."""
    return csv_response(NAME, *_table(items, language))


def links_csv(items: Iterable[ToMatch], language: str) -> str:
    """The same as text."""
    return csv_text(*_table(items, language))


def _table(
    items: Iterable[ToMatch], language: str
) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    heads = {name: words.get(language, name) for name, words in HEADERS.items()}
    rows = ({heads[name]: value for name, value in row.items()} for row in _rows(items, language))
    return [*heads.values()], rows


def _rows(items: Iterable[ToMatch], language: str) -> Iterator[Mapping[str, Any]]:
    for item in items:
        link, dispute = item.link, dispute_of(item.link)
        suggestion = next(iter(item.suggestions), None)
        yield {
            "link": link.id,
            "customer": item.customer,
            "customer_part": item.customer_part.number,
            "customer_part_name": item.customer_part.name,
            "part_as_written": link.supplier_part_text,
            "share": link.share,
            "site": link.site,
            "from": link.valid_from,
            "to": link.valid_to,
            "delivery_term": link.delivery_term,
            "state": said(item.state, language),
            "suggestion": suggestion.part.number if suggestion else None,
            "ground": said(suggestion.ground, language) if suggestion else None,
            "own_part": _own_part(item),
            "verdict": _verdict(item.state, language),
            "reason": said(dispute.reason, language) if dispute else None,
            "ended_on": dispute.ended_on if dispute else None,
            "words": dispute.words if dispute else None,
        }


def _own_part(item: ToMatch) -> str | None:
    confirmed = item.state is State.CONFIRMED and item.own_part is not None
    return item.own_part.number if confirmed and item.own_part else None


def _verdict(state: State, language: str) -> str | None:
    verdicts = {State.CONFIRMED: Verdict.CONFIRM, State.DISPUTED: Verdict.DISPUTE}
    return said(verdicts[state], language) if state in verdicts else None
