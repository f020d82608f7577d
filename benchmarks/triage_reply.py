"""How well the share of the question's pairs tells the answer to a message from the answer to another: 2,816 letters to a mayor and their answers.

Each letter is read with its own answer and with one drawn by chance from the others (seeded). The words passed over are those of the policy.

Run: ``python benchmarks/triage_reply.py``; prints one JSON object. Needs the development messages (``LINLI_DATA``) and openpyxl.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np
import openpyxl
import yaml
from scipy.stats import rankdata

from linli.engines.triage import read_reply

MESSAGES = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "messages"
POLICY = Path(__file__).parents[1] / "src/linli/policies/cases/default.yaml"


def letters() -> list[tuple[str, str]]:
    sheet = openpyxl.load_workbook(MESSAGES / "replies_2816.xlsx", read_only=True).active
    head, *rows = sheet.iter_rows(values_only=True)
    at = {name: head.index(name) for name in ("留言主题", "留言详情", "答复意见")}
    found = [[str(row[at[name]] or "").strip() for name in at] for row in rows]
    return [(f"{title}\n{text}", answer) for title, text, answer in found if answer]


def main() -> None:
    policy, pairs, rng = yaml.safe_load(POLICY.read_text(encoding="utf-8")), letters(), np.random.default_rng(1)
    words = {
        "measures": policy["reply_measures"],
        "contacts": policy["reply_contacts"],
        "common": policy["reply_common"],
    }
    own, other = [], []
    begun = time.process_time()
    for (asked, answer), drawn in zip(pairs, rng.integers(0, len(pairs), len(pairs)).tolist(), strict=True):
        if pairs[drawn][1] != answer:
            own.append(read_reply(asked, answer, **words).named or 0.0)
            other.append(read_reply(asked, pairs[drawn][1], **words).named or 0.0)
    spent_s, n = time.process_time() - begun, len(own)
    ranks = rankdata([*own, *other])
    share = policy["reply_named_from"]
    print(
        json.dumps(
            {
                "letters": n,
                "auc": round(float((ranks[:n].sum() - n * (n + 1) / 2) / n**2), 3),
                "named_from": share,
                "own_named": round(float(np.mean(np.array(own) >= share)), 3),
                "other_named": round(float(np.mean(np.array(other) >= share)), 3),
                "answers_per_s": round(2 * n / spent_s),
            }
        )
    )


main()
