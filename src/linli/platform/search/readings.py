"""How text becomes words that can be looked up, and how what somebody typed is read.

A name is kept as its tails: 王秀英 as 王秀英, 秀英, 英. Whoever types any part of it types the beginning of one of these, so that one
range in an ordered index finds every part, letter by letter while one types; bigrams, which many Chinese indexes use, are the first two
characters of each. Beside them stand the same tails by sound (wangxiuying, xiuying, ying), by initials (wxy, xy) and by how they sound
where some sounds are not told apart (:func:`alike`). Characters with several readings are kept under each.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST = 32  # characters of a word that are kept; who types more is answered by the first of them
MOST_READINGS = 8  # of one run of characters; the commonest first
MAX_PIECES = 6
ALIKE = "≈"  # cannot be typed: splits words
FIRST, INSIDE, SOUND, INITIALS, SOUND_INSIDE, INITIALS_INSIDE, TEXT, ALIKE_SOUND = range(8)
"""How well a word stands for its row, best first."""

POLYPHONES = {
    character: tuple(readings.split())
    for character, readings in (
        line.split(":")
        for line in """
        单:shan dan;曾:zeng ceng;仇:qiu chou;解:xie jie;区:ou qu;查:zha cha;盖:ge gai;乐:yue le;任:ren;朴:piao pu;缪:miao mou;纪:ji;
        冼:xian;翟:zhai di;种:chong zhong;召:shao zhao;员:yun yuan;繁:po fan;秘:bi mi;句:gou ju;谌:chen shen;逄:pang;祭:zhai ji;覃:qin tan;
        尉:yu wei;万:wan mo;俟:qi si;长:chang zhang;宓:mi fu;华:hua;燕:yan;黑:he hei;折:she zhe;洗:xian xi;晁:chao;车:che ju;褚:chu;
        柏:bai bo;贾:jia gu;葛:ge;隗:wei kui;佘:she;厘:li;卜:bu;牟:mou mu;叶:ye;费:fei bi;阚:kan;沈:shen;强:qiang jiang;过:guo;那:na;
        哈:ha;娄:lou;眭:sui;郇:xun huan;郗:xi chi;乜:nie mie;尹:yin;召:shao zhao;相:xiang;盛:sheng cheng;石:shi;宁:ning;曲:qu;台:tai;
        行:xing hang;重:chong zhong;朝:chao zhao;传:chuan zhuan;调:diao tiao;都:du dou;干:gan;更:geng;和:he;降:jiang xiang;角:jiao jue;
        觉:jue jiao;空:kong;蒙:meng;难:nan;散:san;少:shao;数:shu;宿:su xiu;弹:dan tan;提:ti di;为:wei;鲜:xian;兴:xing;应:ying;藏:cang zang;
        晟:sheng cheng;铅:qian yan;六:liu lu;大:da dai;厦:xia sha;巷:xiang hang;堡:bao pu bu;圩:wei xu;埔:pu bu;蚌:bang beng;番:pan fan
        """.replace("\n", "").split(";")
    )
    for character in [character.strip()]
}
"""Characters that names are often written with and that have a second reading, surnames' own first (《现代汉语词典》第7版)."""

_RUN = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_START = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]|[0-9]+|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")


class Word(NamedTuple):
    """``token`` is looked up by its beginning; ``weight`` says how well it stands for the row (:data:`FIRST` best)."""

    token: str
    weight: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What stood between spaces: as written, and the runs of characters and letters in it, which must all be there."""

    text: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed. Every piece must fit."""

    text: str
    pieces: tuple[Piece, ...]

    def alike(self) -> Asked:
        """The same by sound, sounds that are easily taken for one another being one."""
        pieces = (Piece(piece.text, tuple(ALIKE + alike(run) for run in piece.runs)) for piece in self.pieces)
        return Asked(self.text, tuple(piece for piece in pieces if all(len(run) > 1 for run in piece.runs)))


def normal(text: str) -> str:
    """One way of writing: full width and compatibility forms unified (NFKC), small letters, ü as v (as typed), single spaces."""
    small = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return " ".join(small.replace("\x00", " ").split())


def ask(text: str, *, limit: int = 100) -> Asked:
    """``text`` as it is looked for; pieces without letter, digit or character are left out, and those beyond :data:`MAX_PIECES`."""
    written = normal(text[:limit])
    pieces = [Piece(part, tuple(run[:LONGEST] for run in _RUN.findall(part))) for part in written.split()]
    return Asked(written, tuple([piece for piece in pieces if piece.runs][:MAX_PIECES]))


def words_of(*names: str, sounds: bool = True) -> list[Word]:
    """The words of what something is called, in any of its names. Cost: some ten words for a name of three characters."""
    found: dict[str, int] = {}
    for name in names:
        for number, run in enumerate(_RUN.findall(normal(name))):
            _add_run(found, run, is_first=number == 0, sounds=sounds)
    return [Word(token, weight) for token, weight in found.items()]


def words_of_text(text: str) -> list[Word]:
    """The words of a longer text (a notice, a note): every tail to 16 characters, by character only. Cost: one word for a character."""
    tails = {run[start : start + 16] for run in _RUN.findall(normal(text)) for start in _starts(run)}
    return [Word(tail, TEXT) for tail in tails]


