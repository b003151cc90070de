#!/usr/bin/env python3
"""Verifies an export of Pulse's log with nothing of Pulse, as docs/audit.md describes it.

usage: verify_audit.py EXPORT.jsonl [CHECKPOINT PUBLIC_KEY.pem]

Needs Python 3.8 or newer and, for a checkpoint's signature, openssl 3. It remembers every key of the log.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile

ZERO = "0" * 64
HASHED = ("actor", "key", "kind", "occurredAt", "payload", "sequence")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value):
    """RFC 8785: sorted by UTF-16 code units, numbers as JavaScript writes them."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(item)}" for name, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def number(value):
    """Python and JavaScript agree on the digits of a double, and not on when to write an exponent."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) - len(fraction) + len(digits)  # The value is 0.digits times ten to the power of this.
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def read_lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        for text in file:
            line = json.loads(text, parse_int=float)
            if canonical(line) + "\n" != text:
                sys.exit(f"not as Pulse writes it: {text[:80]}")
            yield line


def verify_export(path, checkpoint_size):
    """Returns the seal, and the chain over the log at the checkpoint's size."""
    position, chain, ends, seal = 0, ZERO, {}, None
    passed = ZERO if checkpoint_size == 0 else None
    for line in read_lines(path):
        if seal:
            sys.exit("something comes after the seal")
        if "seal" in line:
            seal = line["seal"]
            continue
        position += 1
        previous, sequence = ends.get(line["key"], (ZERO, 0))
        found = sha256(previous + canonical({name: line[name] for name in HASHED}))
        chain = sha256(chain + found)
        if (position, sequence + 1, found, chain) != tuple(line[name] for name in ("position", "sequence", "hash", "chain")):
            sys.exit(f"position {position} is not as it was written")
        ends[line["key"]] = (found, sequence + 1)
        if position == checkpoint_size:
            passed = chain
    if not seal or (seal["key"], seal["size"], seal["root"]) != (None, position, chain):
        sys.exit(f"the export of the whole log does not end as it should, after position {position}")
    return seal, passed


def read_checkpoint(path, public_key):
    """Returns origin, size and root of a checkpoint, once its signature is verified."""
    with open(path, encoding="utf-8", newline="\n") as file:
        text, _, signatures = file.read().partition("\n\n\u2014 ")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", public_key, "-outform", "DER"], check=True, capture_output=True)
    key_id = hashlib.sha256(f"{origin}\n\x01".encode() + der.stdout[-32:]).digest()[:4]
    for name, _, encoded in (line.partition(" ") for line in signatures.replace("\u2014 ", "").splitlines()):
        signature = base64.b64decode(encoded)
        if name == origin and signature[:4] == key_id and is_signed(text.encode(), signature[4:], public_key):
            return origin, int(size), base64.b64decode(root).hex()
    sys.exit("the checkpoint is not signed by this key")


def is_signed(message, signature, public_key):
    with tempfile.NamedTemporaryFile() as signed, tempfile.NamedTemporaryFile() as signing:
        signed.write(message), signed.flush(), signing.write(signature), signing.flush()
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public_key]
        return subprocess.run([*command, "-in", signed.name, "-sigfile", signing.name], capture_output=True).returncode == 0


def main(export, checkpoint=None, public_key=None):
    origin, size, root = read_checkpoint(checkpoint, public_key) if checkpoint else (None, None, None)
    seal, passed = verify_export(export, size)
    if checkpoint and (origin, root) != (f"pulse/{seal['logId']}", passed):
        sys.exit("the log does not extend the checkpoint")
    print(f"{int(seal['size'])} events, root {seal['root']}{', extends the checkpoint' if checkpoint else ''}")


if __name__ == "__main__":
    main(*sys.argv[1:])
