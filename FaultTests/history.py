"""What was asked and answered, and whether the promise was kept: judged as it happens, in time linear in what happened.

A revocation cannot be undone, so no order has to be searched for. Two rules suffice:

- **safety**: once a revocation that covers a token was answered, no request that begins later is accepted with it;
- **no false log-outs**: a token is refused only when a revocation that may cover it was asked for before.

All times are nanoseconds of CLOCK_BOOTTIME, which every process of a machine shares.
"""

import sys
import threading
import time
from collections import Counter, defaultdict, deque
from typing import NamedTuple

ACCEPTED, REFUSED, UNAVAILABLE = 204, 401, 503
SECOND = 1_000_000_000

# How long after an answer that tells nothing (none, or 5xx) a revocation may take effect: longer than any fault lasts.
UNKNOWN_SECONDS = 60
KEPT_CHECKS = 12
REPORTS_MAX = 20


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Record(NamedTuple):
    """One operation. `operation` is login, verify, or a kind of revocation: one, logout, others, all, password."""

    operation: str
    account: str
    session: str  # of a revocation: the one it ends (one, logout), spares (others), or that asks (all, password)
    token: int  # of a revocation: the one that asks
    node: int
    asked: int
    answered: int | None  # None: there was no answer
    status: int | None


class Check(NamedTuple):
    node: int
    asked: int
    answered: int
    status: int


class Token:
    """What is known of one token."""

    __slots__ = ("number", "account", "session", "asked", "answered", "in_doubt", "ended", "accepted", "checks", "text")

    def __init__(self, number, account, session, asked, answered, text=""):
        self.number, self.account, self.session = number, account, session
        self.asked, self.answered, self.text = asked, answered, text
        self.in_doubt = None  # when the first revocation that may cover it was asked for
        self.ended = None  # when the first one that covers it was answered
        self.accepted = None  # the accepted check that was asked for last
        self.checks = deque(maxlen=KEPT_CHECKS)


class Revocation:
    """A revocation under way, or over."""

    __slots__ = ("kind", "account", "session", "by", "node", "asked", "answered", "status")

    def __init__(self, kind, account, session, by, node, asked):
        self.kind, self.account, self.session, self.by = kind, account, session, by
        self.node, self.asked = node, asked
        self.answered = self.status = None

    @property
    def succeeded(self):
        return self.status in (200, 204)

    @property
    def open_until(self):
        """Until when it may take effect; None while it is under way."""
        if self.answered is None:
            return None
        is_known = self.status is not None and self.status < 500
        return self.answered if is_known else self.answered + UNKNOWN_SECONDS * SECOND

    def concerns(self, token):
        """Whether it ends this token, if the token is there when it happens."""
        match self.kind:
            case "one" | "logout":
                return token.session == self.session
            case "others":
                return token.session != self.session
            case "all" | "password":
                return True


