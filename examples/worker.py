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
import threading
import time
import urllib.error
import urllib.request

URL, TOKEN = os.environ.get("PULSE_URL", "http://127.0.0.1:3000"), os.environ.get("PULSE_TOKEN")
HEADERS = {"content-type": "application/json", **({"authorization": f"Bearer {TOKEN}"} if TOKEN else {})}
HOST, PID = socket.gethostname(), os.getpid()
LEASE_MS, GRACE_S = 10_000, 2
busy, leaving = threading.Event(), threading.Event()


def call(procedure, **body):
    data = json.dumps({"worker": f"{HOST}/{PID}", **body}).encode()
    request = urllib.request.Request(f"{URL}/api/trpc/round.{procedure}", data, HEADERS)
    with urllib.request.urlopen(request, timeout=40) as response:
        return json.load(response)["result"]["data"]


def insist(procedure, **body):
    """Calls until the server is there. What it refuses, it would refuse again."""
    while True:
        try:
            return call(procedure, **body)
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError) and error.code in (400, 401, 403, 404, 412):
                sys.exit(error.read().decode()) if procedure == "claim" else print(error.read().decode(), file=sys.stderr)
                return None
            time.sleep(1)


def signal_all(process, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def stop(process):
    begun, how = time.monotonic(), "SIGTERM"
    signal_all(process, signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        how = "SIGKILL"
    signal_all(process, signal.SIGKILL)
    process.wait()
    return {"outcome": "stopped", "how": how, "tookMs": round((time.monotonic() - begun) * 1000)}


def watch(process, lease, stops, lock):
    """Tells that the round is alive, and stops it when it must not go on, or when nobody has answered for as long as a lease is."""
    heard_at = time.monotonic()
    while process.poll() is None:
        try:
            must_stop = call("heartbeat", leaseMs=LEASE_MS, waitMs=LEASE_MS // 3, **lease)["abort"]
            heard_at = time.monotonic()
        except OSError:
            must_stop = time.monotonic() - heard_at > LEASE_MS / 1000
            time.sleep(0.5)
        with lock:
            if must_stop and process.poll() is None:
                stops.append(stop(process))


def describe(process, output):
    if process.returncode != 0:
        return {"outcome": "failed", "error": f"exited with code {process.returncode}"}
    output.seek(0)
    try:
        return {"outcome": "succeeded", "output": json.loads(output.read(200_000) or "null")}
    except ValueError as error:
        return {"outcome": "failed", "error": f"wrote no JSON, or more than 200,000 characters: {error}"}


def run(claimed, program):
    lease = {name: claimed[name] for name in ("key", "epoch")}
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as output:
        given.write(json.dumps(claimed))
        given.seek(0)
        process = subprocess.Popen(program, stdin=given, stdout=output, start_new_session=True)
        stops, lock = [], threading.Lock()  # The lock is held for as long as it takes to stop the program.
        threading.Thread(target=watch, args=(process, lease, stops, lock), daemon=True).start()
        while process.poll() is None and not leaving.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
        with lock:
            if process.poll() is None:  # This worker is to end, so another shall run the round.
                stops.append(stop(process))
            signal_all(process, signal.SIGKILL)  # Nothing outlives its round.
            insist("report", round=claimed["round"], **lease, **(stops[0] if stops else describe(process, output)))


def main():
    if "--" not in sys.argv[2:-1]:
        sys.exit(__doc__)
    split = sys.argv.index("--")
    roles, program = sys.argv[1:split], sys.argv[split + 1 :]
    signal.signal(signal.SIGTERM, lambda *_: leaving.set() if busy.is_set() else sys.exit())
    while not leaving.is_set():
        claimed = insist("claim", host=HOST, pid=PID, roles=roles, leaseMs=LEASE_MS, waitMs=25_000)["round"]
        if claimed:
            busy.set()
            run(claimed, program)
            busy.clear()


if __name__ == "__main__":
    main()
