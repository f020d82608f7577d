#!/usr/bin/env python3
"""Check an exported chain of Linli's journal. Needs Python 3.9 and the package `cryptography`; nothing of Linli.

    python verify_journal.py FOLDER [--head LINE_OR_FILE]... [--key HEX]... [--proof FILE]...

FOLDER holds facts.jsonl, heads.jsonl and keys.json, as written by `linli journal export`. --head adds a signed head kept elsewhere (a file of
lines, or one line copied from a notice); --key names the public keys to trust instead of those in keys.json; --proof checks receipts.
Everything here follows the section "What is hashed and signed" of docs/rooms/journal.md. Exit status: 0 good, 1 not, 2 unreadable.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import uuid
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(value):
    """A number as ECMAScript writes it (RFC 8785, section 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    sign, text = ("-" if value < 0 else ""), repr(abs(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"


def canonical(value):
    """RFC 8785 text of a JSON value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
    return "{" + ",".join(f"{canonical(key)}:{canonical(item)}" for key, item in ordered) + "}"


class Tree:
    """The Merkle tree of RFC 9162, grown leaf by leaf: hashes of complete subtrees from left to right."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        carry, rest = sha(b"\x00", leaf), self.size
        while rest & 1:
            carry, rest = sha(b"\x01", self.peaks.pop(), carry), rest >> 1
        self.peaks.append(carry)
        self.size += 1

    def root(self):
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = sha(b"\x01", peak, found)
        return found


def is_included(leaf, position, size, path, root):
    """RFC 9162, section 2.1.3.2; positions count from 1."""
    if not 0 < position <= size:
        return False
    fn, sn, found = position - 1, size - 1, sha(b"\x00", leaf)
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = sha(b"\x01", step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = sha(b"\x01", found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def check_signature(head, keys):
    """Why the head cannot be trusted, or an empty string."""
    key = keys.get(head.get("key_id"))
    if key is None or sha(key).hex()[:16] != head["key_id"]:
        return f"signed with an unknown key {head.get('key_id')}"
    unsigned = {name: value for name, value in head.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(head["signature"]), canonical(unsigned).encode())
    except InvalidSignature:
        return "the signature is wrong"
    return "" if head.get("type") == "linli.head.1" else f"unknown type {head.get('type')}"


def check_fact(fact):
    """The leaf that follows from the fact, and what is wrong with it."""
    wrong = []
    committed = bytes.fromhex(fact["commitment"])
    if fact["salt"] is not None:
        if sha(bytes.fromhex(fact["salt"]), canonical(fact["payload"]).encode()) != committed:
            wrong.append("the payload is not the one committed to")
    if not isinstance(fact["header"], dict):
        return bytes.fromhex(fact["leaf"]), [*wrong, "the fact is gone"]
    leaf = sha(canonical(fact["header"]).encode(), committed)
    if leaf.hex() != fact["leaf"]:
        wrong.append("header or commitment were altered")
    return leaf, wrong


def check_chain(facts, heads, keys):
    """Yield what is wrong with the facts (any iterable, read once) under all given heads."""
    by_size, communities = {}, {head["community"] for head in heads}
    if len(communities) != 1:
        yield f"heads of {len(communities)} chains, expected 1"
        return
    community = uuid.UUID(communities.pop())
    for head in heads:
        if why := check_signature(head, keys):
            yield f"head {head['size']}: {why}"
        else:
            by_size.setdefault(head["size"], []).append(head)
    end, tree = sha(b"linli.genesis.1\x00", community.bytes), Tree()
    for fact in facts:
        leaf, wrong = check_fact(fact)
        own = (fact["header"] or {}).get("community") or str(uuid.UUID(int=0))
        if own != str(community):
            wrong.append(f"it belongs to {own}")
        if fact["position"] != tree.size + 1:
            wrong.append(f"expected position {tree.size + 1}")
        end = sha(b"linli.chain.1\x00", end, leaf)
        tree.add(leaf)
        if end.hex() != fact["chain"]:
            wrong.append("it does not follow from the facts before it")
        yield from (f"position {fact['position']}: {what}" for what in wrong)
        for head in by_size.pop(tree.size, []):
            if (head["chain"], head["root"]) != (end.hex(), tree.root().hex()):
                yield f"head {head['size']}: the facts up to here are not those that were signed"
    yield from (f"head {size}: the facts up to here are missing" for size in sorted(by_size))
    if tree.size and not any(head["size"] == tree.size for head in heads):
        yield f"the last fact ({tree.size}) is under no signed head"


def check_proof(proof, keys):
    head, path = proof["head"], [bytes.fromhex(step) for step in proof["path"]]
    leaf, root = bytes.fromhex(proof["leaf"]), bytes.fromhex(head["root"])
    is_good = is_included(leaf, proof["position"], head["size"], path, root)
    return check_signature(head, keys) or ("" if is_good else "the path does not lead to the signed root")


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    for name in ("head", "key", "proof"):
        parser.add_argument(f"--{name}", action="append", default=[])
    given = parser.parse_args()
    heads = list(lines(given.folder / "heads.jsonl"))
    for extra in given.head:
        heads += [json.loads(extra)] if extra.lstrip().startswith("{") else lines(extra)
    trusted = given.key or json.loads((given.folder / "keys.json").read_text())["ed25519"].values()
    keys = {sha(key).hex()[:16]: key for key in map(bytes.fromhex, trusted)}
    wrong = list(check_chain(lines(given.folder / "facts.jsonl"), heads, keys))
    wrong += [f"proof {path}: {why}" for path in given.proof if (why := check_proof(json.loads(Path(path).read_text()), keys))]
    print("\n".join(wrong) if wrong else f"good: {max(head['size'] for head in heads)} facts under {len(heads)} signed heads")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
