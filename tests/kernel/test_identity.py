"""Citizen numbers: the standard's own examples, what one slip of the pen does, and what a mask leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.errors import LinliError
from linli.kernel.identity import check_character, mask_number, normal_number, read_citizen_number

STANDARD = ("11010519491231002X", "440524188001010014")
"""GB 11643-1999, annex A: the two worked examples."""
digits = st.text("0123456789", min_size=3, max_size=3)
births = st.dates(dt.date(1880, 1, 1), dt.date(2099, 12, 31))


def made(born_on: dt.date, sequence: str, division: str = "110105") -> str:
    first = f"{division}{born_on:%Y%m%d}{sequence}"
    return first + check_character(first)


def test_the_examples_of_the_standard_are_read() -> None:
    woman, man = (read_citizen_number(number) for number in STANDARD)
    assert (woman.born_on, woman.sex, woman.division) == (dt.date(1949, 12, 31), "female", "110105")
    assert (man.born_on, man.sex) == (dt.date(1880, 1, 1), "male")


@given(births, digits)
def test_what_goes_in_comes_out(born_on: dt.date, sequence: str) -> None:
    said = read_citizen_number(made(born_on, sequence))
    assert (said.born_on, said.sex) == (born_on, "male" if int(sequence[-1]) % 2 else "female")


@given(births, digits, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(born_on: dt.date, sequence: str, place: int, other: str) -> None:
    right = made(born_on, sequence)
    wrong = right[:place] + other + right[place + 1 :]
    if wrong != right:
        with pytest.raises(LinliError):
            read_citizen_number(wrong)


@given(births, digits, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_found(born_on: dt.date, sequence: str, place: int) -> None:
    right = made(born_on, sequence)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong != right:
        with pytest.raises(LinliError):
            read_citizen_number(wrong)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("110105491231002", "kernel.identity_length"),
        ("", "kernel.identity_length"),
        ("1101051949123100AX", "kernel.identity_form"),
        ("110105194912310020", "kernel.identity_check"),
        ("110105" + "19490231" + "002" + check_character("11010519490231002"), "kernel.identity_birth"),
        ("١١٠١٠٥19491231002X", "kernel.identity_form"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_not_the_number(raw: str, code: str) -> None:
    with pytest.raises(LinliError) as refused:
        read_citizen_number(raw)
    assert refused.value.code == code
    assert not raw or raw not in refused.value.text.zh + refused.value.text.en


def test_a_province_that_is_none_is_refused_where_provinces_are_given() -> None:
    number = made(dt.date(1990, 1, 1), "003", "100105")
    assert read_citizen_number(number).division == "100105"
    with pytest.raises(LinliError, match="identity_division"):
        read_citizen_number(number, provinces={"11", "44"})


def test_spaces_lower_case_and_full_width_are_forgiven() -> None:
    assert normal_number("resident", " 110105 19491231 002x") == STANDARD[0]
    assert normal_number("resident", "１１０１０５１９４９１２３１００２Ｘ") == STANDARD[0]
    assert normal_number("passport", "e 1234 5678") == "E12345678"
    for kind, raw in (("passport", "E-12"), ("other", "A;--"), ("library_card", "1234")):
        with pytest.raises(LinliError):
            normal_number(kind, raw)


def test_masks_show_too_little_to_put_the_number_together_again() -> None:
    assert mask_number(STANDARD[0]) == "110105********002X"
    assert mask_number(STANDARD[0], beside_birth=True) == "11**************2X"
    assert mask_number("E12345678") == "******678"
    assert mask_number("A123") == "***3"
