"""Compiles everything the engine runs, so that the first question somebody asks does not wait for it."""

from __future__ import annotations

import numpy as np

from .near import NearIndex
from .train import train
from .twins import find_twins


def warm() -> None:
    """Train and ask once on four messages. Half a minute the first time on a machine, then well below a second."""
    texts = ["路灯坏了没有人修", "路灯整夜不亮", "工资拖欠三个月", "老板拖欠工资"]
    train(texts, ["灯", "灯", "薪", "薪"]).ask(texts[0])
    find_twins(texts, texts)
    index = NearIndex()
    index.add(texts, np.zeros(4), np.zeros(4), np.zeros(4))
    index.find(texts[0], 0.0, 0.0, 0.0)
