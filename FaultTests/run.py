"""Runs nodes under faults and judges every answer: see README.md."""

import argparse
import os
import random
import sys
import time
from contextlib import ExitStack

from cluster import Cluster, has_fail_points
from history import ACCEPTED, REFUSED, UNAVAILABLE, Checker, now
from nemeses import NEMESES, Conductor
from scenarios import ORDINARY, SCENARIOS
from workload import KINDS, People, Probe

import failover
from client import Client  # of BlackBoxTests

BREAK_SECONDS = 60
PROGRESS_SECONDS = 10


def arguments():
    parser = argparse.ArgumentParser(prog="script/fault-test", description="Faults, and a checker of every answer.")
    add = parser.add_argument
    add("--minutes", type=float, default=5, help="how long (default: 5)")
    add("--seed", type=int, help="what chooses the faults (default: one by chance)")
    add("--nodes", type=int, default=3, help="how many servers (default: 3)")
    add("--break", dest="broken", metavar="RULE", choices=[*SCENARIOS, failover.RULE], help="expect a violation of it within 60 s")
    add("--nemesis", action="append", metavar="NAME", help="only these; `none` for none (default: all)")
    add("--no-stops", action="store_true", help="no self-stops at fail points")
    add("--sessiond", metavar="PATH", help="the server (default: SESSIOND, or .build/debug/sessiond)")
    add("--rate", type=float, default=3000, help="checks a second at most, of all nodes together (default: 3000)")
    add("--logins", type=float, default=10, help="log-ins a second at most (default: 10)")
    add("--revocations", type=float, default=10, help="revocations a second at most (default: 10)")
    add("--history", metavar="FILE", help="write every operation to a file, which history.py judges again")
    return parser.parse_args()


