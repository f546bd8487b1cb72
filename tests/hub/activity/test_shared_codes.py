"""Codes of shared sites: handed on by people, and proof against their typing."""

import pytest

from hub.activity.shared_codes import new_code, read_code


def test_a_code_is_read_however_it_is_typed():
    code = new_code()
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert new_code() != code


@pytest.mark.parametrize("text", ["", "A", "2222-2222-2222-2222-2222-01", "0" * 22, "ＡＢ" * 11])
def test_other_texts_are_no_codes(text):
    with pytest.raises(ValueError, match="no code"):
        read_code(text)


def test_one_wrong_letter_is_noticed():
    code = new_code(lambda letters: letters[0])
    assert code == "2222-2222-2222-2222-2222-00"
    for place in range(20):
        typed = code.replace("-", "")
        for letter in "3AZ":
            with pytest.raises(ValueError, match="no code"):
                read_code(typed[:place] + letter + typed[place + 1 :])