def _add_run(found: dict[str, int], run: str, *, is_first: bool, sounds: bool) -> None:
    for start in _starts(run):
        _add(found, run[start : start + LONGEST], FIRST if is_first and start == 0 else INSIDE)
    if not sounds:
        return
    for han in _HAN.finditer(run):
        at_start = is_first and han.start() == 0
        for syllables in readings(han[0]):
            for start in range(len(syllables)):
                _add_sound(found, syllables[start:], at_start=at_start and start == 0)


def _add(found: dict[str, int], token: str, weight: int) -> None:
    """The best weight a word has stands."""
    if found.get(token, weight) >= weight:
        found[token] = weight


def _add_sound(found: dict[str, int], syllables: tuple[str, ...], *, at_start: bool) -> None:
    said, blurred, initials = _sounds(syllables)
    _add(found, said, SOUND if at_start else SOUND_INSIDE)
    _add(found, blurred, ALIKE_SOUND)
    if initials:
        _add(found, initials, INITIALS if at_start else INITIALS_INSIDE)


@lru_cache(maxsize=20_000)
def _sounds(syllables: tuple[str, ...]) -> tuple[str, str, str]:
    """As said, as it sounds where some sounds are one, and the initials (none of a single syllable)."""
    said = "".join(syllables)
    initials = "".join(syllable[0] for syllable in syllables) if len(syllables) > 1 else ""
    return said[:LONGEST], ALIKE + alike(said)[:LONGEST], initials[:LONGEST]


def _starts(run: str) -> Sequence[int]:
    """Where a word may begin: at every character, and where digits and letters begin, but not within them (11 is not found by 1)."""
    if _HAN.fullmatch(run):
        return range(len(run))
    return [found.start() for found in _START.finditer(run)]


@lru_cache(maxsize=20_000)
def readings(han: str) -> tuple[tuple[str, ...], ...]:
    """Ways of reading ``han`` aloud, without tones, syllable by syllable, the likeliest first, at most :data:`MOST_READINGS`.

    The reading in context comes first (重庆 chóngqìng, by pypinyin's phrases); then those of :data:`POLYPHONES`. Readings that only
    dictionaries know (英 yāng) are left out: they would find what nobody meant.
    """
    if POLYPHONES.keys().isdisjoint(han):  # no phrase need be looked up: many times as quick
        return (tuple(_of_character(character)[0] for character in han),)
    from pypinyin import Style, pinyin  # its dictionary is read when first asked, not by every process that starts

    together = tuple(syllable[0] for syllable in pinyin(han, style=Style.NORMAL))
    if len(together) != len(han):  # a character nobody reads aloud stands among them
        together = tuple(_of_character(character)[0] for character in han)
    pairs = zip(han, together, strict=True)
    choices = [list(dict.fromkeys([usual, *POLYPHONES.get(character, ())])) for character, usual in pairs]
    every = itertools.islice(itertools.product(*reversed(choices)), MOST_READINGS)  # first characters vary first
    return tuple(dict.fromkeys([together, *(tuple(reversed(one)) for one in every)]))[:MOST_READINGS]


@lru_cache(maxsize=8_000)
def _of_character(character: str) -> tuple[str, ...]:
    """Every reading of a character, the usual first."""
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


def alike(text: str) -> str:
    """How ``text`` sounds where some sounds are not told apart: zh z, ch c, sh s; n l; f h(u); -ng -n.

    These are the sounds that input methods offer to blur (模糊音) and that speakers of Xiang, Gan, Wu, Min and south-western and Jianghuai
    Mandarin commonly do not distinguish. Characters are read first, letters taken as they are; one that is neither stays.
    """
    said = text
    if not text.isascii():
        said = "".join("".join(readings(part)[0]) if _HAN.fullmatch(part) else part for part in _parts(text))
    said = said.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n").replace("l", "n")
    return said.replace("hui", "fei").replace("hua", "fa").replace("hu", "f") if "hu" in said else said


def _parts(text: str) -> list[str]:
    return re.findall(rf"{_HAN.pattern}|(?:(?!{_HAN.pattern}).)+", text)


def marks(shown: str, asked: Asked) -> list[tuple[str, bool]]:
    """``shown`` cut into parts, each with whether it is what was asked for: by character, by letter or by sound."""
    hits = [False] * len(shown)
    small = [normal(character) or " " for character in shown]
    for run in {run for piece in asked.pieces for run in piece.runs}:
        for start in range(len(shown)):
            for end in _ends(small, start, run):
                hits[start:end] = [True] * (end - start)
    groups = itertools.groupby(zip(shown, hits, strict=True), key=lambda pair: pair[1])
    return [("".join(character for character, _ in group), hit) for hit, group in groups]


def _ends(small: list[str], start: int, run: str) -> Iterator[int]:
    """Where a stretch from ``start`` ends that is written, sounds or is abbreviated ``run``; at most one."""
    written, heard = "", {""}
    for end in range(start, min(len(small), start + LONGEST)):
        written += small[end]
        if written.startswith(run):
            yield end + 1
            return
        ways = _of_character(small[end]) if _HAN.fullmatch(small[end]) else ()
        heard = (
            {said + way for said in heard for syllable in ways for way in (syllable, syllable[0])} if ways else set()
        )
        if (end > start or ways) and run.isascii() and any(said.startswith(run) for said in heard):
            yield end + 1
            return
        heard = {said for said in heard if run.startswith(said)}
        if not run.startswith(written) and not heard:
            return