class Run:
    """The parts of one run, from the start of the nodes to the verdict."""

    def __init__(self, options, history):
        self.options = options
        self.seed = random.randrange(10**6) if options.seed is None else options.seed
        self.scenario = SCENARIOS[options.broken] if options.broken else ORDINARY
        self.checker = Checker(self.report, history)
        self.begun = time.monotonic()
        self.first_violation = None
        self.cluster = Cluster(self.environments(), self.scenario.stop_seconds, random.Random(f"{self.seed} stops"))
        self.conductor = self.people = None
        self.probes = []

    def environments(self):
        """What each node is started with."""
        scenario, has_points = self.scenario, has_fail_points() and not self.options.no_stops
        requests = [
            scenario.faults(self.options.broken, with_points=has_points and number < scenario.stopping_nodes)
            for number in range(self.options.nodes)
        ]
        print(f"seed {self.seed}, {requests[0] or 'no fail points'}", flush=True)
        return [{"SESSIOND_FAULTS": request or None, "LOG_LEVEL": "notice"} for request in requests]

    def start(self):
        options, scenario = self.options, self.scenario
        self.cluster.start()
        self.people = People(self.cluster, self.checker, self.seed, options, scenario.lifetime, scenario.kinds)
        rate = options.rate / options.nodes
        for node in self.cluster.nodes:
            limits = rate, scenario.in_flight, scenario.volley
            self.probes.append(Probe(node, self.people.tokens, self.checker, self.seed, *limits))
        names = {nemesis.__name__: nemesis for nemesis in NEMESES}
        chosen = [names[name] for name in options.nemesis or names if name != "none"]
        nemeses = [scenario.nemesis] if scenario.nemesis else chosen
        rest = (0.3, 1) if options.broken else (1, 6)
        self.conductor = Conductor(self.cluster, random.Random(f"{self.seed} nemeses"), nemeses, rest)
        self.begun = time.monotonic()
        self.people.start()
        for part in [*self.probes, self.conductor]:
            part.start()

    @property
    def elapsed(self):
        return time.monotonic() - self.begun

    def report(self, text):
        self.first_violation = self.first_violation or self.elapsed
        print(f"[{self.elapsed:.1f} s, seed {self.seed}, during {self.conductor.active}] {text}", flush=True)

    def go(self):
        seconds = BREAK_SECONDS if self.options.broken else 60 * self.options.minutes
        told = 0
        while self.elapsed < seconds and not (self.options.broken and self.checker.violations):
            if self.elapsed - told >= PROGRESS_SECONDS:
                told = self.elapsed
                self.people.tidy()
                print(self.progress(), flush=True)
            time.sleep(0.2)

    def progress(self):
        counts = self.checker.counts
        figures = {
            "pairs": counts["pairs"],
            "checks": counts["verifications"],
            "revocations": counts["revocations"],
            "accepted": counts[ACCEPTED],
            "refused": counts[REFUSED],
            "503": counts[UNAVAILABLE],
            "live": len(self.people.tokens.live),
            "self-stops": self.cluster.self_stops,
            "violations": len(self.checker.violations),
        }
        texts = [f"{name} {value}" for name, value in figures.items()]
        return f"{self.elapsed:5.0f} s  {'  '.join(texts)}  {'+'.join(self.conductor.active)}"

    def settle(self):
        """Ends the faults; then everything is killed and started again, and every token judged once more."""
        self.cluster.stopping.set()
        self.people.stop()
        self.conductor.join(120)
        for probe in self.probes:
            probe.stop()
        self.cluster.watcher.join()
        if not self.options.broken:
            self.cluster.start_anew()
            self.check_all()

    def check_all(self):
        with self.checker.mutex:
            tokens = [token for group in self.checker.tokens.values() for token in group]
        for node in self.cluster.nodes:
            client = Client(node.server)
            for token in tokens:
                assert self.check(client, node, token), f"node {node.number} does not come back"
            client.disconnect()

    def check(self, client, node, token):
        """Whether a check was answered otherwise than 503 within 5 s."""
        for _ in range(50):
            asked = now()
            status = client.get("/api/auth/verify", cookies=f"token={token.text}").status
            self.checker.check(token, node.number, asked, now(), status)
            if status != UNAVAILABLE:
                return True
            time.sleep(0.1)
        return False

    # At the end

    def summary(self):
        counts, seconds = self.checker.counts, self.elapsed
        print(f"\nseed {self.seed}: {seconds:.0f} s, {counts['logins']} log-ins, {counts['revocations']} revocations")
        print(f"  pairs: {counts['pairs']}, {counts['pairs'] / seconds:.0f} a second;", end=" ")
        print(f"{counts['fresh pairs']} within a second of the answer")
        print(f"  checks: {counts['verifications']}, {counts['verifications'] / seconds:.0f} a second;", end=" ")
        print(f"accepted {counts[ACCEPTED]}, refused {counts[REFUSED]}, 503 {counts[UNAVAILABLE]},", end=" ")
        print(f"unanswered {sum(probe.counts['unanswered'] for probe in self.probes)}")
        for kind in KINDS:
            answers = {
                str(name).split()[1]: count for name, count in counts.items() if str(name).startswith(f"{kind} ")
            }
            print(f"  {kind}: {', '.join(f'{status} {answers[status]}' for status in sorted(answers))}")
        self.tell_latencies()
        print(f"  nemeses: {self.conductor.times}, self-stops: {self.cluster.self_stops}")
        self.tell_errors("harness", self.people.errors + self.conductor.errors)
        self.tell_errors("died by itself", self.cluster.deaths)
        print(f"  violations: {len(self.checker.violations)}", flush=True)

    def tell_latencies(self):
        for is_calm, when in ((True, "without"), (False, "with")):
            if times := sorted(1000 * time for time in self.people.latencies[is_calm]):
                median, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
                print(f"  {len(times)} revocations {when} faults:", end=" ")
                print(f"median {median:.0f} ms, p99 {p99:.0f} ms, longest {times[-1]:.0f} ms")
        if well := sum(probe.counts["well"] for probe in self.probes):
            lost = sum(probe.counts["well and unavailable"] for probe in self.probes)
            print(f"  checks on healthy nodes: {well}, {100 - 100 * lost / well:.4f} % of them answered other than 503")

    @staticmethod
    def tell_errors(what, errors):
        for text in dict.fromkeys(errors):
            print(f"  {what} ({errors.count(text)}): {text}")

    @property
    def verdict(self):
        if self.options.broken:
            return tell(self.options.broken, self.first_violation)
        return 1 if self.checker.violations or self.cluster.deaths else 0


def tell(rule, seen_after):
    """The exit status of a run that had to see something."""
    print(f"break@{rule}:", f"seen after {seen_after:.1f} s" if seen_after else "NOT SEEN", flush=True)
    return 0 if seen_after else 1


def main():
    options = arguments()
    sys.setswitchinterval(0.0005)
    if options.sessiond:
        os.environ["SESSIOND"] = os.path.abspath(options.sessiond)
    if options.broken and not has_fail_points():
        sys.exit("this server has no fail points: build it with --traits FaultInjection")
    if options.broken == failover.RULE:
        return tell(failover.RULE, failover.seen_after())
    with ExitStack() as stack:
        history = stack.enter_context(open(options.history, "w")) if options.history else None
        run = Run(options, history)
        stack.callback(run.cluster.close)
        run.start()
        run.go()
        run.settle()
        run.summary()
        return run.verdict


if __name__ == "__main__":
    sys.exit(main())
