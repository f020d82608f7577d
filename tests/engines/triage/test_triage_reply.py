"""What an answer names: the four aspects by table, bounds, what more words can and cannot change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.triage import TriageError, read_reply

ASKED = "三单元楼道灯不亮，晚上老人不敢下楼"
WORDS = {"measures": ["更换", "维修"], "contacts": ["电话", "来居委会"], "common": ["您好", "反映"]}
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E40), max_size=40)


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        ("楼道灯已更换，今天下午三点修好，有事请打电话。", ()),
        ("樓道燈已更換，１１月２５日完成，來居委會。", ()),
        ("您好，您反映的已收悉。", ("asked", "measure", "time", "contact")),
        ("楼道灯会维修。", ("time", "contact")),
        ("楼道灯三个工作日内更换，找13800138000", ()),
        ("楼道灯更换要花12380013800020元", ("time", "contact")),
        ("垃圾清运改到周三，拨12345", ("asked", "measure")),
        ("", ("asked", "measure", "time", "contact")),
    ],
)
def test_what_an_answer_leaves_out(reply: str, missing: tuple[str, ...]) -> None:
    assert read_reply(ASKED, reply, **WORDS).missing == missing


def test_a_word_of_the_subject_names_it_too_and_letter_phrases_name_nothing() -> None:
    assert "asked" not in read_reply("灯坏", "路灯更换", subject=["路灯"], **WORDS).missing
    assert read_reply("您好", "您好", **WORDS).named is None


@given(HAN, HAN, HAN)
def test_an_answer_names_no_less_when_it_says_more(question: str, reply: str, more: str) -> None:
    one, two = read_reply(question, reply, **WORDS), read_reply(question, f"{reply}，{more}", **WORDS)
    assert set(two.missing) <= set(one.missing)
    assert one.named is None or 0 <= one.named <= (two.named or 0) <= 1


@given(HAN)
def test_an_answer_that_repeats_the_question_names_all_of_it(question: str) -> None:
    named = read_reply(question, question, **WORDS).named
    assert named is None or named == 1


def test_a_share_out_of_range_is_refused() -> None:
    with pytest.raises(TriageError):
        read_reply("灯", "灯", named_from=0.0, **WORDS)
