#!/usr/bin/env python3
"""A worker for Pulse in nothing but Python's standard library, as docs/workers.md describes it.

usage: worker.py DEFINITION.ROLE... -- PROGRAM [ARGUMENT...]

Runs the program for each round of these roles: its standard input is the round, and what it writes to standard output is the
round's output, both JSON. An abort ends it with its process group. PULSE_URL says where Pulse is, PULSE_TOKEN is a token for it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL, TOKEN = os.environ.get("PULSE_URL", "http://127.0.0.1:3000"), os.environ.get("PULSE_TOKEN")
HEADERS = {"content-type": "application/json", **({"authorization": f"Bearer {TOKEN}"} if TOKEN else {})}
HOST, PID = socket.gethostname(), os.getpid()
LEASE_MS, GRACE_S = 10_000, 2
running = leaving = False


def call(procedure, **body):
    data = json.dumps({"worker": f"{HOST}/{PID}", **body}).encode()
    request = Request(f"{URL}/api/trpc/round.{procedure}", data, HEADERS)
    with urlopen(request, timeout=5 + body.get("waitMs", 0) / 1000) as response:
        return json.load(response)["result"]["data"]


def insist(procedure, **body):
    """Calls until the server is there. What it refuses, it would refuse again: that gives nothing."""
    while True:
        try:
            return call(procedure, **body)
        except OSError as error:
            if isinstance(error, HTTPError) and error.code in (400, 401, 403, 404, 412):
                return print(error.read().decode(), file=sys.stderr)
            time.sleep(1)


def signal_group(process, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def stop(process):
    begun, how = time.monotonic(), "SIGTERM"
    signal_group(process, signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        how = "SIGKILL"
        signal_group(process, signal.SIGKILL)
        process.wait()
    return {"outcome": "stopped", "how": how, "tookMs": round((time.monotonic() - begun) * 1000)}


def watch(process, lease):
    """Says that the round is alive until its program has ended. An abort is the answer to that, in the moment it happens."""
    heard_at = time.monotonic()
    while process.poll() is None:
        try:
            must_stop = call("heartbeat", leaseMs=LEASE_MS, waitMs=500, **lease)["abort"]
            heard_at = time.monotonic()
        except OSError:  # Nobody has answered for as long as a lease is: the round may be somebody else's.
            must_stop = time.monotonic() - heard_at > LEASE_MS / 1000
            time.sleep(0.5)
        if (must_stop or leaving) and process.poll() is None:
            return stop(process)


def describe(process, output):
    if process.returncode != 0:
        return {"outcome": "failed", "error": f"exited with code {process.returncode}"}
    output.seek(0)
    try:
        return {"outcome": "succeeded", "output": json.loads(output.read(200_000) or "null")}
    except ValueError as error:
        return {"outcome": "failed", "error": f"wrote no JSON, or more than 200,000 characters: {error}"}


def run(claimed, program):
    lease = {"key": claimed["key"], "epoch": claimed["epoch"]}
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as output:
        given.write(json.dumps(claimed))
        given.seek(0)
        process = subprocess.Popen(program, stdin=given, stdout=output, start_new_session=True)
        stopped = watch(process, lease)
        signal_group(process, signal.SIGKILL)  # Nothing outlives its round.
        insist("report", round=claimed["round"], **lease, **(stopped or describe(process, output)))


def leave(*_):
    """Told to end, the worker gives its round back for another to run, or has none and ends at once."""
    global leaving
    leaving = True
    if not running:
        sys.exit()


if __name__ == "__main__":
    if "--" not in sys.argv[2:-1]:
        sys.exit(__doc__)
    split = sys.argv.index("--")
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    while not leaving:
        claim = insist("claim", host=HOST, pid=PID, roles=sys.argv[1:split], leaseMs=LEASE_MS, waitMs=25_000) or sys.exit(1)
        running = claim["round"] is not None
        if running:
            run(claim["round"], sys.argv[split + 1 :])
        running = False
