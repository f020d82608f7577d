"""Triage: what a message is about, how urgent, where, whether it was said before, and whether the answer answers it.

Owns reading, training, calibration and measuring; which labels there are, and what happens with an answer, are the caller's. No clock, no files.
"""

from .calibrate import Threshold, choose_threshold, expected_calibration_error
from .errors import TriageError
from .evaluate import Evaluation, evaluate, texts_per_s
from .hot import Hot, HotWord, find_hot, find_hot_words
from .keywords import KeywordModel
from .model import Answer, Model
from .near import Near, NearIndex
from .places import Gazetteer, HomeNamed, PlaceNamed, find_homes
from .reply import ReplyRead, read_reply
from .store import from_bytes, to_bytes
from .train import Settings, train
from .twins import find_twins
from .urgency import Urgency, find_urgency
from .warm import warm

__all__ = [
    "Answer",
    "Evaluation",
    "Gazetteer",
    "HomeNamed",
    "Hot",
    "HotWord",
    "KeywordModel",
    "Model",
    "Near",
    "NearIndex",
    "PlaceNamed",
    "ReplyRead",
    "Settings",
    "Threshold",
    "TriageError",
    "Urgency",
    "choose_threshold",
    "evaluate",
    "expected_calibration_error",
    "find_homes",
    "find_hot",
    "find_hot_words",
    "find_twins",
    "find_urgency",
    "from_bytes",
    "read_reply",
    "texts_per_s",
    "to_bytes",
    "train",
    "warm",
]
