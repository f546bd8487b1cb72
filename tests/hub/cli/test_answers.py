"""`hub answers forget` deletes what is kept, says how much it was, and loses nothing."""

import pytest
from sqlalchemy import func, select

from hub.disclosure.tables import StoredAnswer
from hub.kit.clock import now
from hub.kit.database import transaction


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Kept answers that were deleted: 2."),
        ("de", "Gelöschte aufbewahrte Antworten: 2."),
        ("zh-CN", "已删除保存的答复：2 条。"),
    ],
)
def test_what_is_kept_is_deleted(hub, aurora, own_database, language, said):
    with transaction(own_database.write) as session:
        for key in ("a", "b"):
            answer = StoredAnswer(company_id=aurora, key=key, kind="footprint", stored_at=now())
            answer.digest, answer.size, answer.body, answer.reads = "", 2, b"{}", "[]"
            session.add(answer)
    ran = hub("answers", "forget", language=language)
    assert (ran.status, ran.out, ran.err.strip()) == (0, "", said)
    with own_database.read() as session:
        assert session.scalar(select(func.count()).select_from(StoredAnswer)) == 0


def test_an_empty_hub_keeps_none(hub):
    assert hub("answers", "forget").err.strip() == "Kept answers that were deleted: 0."


@pytest.mark.parametrize(
    "arguments", [("answers",), ("answers", "keep"), ("answers", "forget", "x")]
)
def test_a_wrong_call(hub, arguments):
    assert hub(*arguments).status == 2
