"""What goes wrong: each nemesis does one thing for some seconds and puts it right again."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

LEASES = "application_name = 'sessiond lease'"
SHORTEST_SECONDS, LONGEST_SECONDS = 1, 10
POLL = "7"  # the system call that the thread of the lease sleeps in


def pause(cluster, generator, seconds):
    """SIGSTOP and SIGCONT of a node."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        node.pause()
        cluster.sleep(seconds)
        node.go_on()


def kill(cluster, generator, seconds):
    """kill -9 of a node, and its restart."""
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        cluster.kill(node)
        cluster.sleep(seconds)
        node.go_on()
        cluster.restart(node)


def swallow(cluster, generator, seconds):
    """A link that lets nothing pass and tells nobody."""
    broken_link(cluster, generator, seconds, "swallow")


def cut(cluster, generator, seconds):
    """A link that resets its connections and refuses new ones."""
    broken_link(cluster, generator, seconds, "cut")


def delay(cluster, generator, seconds):
    """A link that is slow, in each direction."""
    broken_link(cluster, generator, seconds, "delay", generator.uniform(0.1, 3) / 2)


def delay_unevenly(cluster, generator, seconds):
    """A link that is slow for the lease and fast for all else, or the other way round."""
    slow = generator.uniform(0.1, 3) / 2
    broken_link(cluster, generator, seconds, "delay", *generator.choice([(slow, 0), (0, slow)]))


def broken_link(cluster, generator, seconds, *order):
    node = generator.choice(cluster.nodes)
    with cluster.trouble([node]):
        node.link.do(*order)
        cluster.sleep(seconds)
        node.link.do("mend")


def terminate_leases(cluster, generator, seconds):
    """pg_terminate_backend of the connections that renew leases, again and again."""
    terminate(cluster, generator, seconds, LEASES)


def terminate_all(cluster, generator, seconds):
    """pg_terminate_backend of all connections, again and again."""
    terminate(cluster, generator, seconds, "true")


def terminate(cluster, generator, seconds, condition):
    with cluster.trouble(cluster.nodes):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            cluster.terminate_backends(condition)
            if not cluster.sleep(generator.uniform(0.1, 2)):
                return


def kill_postmaster(cluster, generator, seconds):
    """kill -9 of PostgreSQL's first process, and a new start."""
    with cluster.trouble(cluster.nodes):
        cluster.kill_postmaster()
        cluster.sleep(seconds / 2)
        cluster.start_postmaster()


def long_transaction(cluster, generator, seconds):
    """A transaction that has written to a table of its own and is in no hurry."""
    script = (
        f"CREATE TABLE IF NOT EXISTS unrelated (number INTEGER); BEGIN; INSERT INTO unrelated VALUES (1);"
        f"SELECT pg_sleep({seconds}); COMMIT;"
    )
    with cluster.trouble([]):
        subprocess.run(["psql", cluster.database.url(), "-qAtXc", script], capture_output=True, timeout=seconds + 60)


def stop_backend(cluster, generator, seconds):
    """SIGSTOP of one of PostgreSQL's processes that serve the nodes."""
    with cluster.trouble(cluster.nodes):
        if not (found := cluster.backends("true")):
            return
        process = generator.choice(found)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
            cluster.sleep(min(seconds, 2))
            os.kill(process, signal.SIGCONT)


NEMESES = [
    pause, kill, swallow, cut, delay, delay_unevenly, terminate_leases, terminate_all, kill_postmaster,
    long_transaction, stop_backend,
]  # fmt: skip

# A server cannot start while processes of the last one are left, and a stopped one is.
APART = {stop_backend, kill_postmaster}


class Conductor(threading.Thread):
    """Calls nemeses up, alone and in pairs, as a seed has it."""

    def __init__(self, cluster, generator, nemeses, rest):
        super().__init__(daemon=True)
        self.cluster, self.generator = cluster, generator
        self.nemeses = nemeses
        self.rest = rest
        self.active = []
        self.times = {}
        self.errors = []

    def run(self):
        while self.nemeses and self.cluster.sleep(self.generator.uniform(*self.rest)):
            chosen = self.generator.sample(self.nemeses, min(self.generator.choice([1, 2]), len(self.nemeses)))
            if set(chosen) == APART:
                chosen.pop()
            threads = [
                threading.Thread(target=self.play, args=(nemesis, self.generator.getrandbits(64)), daemon=True)
                for nemesis in chosen
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def play(self, nemesis, seed):
        generator = type(self.generator)(seed)
        seconds = generator.uniform(SHORTEST_SECONDS, LONGEST_SECONDS)
        self.active.append(nemesis.__name__)
        try:
            nemesis(self.cluster, generator, seconds)
        except Exception as error:  # A fault of the harness must be seen, and must not end the run.
            self.errors.append(f"{nemesis.__name__}: {type(error).__name__}: {error}")
        finally:
            self.active.remove(nemesis.__name__)
            self.times[nemesis.__name__] = self.times.get(nemesis.__name__, 0) + 1


# Which threads of a stopped node run first when it goes on


def lease_thread(process):
    """The thread that renews the lease: it sleeps in poll() whenever nothing happens."""
    seen = {}
    for _ in range(30):
        for task in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):
                if (task / "syscall").read_text().split()[0] == POLL:
                    seen[int(task.name)] = seen.get(int(task.name), 0) + 1
        time.sleep(0.02)
    return max(seen, key=seen.get, default=None)


def prefer(process, thread, is_first):
    """Puts all threads of a process on one processor, and one of them before, or after, all others."""
    for number in threads(process):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(number, {0})
            os.setpriority(os.PRIO_PROCESS, number, 0 if (number == thread) == is_first else 19)


def treat_alike(process):
    """Undoes that."""
    for number in threads(process):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(number, range(os.cpu_count()))
            os.setpriority(os.PRIO_PROCESS, number, 0)


def threads(process):
    return [int(task.name) for task in Path(f"/proc/{process}/task").iterdir()]
