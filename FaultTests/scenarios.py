"""One scenario for each rule of the protocol: what shows, within a minute, that a build breaks it.

A build with the package trait FaultInjection breaks a rule where SESSIOND_FAULTS has `break@RULE`, stops itself at a
point where it has `stop@POINT=PROBABILITY`, and lets one task wait there where it has `hold@POINT=PROBABILITY`.
"""

from dataclasses import dataclass, field

from nemeses import lease_thread, prefer, treat_alike
from workload import KINDS

# Every check passes the first points, every renewal the next ones, every revocation the last one.
POINTS = {
    "verify.loaded": 5e-6,
    "verify.found": 5e-6,
    "verify.clocked": 5e-6,
    "verify.accepted": 5e-6,
    "lease.asked": 1e-3,
    "lease.answered": 1e-3,
    "lease.applied": 1e-3,
    "lease.granted": 1e-3,
    "revoke.committed": 1e-2,
}


@dataclass
class Scenario:
    nemesis: object
    stops: dict = field(default_factory=dict)  # probabilities by point
    holds: dict = field(default_factory=dict)
    stopping_nodes: int = 99  # how many nodes have these points, from the first one on
    stop_seconds: tuple = (0.2, 5.0)
    lifetime: tuple = (0.3, 8.0)  # of tokens, in seconds
    kinds: dict = field(default_factory=lambda: {"one": 70, "logout": 30})
    volley: int = 16
    in_flight: int = 6

    def faults(self, broken, with_points):
        """The value of SESSIOND_FAULTS."""
        faults = [f"break@{broken}"] if broken else []
        for kind, points in (("stop", self.stops), ("hold", self.holds)) if with_points else ():
            faults += [f"{kind}@{point}={probability}" for point, probability in points.items()]
        return ",".join(faults)


def lose_a_node(cluster, generator, seconds):
    """A node does not hear of what has ended, and does hear requests, while its lease lasts."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        if generator.random() < 0.5:
            node.link.do("swallow")
        else:
            node.pause()
        cluster.sleep(generator.uniform(0.5, 2))
        node.go_on()
        node.link.do("mend")


def slow_link(cluster, generator, seconds):
    """What a node says arrives in time, and it learns late that it has."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        node.link.do("delay", generator.uniform(0.1, 0.3))
        cluster.sleep(4)
        node.link.do("mend")


def slow_records(cluster, generator, seconds):
    """The lease's connection is fast, and records are under way for a while."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        node.link.do("delay", generator.uniform(0.2, 0.4), 0)
        cluster.sleep(8)
        node.link.do("mend")


def outsleep_lease(cluster, generator, seconds, lease_first):
    """The first node sleeps for longer than its lease; then the lease is renewed before, or after, checks go on."""
    node = cluster.nodes[0]
    with cluster.trouble([node]):
        thread = lease_thread(node.server.pid)
        node.pause()
        prefer(node.server.pid, thread, lease_first)
        # Checks go on while the answer to the renewal is under way.
        node.link.do("delay", 0, 0.1)
        cluster.sleep(generator.uniform(4.2, 5))
        node.go_on()
        cluster.sleep(1.5)
        node.link.do("mend")
        treat_alike(node.server.pid)


def lease_first(cluster, generator, seconds):
    outsleep_lease(cluster, generator, seconds, True)


def lease_last(cluster, generator, seconds):
    outsleep_lease(cluster, generator, seconds, False)


def outsleep_membership(cluster, generator, seconds):
    """A node sleeps until it is expelled and forgotten; then it hears of nothing for moments."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        node.pause()
        cluster.sleep(13)
        node.go_on()
        for _ in range(5):
            cluster.sleep(1.5)
            node.link.do("swallow")
            cluster.sleep(1.5)
            node.link.do("mend")


def nothing(cluster, generator, seconds):
    """The fail points do it."""
    cluster.sleep(seconds)


ORDINARY = Scenario(None, POINTS, lifetime=(0.3, 15), kinds=KINDS)

SCENARIOS = {
    "wait": Scenario(lose_a_node),
    # Longer than a revocation waits: what had been answered before the sleep is granted after it.
    "deadline": Scenario(nothing, {"lease.answered": 0.02}, stop_seconds=(3.4, 4.5)),
    "acknowledgement": Scenario(slow_link),
    "pairing": Scenario(lease_first, holds={"verify.lapsed": 1}, stopping_nodes=1),
    "order": Scenario(lease_last, {"lease.answered": 0.6}, 1, (0.02, 0.15)),
    "membership": Scenario(outsleep_membership),
    "generation": Scenario(slow_records, lifetime=(0.1, 0.9), volley=3),
}
