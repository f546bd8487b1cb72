"""JSON whose numbers are decimals with all their digits."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exports.battery.json_text import json_text


class TestJsonText:
    @pytest.mark.parametrize(
        "digits", ["0", "0.10", "-0.0137174479166666700", "1E-18", "123456789012345678901234.5"]
    )
    def test_a_number_keeps_its_digits(self, digits):
        told = json.loads(json_text([Decimal(digits)]), parse_float=Decimal, parse_int=Decimal)
        assert told[0].as_tuple() == Decimal(digits).as_tuple()

    @given(
        st.recursive(
            st.none() | st.booleans() | st.text() | st.decimals(allow_nan=False, places=9),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_what_is_read_back_is_what_was_written(self, value):
        assert json.loads(json_text(value), parse_float=Decimal, parse_int=Decimal) == value

    def test_a_float_is_refused(self):
        with pytest.raises(TypeError):
            json_text({"value": 0.1})
