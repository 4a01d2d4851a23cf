#!/usr/bin/env python3
"""Writes the inputs and expected public values of the examples.

The values are computed here, with nothing of Outrigger: Python's integers, sorting, JSON and SHA-256. Run it after
changing what an example reveals, and look at the difference before you commit it.
"""

import hashlib
import json
import random
import struct
from pathlib import Path

HERE = Path(__file__).parent


def sha256(data):
    return hashlib.sha256(data).digest()


def word(value):
    return struct.pack("<I", value)


def write(example, inputs, public_values, exit_code=0, name="expected"):
    """`inputs` are bytes, for an input that stands in the file itself, or a name in the example's folder `input`."""
    values = public_values.ljust(32, b"\0")
    assert len(values) == 32
    listed = [f"@input/{i}" if isinstance(i, str) else "0x01" + i.hex() for i in inputs]
    case = {"inputs": listed, "exitCode": exit_code, "publicValues": values.hex()}
    (HERE / example / f"{name}.json").write_text(json.dumps(case, indent=2) + "\n")


def put(example, name, data):
    (HERE / example / "input").mkdir(exist_ok=True)
    (HERE / example / "input" / name).write_bytes(data)


def get(example, name):
    return (HERE / example / "input" / name).read_bytes()


def fibonacci():
    n, a, b = 100, 0, 1
    for _ in range(n):
        a, b = b, a + b
    write("fibonacci", [word(n)], struct.pack("<QI", a % 2**64, n))


def sha():
    # A file whose length is no multiple of a word, let alone a block.
    text = "".join(f"{i}: {sha256(str(i).encode()).hex()}\n" for i in range(150)).encode()
    for example in ("sha256", "sha256-c"):
        put(example, "file.txt", text)
        write(example, ["file.txt"], sha256(text))


def sort():
    source = random.Random(20260314)
    values = [source.getrandbits(32) for _ in range(10_000)]
    put("sort", "words.bin", b"".join(map(word, values)))
    values.sort()
    checksum = 2166136261
    for value in values:
        checksum = checksum * 16777619 % 2**32 ^ value
    write(
        "sort", ["words.bin"],
        b"".join(map(word, [values[0], values[len(values) // 2], values[-1], len(values), checksum])))
    write("sort", [b""], b"", exit_code=1, name="refused")


def json_field():
    document = get("json", "order.json")
    parsed = json.loads(document)

    def case(path, text, name):
        value = parsed
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert json.loads(text) == value and text in document
        digest = sha256(sha256(document) + sha256(path.encode()) + sha256(text))
        write("json", ["order.json", path.encode()], digest, name=name)

    case("user.address.city", rb'"Z\u00fcrich"', "expected")
    case("items.2.price", b"1.2e3", "expected-array")
    write("json", ["order.json", b"user.address.planet"], b"", exit_code=1, name="refused")
    write("json", [document[:-3], b"order"], b"", exit_code=1, name="refused-truncated")


def merkle():
    leaves = [f"account {i}: {i * i} tokens".encode() for i in range(64)]
    levels = [[sha256(b"\0" + leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([sha256(b"\1" + below[i] + below[i + 1]) for i in range(0, len(below), 2)])
    root = levels[-1][0]
    index = 37
    siblings = b"".join(level[(index >> height) ^ 1] for height, level in enumerate(levels[:-1]))
    put("merkle", "root.bin", root)
    put("merkle", "leaf.txt", leaves[index])
    put("merkle", "path.bin", word(index) + siblings)
    write("merkle", ["root.bin", "leaf.txt", "path.bin"], root[:24] + word(index) + word(len(levels) - 1))
    write("merkle", ["root.bin", b"account 37: 1000000 tokens", "path.bin"], b"", exit_code=1, name="refused")


def keccak256(data):
    mask = 2**64 - 1
    rotations = [[0, 36, 3, 41, 18], [1, 44, 10, 45, 2], [62, 6, 43, 15, 61], [28, 55, 25, 21, 56], [27, 20, 39, 8, 14]]
    turn = lambda v, n: (v << n | v >> (64 - n)) & mask if n else v
    lanes = [[0] * 5 for _ in range(5)]
    rate = 136
    padded = bytearray(data) + bytearray(rate - len(data) % rate)
    padded[len(data)] ^= 1
    padded[-1] ^= 0x80
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i:start + 8 * i + 8], "little")
        register = 1
        for _ in range(24):
            c = [l[0] ^ l[1] ^ l[2] ^ l[3] ^ l[4] for l in lanes]
            d = [c[x - 1] ^ turn(c[(x + 1) % 5], 1) for x in range(5)]
            b = [[0] * 5 for _ in range(5)]
            for x in range(5):
                for y in range(5):
                    b[y][(2 * x + 3 * y) % 5] = turn(lanes[x][y] ^ d[x], rotations[x][y])
            for x in range(5):
                for y in range(5):
                    lanes[x][y] = b[x][y] ^ (~b[(x + 1) % 5][y] & mask & b[(x + 2) % 5][y])
            # The round constants are bits of a shift register.
            for j in range(7):
                if register & 1:
                    lanes[0][0] ^= 1 << ((1 << j) - 1)
                register = register << 1 ^ (register >> 7) * 0x171
    return b"".join(lanes[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


def notary():
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    source = random.Random(20261121)
    rows = ["date,account,amount,balance"]
    balance = 0
    while sum(len(row) + 1 for row in rows) < 64_000:
        amount = source.randint(-90_000, 100_000)
        balance += amount
        day = f"2026-{source.randint(1, 12):02}-{source.randint(1, 28):02}"
        rows.append(f"{day},{source.randint(1000, 9999)},{amount / 100:.2f},{balance / 100:.2f}")
    documents = {
        "contract.txt": (HERE.parent / "LICENSE").read_bytes(),
        "ledger.csv": ("\n".join(rows) + "\n").encode(),
        "minutes.md": b"# Minutes\n\nThe ledger was read and approved. The contract was signed.\n",
        "annex.txt": b"",
    }
    level = []
    for name, data in documents.items():
        level.append(keccak256(b"\0" + sha256(data)))
    while len(level) > 1:
        level = [
            keccak256(b"\1" + level[i] + level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    # The folder of inputs of the second one is a link to that of the first.
    for name, data in documents.items():
        put("notary", name, data)
    for example in ("notary", "notary-in-vm"):
        write(example, [word(len(documents)), *documents], level[0])


def chunks():
    text = "".join(f"{i:07} {sha256(str(i).encode()).hex()[:55]}\n" for i in range(100)).encode()
    assert len(text) == 6400
    total = bytes(32)
    for start in range(0, len(text), 64):
        total = bytes(a ^ b for a, b in zip(total, sha256(text[start:start + 64])))
    put("chunks", "lines.txt", text)
    write("chunks", [word(64), "lines.txt"], total)


fibonacci()
sha()
sort()
json_field()
merkle()
notary()
chunks()
