"""Does anything grow? Run by hand or at night: python soak.py [--seconds 7200]

A mixed load at a steady rate; memory, descriptors and the size of the data are sampled. After a third of the time for warming
up, memory may grow by 1 MB an hour at most, descriptors not at all, and the write-ahead log stays below 64 MB.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from pathlib import Path

from client import Client, Person
from server import Server

WORKERS = 4
PAUSE_SECONDS = 0.02
SAMPLE_SECONDS = 5
ALLOWED_BYTES_AN_HOUR = 1_000_000
ALLOWED_LOG_BYTES = 64_000_000


def work(server, person, seed, until):
    """Signs in, looks around, ends sessions, and makes mistakes."""
    generator = random.Random(seed)
    client = person.login()
    while time.monotonic() < until:
        kind = generator.choices(["check", "list", "page", "turnover", "nonsense", "stream"], [60, 10, 5, 3, 10, 2])[0]
        if kind == "check":
            assert client.get("/api/auth/verify").status == 204
        elif kind == "list":
            client.sessions()
        elif kind == "page":
            assert client.open("/settings/security").status == 200
        elif kind == "turnover":
            other = person.login()
            assert client.revoke(other.session["id"]).status == 204
            assert other.me().status == 401
            other.disconnect()
        elif kind == "nonsense":
            stranger = Client(server)
            stranger.get("/api/auth/me", cookies="token=x.y.z")
            stranger.request("POST", "/api/auth/login", body="{", headers={"Content-Type": "application/json"})
            stranger.disconnect()
        else:
            with client.events() as stream:
                assert stream.status == 200
        time.sleep(PAUSE_SECONDS)
    client.logout()
    client.disconnect()


def sample(server):
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    log = max((path.stat().st_size for path in server.data.rglob("*-wal")), default=0)
    return {
        "at": time.monotonic(),
        "memory": pages * os.sysconf("SC_PAGE_SIZE"),
        "descriptors": len(os.listdir(f"/proc/{server.pid}/fd")),
        "log": log,
    }


def slope_an_hour(samples, what):
    """Least squares, in units an hour."""
    times = [each["at"] for each in samples]
    values = [each[what] for each in samples]
    mean_time, mean_value = sum(times) / len(times), sum(values) / len(values)
    spread = sum((moment - mean_time) ** 2 for moment in times)
    return 3600 * sum((moment - mean_time) * (value - mean_value) for moment, value in zip(times, values)) / spread


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=7_200)
    seconds = parser.parse_args().seconds

    server, samples = Server(), []
    try:
        pid, until = server.pid, time.monotonic() + seconds
        people = [Person(server).sign_up() for _ in range(WORKERS)]
        threads = [
            threading.Thread(target=work, args=(server, person, seed, until)) for seed, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            samples.append(sample(server))
            time.sleep(SAMPLE_SECONDS)
        assert server.is_alive() and server.pid == pid
    finally:
        server.close()

    warm = samples[len(samples) // 3 :]
    result = {
        "memory_bytes": warm[-1]["memory"],
        "memory_bytes_an_hour": round(slope_an_hour(warm, "memory")),
        "descriptors": [min(each["descriptors"] for each in warm), max(each["descriptors"] for each in warm)],
        "log_bytes_max": max(each["log"] for each in warm),
    }
    print(json.dumps(result, indent=2))
    faults = []
    if result["memory_bytes_an_hour"] > ALLOWED_BYTES_AN_HOUR:
        faults.append("memory grows")
    if slope_an_hour(warm, "descriptors") > 5:
        faults.append("descriptors grow")
    if result["log_bytes_max"] > ALLOWED_LOG_BYTES:
        faults.append("the write-ahead log grows")
    sys.exit("; ".join(faults) or 0)


if __name__ == "__main__":
    main()