class Checker:
    """Judges what it is told, in whatever order answers come in. Every method may be called from any thread."""

    def __init__(self, report=None, history=None):
        self.report = report or (lambda text: print(text, file=sys.stderr, flush=True))
        self.history = history
        self.mutex = threading.Lock()
        self.tokens = defaultdict(list)  # by account
        self.revocations = defaultdict(deque)  # by account, those that are told about or may still take effect
        self.counts = Counter()
        self.violations = []
        self.reported = set()

    def logged_in(self, token, node=0):
        """A token was handed out."""
        with self.mutex:
            self.counts["logins"] += 1
            self.write("login", token, token, node, token.asked, token.answered, 200)
            self.tokens[token.account].append(token)
            for revocation in self.revocations[token.account]:
                until = revocation.open_until
                if (
                    revocation.by is not token
                    and revocation.concerns(token)
                    and (until is None or until >= token.asked)
                ):
                    self.doubt(token, revocation.asked)

    def begin(self, revocation):
        """To be told before its first byte is sent."""
        with self.mutex:
            for token in self.tokens[revocation.account]:
                if revocation.concerns(token):
                    self.doubt(token, revocation.asked)
            self.revocations[revocation.account].append(revocation)

    def complete(self, revocation, answered, status):
        """Its answer, with status None when there was none. Gives the tokens that it is the first to have ended."""
        with self.mutex:
            revocation.answered, revocation.status = answered, status
            self.counts["revocations"] += 1
            self.counts[f"{revocation.kind} {status}"] += 1
            self.write(revocation.kind, revocation, revocation.by, revocation.node, revocation.asked, answered, status)
            if not revocation.succeeded:
                return []
            by = revocation.by
            if revocation.kind != "logout" and by.ended is not None and revocation.asked > by.ended:
                self.violate(
                    "a revoked token has revoked", by, Check(revocation.node, revocation.asked, answered, status)
                )
            covered = [
                token
                for token in self.tokens[revocation.account]
                if token.answered <= revocation.asked and revocation.concerns(token)
            ]
            first = [token for token in covered if token.ended is None]
            for token in covered:
                if token.ended is None or answered < token.ended:
                    token.ended = answered
                    if token.accepted and token.accepted.asked > answered:
                        self.violate("accepted after its end", token, token.accepted)
            return first

    def check(self, token, node, asked, answered, status):
        self.checks(node, asked, [(token, answered, status)])

    def checks(self, node, asked, results):
        """Answers to checks that were sent together: (token, answered, status) each."""
        with self.mutex:
            counts = self.counts
            counts["verifications"] += len(results)
            for token, answered, status in results:
                check = Check(node, asked, answered, status)
                token.checks.append(check)
                counts[status] += 1
                if token.ended is not None and asked > token.ended:
                    counts["pairs"] += 1
                    if asked < token.ended + SECOND:
                        counts["fresh pairs"] += 1
                if status == ACCEPTED:
                    if token.accepted is None or asked > token.accepted.asked:
                        token.accepted = check
                    if token.ended is not None and asked > token.ended:
                        self.violate("accepted after its end", token, check)
                elif status == REFUSED:
                    if token.in_doubt is None or token.in_doubt > answered:
                        self.violate("refused, and nobody had asked for its end", token, check)
                elif status != UNAVAILABLE:
                    self.violate("an answer that no check has", token, check)
                if self.history:
                    self.write("verify", token, token, node, asked, answered, status)

    def forget(self, account, before):
        """Drops tokens of an account that ended before an instant, and revocations that are over since then."""
        with self.mutex:
            kept = [token for token in self.tokens[account] if token.ended is None or token.ended >= before]
            dropped = len(self.tokens[account]) - len(kept)
            self.tokens[account] = kept
            revocations = self.revocations[account]
            while revocations and (until := revocations[0].open_until) is not None and until < before:
                revocations.popleft()
            return dropped

    # Within the lock

    @staticmethod
    def doubt(token, asked):
        if token.in_doubt is None or asked < token.in_doubt:
            token.in_doubt = asked

    def violate(self, what, token, check):
        text = f"VIOLATION: {what}\n{self.story(token, check)}"
        self.violations.append(text)
        if (what, token) not in self.reported and len(self.reported) < REPORTS_MAX:
            self.reported.add((what, token))
            self.report(text)

    def story(self, token, check):
        """All that is known of a token, in milliseconds from its end, or else from the judged check."""
        zero = token.ended or check.asked

        def at(instant):
            return "no answer" if instant is None else f"{(instant - zero) / 1e6:+.3f}"

        def line(one):
            return f"node {one.node}  {at(one.asked)} .. {at(one.answered)}  {one.status}"

        covering = [one for one in self.revocations[token.account] if one.concerns(token)]
        lines = [f"token {token.number} of {token.account}, logged in {at(token.asked)} .. {at(token.answered)}"]
        lines += [f"  judged   {line(check)}"]
        lines += [f"  {one.kind:8} {line(one)} by token {one.by.number}" for one in covering[-8:]]
        lines += [f"  check    {line(one)}" for one in token.checks]
        return "\n".join(lines)

    def write(self, operation, subject, token, node, asked, answered, status):
        if self.history:
            record = Record(operation, subject.account, subject.session, token.number, node, asked, answered, status)
            self.history.write("\t".join("" if value is None else str(value) for value in record) + "\n")


def judge(records, report=lambda text: None):
    """Judges a history that is over; gives the checker."""
    checker, tokens, events = Checker(report), {}, []

    def log_in(record):
        tokens[record.token] = Token(record.token, record.account, record.session, record.asked, record.answered)
        checker.logged_in(tokens[record.token], record.node)

    def begin(record, begun):
        by = tokens[record.token]
        begun.append(Revocation(record.operation, record.account, record.session, by, record.node, record.asked))
        checker.begin(begun[0])

    for record in records:
        if record.operation == "login":
            if record.answered is not None:
                events.append((record.answered, 0, log_in, (record,)))
        elif record.operation == "verify":
            if record.answered is not None:
                events.append(
                    (record.answered, 3, lambda record: checker.check(tokens[record.token], *record[4:]), (record,))
                )
        else:
            begun = []
            events.append((record.asked, 1, begin, (record, begun)))
            over = record.answered if record.answered is not None else record.asked
            events.append((over, 2, lambda record, begun, over: checker.complete(begun[0], over, record.status),
                           (record, begun, over)))  # fmt: skip
    for _, _, happen, arguments in sorted(events, key=lambda event: event[:2]):
        happen(*arguments)
    return checker


def read(path):
    """The records of a file that a run has written."""
    with open(path) as file:
        for line in file:
            operation, account, session, *numbers = line.rstrip("\n").split("\t")
            yield Record(operation, account, session, *(int(number) if number else None for number in numbers))


if __name__ == "__main__":
    judged = judge(read(sys.argv[1]), print)
    counts = judged.counts
    print(f"{counts['verifications']} checks, {counts['pairs']} pairs, {len(judged.violations)} violations")
    sys.exit(bool(judged.violations))
