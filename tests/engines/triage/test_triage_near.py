"""Cases said before are found by words, place and time; places are named in many ways; urgency is what the policy's words say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.triage import Gazetteer, NearIndex, TriageError, find_homes, find_urgency
from linli.engines.triage._rows import read_grams
from linli.engines.triage.near import signatures
from linli.engines.triage.places import number_of

DAY_S = 86400.0
LAMP = "东门的路灯坏了三天没有人来修"


def test_the_same_matter_is_found_near_in_place_and_time_only():
    index = NearIndex()
    texts = [LAMP, "东门路灯坏了，三天没有人来修！", LAMP, LAMP, "楼上装修太吵", LAMP]
    index.add(texts, np.array([0, 50, 900, 10, 0, np.nan.real]), np.zeros(6), np.array([0, DAY_S, 0, 90 * DAY_S, 0, 0]))
    found = index.find(LAMP, 0.0, 0.0, 0.0)
    assert [one.number for one in found] == [5, 0, 1]
    assert found[1].similarity == 1
    assert found[2].distance_m == 50
    assert np.isnan(found[0].distance_m)
    assert index.find("", 0.0, 0.0, 0.0) == []
    assert len(index.find(LAMP, np.nan, np.nan, 0.0, most=10)) == 4


def test_an_index_grown_one_by_one_is_the_same():
    together, alone = NearIndex(), NearIndex()
    texts = [f"第{chr(0x4E00 + i)}件事情说的是{chr(0x5000 + i)}" for i in range(1500)]
    zeros = np.zeros(1500)
    together.add(texts, zeros, zeros, zeros)
    for at in range(0, 1500, 100):
        alone.add(texts[at : at + 100], zeros[:100], zeros[:100], zeros[:100])
    assert together.find(texts[7], 0, 0, 0) == alone.find(texts[7], 0, 0, 0)
    with pytest.raises(TriageError):
        alone.add(["一"], zeros, zeros, zeros)
    with pytest.raises(TriageError):
        alone.add(["一"], zeros[:1], zeros[:1], np.array([np.nan]))


def test_equal_bytes_estimate_what_is_common():
    rng = np.random.default_rng(2)
    off = []
    for _ in range(300):
        chars = rng.integers(0x4E00, 0x4E00 + 2000, 60)
        other = np.where(rng.random(60) < rng.random(), chars, rng.integers(0x4E00, 0x4E00 + 2000, 60))
        texts = ["".join(map(chr, one)) for one in (chars, other)]
        a, b = (set(read_grams([text], 2).keys.tolist()) for text in texts)
        both = signatures(texts)
        off.append((both[0] == both[1]).mean() - len(a & b) / len(a | b))
    assert abs(np.mean(off)) < 0.01
    assert np.std(off) < 0.063


@pytest.mark.parametrize(
    ("said", "home"),
    [
        ("我住3号楼2单元501", ("3", "2", "501")), ("三栋二单元五零一室漏水", ("3", "2", "501")), ("十二幢噪声", ("12", None, None)),
        ("Ａ座1203", ("A", None, "1203")), ("３號樓２單元", ("3", "2", None)), ("5 号 楼 3 单元 402 室", ("5", "3", "402")),
    ],
)  # fmt: skip
def test_homes_as_people_write_them(said, home):
    found = find_homes(said)
    assert [(one.building, one.unit, one.room) for one in found] == [home]


def test_no_home_where_none_is_named():
    assert find_homes("我家三口人等了两个月，一共501元，电话13800000000") == []


def test_places_of_the_gazetteer_in_any_form_the_longest_first():
    places = Gazetteer(
        {
            "r1": ["人民路"],
            "r2": ["人民路小学"],
            "b3": ["三号楼", "3栋"],
            "b13": ["13号楼"],
            "x": ["东"],
            "twin": ["人民路"],
        }
    )
    text = "人民路小學旁 ３号楼和十三号楼，在人民 路上"
    found = places.find(text)
    assert [one.ids for one in found] == [("r2",), ("b3",), ("b13",), ("r1", "twin")]
    assert [text[one.begin : one.end] for one in found] == ["人民路小學", "３号楼", "十三号楼", "人民 路"]
    assert places.find("") == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(1, 999))
def test_numerals_are_read(number):
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    names = "零一二三四五六七八九"
    written = (names[hundreds] + "百" if hundreds else "") + ("零" if hundreds and not tens and ones else "")
    written += (names[tens] + "十" if tens else "") + (names[ones] if ones else "")
    assert number_of(written) == str(number)
    if 10 <= number < 20:
        assert number_of(written[1:]) == str(number)
    assert number_of("".join(names[int(d)] for d in str(number))) == str(number)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet="一二十百零3号楼单元 栋A座五室ﬁ①", max_size=30))
def test_whatever_is_written_has_its_place_in_the_text(text):
    for one in find_homes(text):
        assert 0 <= one.begin < one.end <= len(text)


def test_urgency_is_the_highest_level_said_and_not_denied():
    words = {"now": ["漏气", "着火"], "soon": ["漏水"]}
    assert find_urgency("厨房漏氣了，还漏水", words).level == "now"
    assert find_urgency("没有漏气，只是漏水", words) == find_urgency("漏水", words)
    assert find_urgency("没有漏气？又漏气了", words).words == ("漏气",)
    assert find_urgency("想办卡", words).level is None
    with pytest.raises(TriageError):
        find_urgency("x", {"now": ["！"]})
