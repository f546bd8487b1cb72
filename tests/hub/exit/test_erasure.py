"""A company is erased: nothing of it can be read, everything that was signed stays provable."""

from hub.exit.erasing import erase_company
from hub.exit.holdings import counted
from tests.cast import BEIFENG
from tests.hub.trust.conftest import policy_of
from tierlight_schemas.log.erasure import check_receipt


def erase(leaving, actor=BEIFENG):
    company_id = leaving.chain.id(actor)
    leaving.session.rollback()
    return erase_company(leaving.database.write, company_id, "company", "exit", leaving.settings)


class TestACompany:
    def test_had_something_in_every_table(self, leaving):
        empty = {
            name for name, n in counted(leaving.session, leaving.chain.id(BEIFENG)).items() if not n
        }
        print(empty)

    def test_is_gone(self, leaving):
        receipt = check_receipt(erase(leaving), policy_of(leaving.settings))
        print(receipt.statement)
        left = counted(leaving.session, leaving.chain.id(BEIFENG))
        assert set(left.values()) == {0}
