"""People who log in and end sessions, and probes that check tokens on every node without a pause."""

import collections
import itertools
import random
import re
import select
import socket
import threading
import time

from cluster import RECOVERY_SECONDS
from history import SECOND, Revocation, Token, now

from client import Client, Person, new_password  # of BlackBoxTests
from wire import Closed, Malformed

ACCOUNTS = 8
REVOKERS = 24
LOGGERS = 6
KINDS = {"one": 56, "logout": 22, "others": 12, "all": 8, "password": 2}
REPEATED, TWICE = 0.2, 0.1

BATCH = 32
CONNECTIONS_MAX = 80
ANSWER_SECONDS = 15
REMEMBERED = 400
FORGOTTEN_SECONDS = 120
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Rate:
    """So many a second, for all threads together. What was missed is not made up for."""

    def __init__(self, a_second):
        self.interval = 1 / a_second
        self.next = time.monotonic()
        self.mutex = threading.Lock()

    def seconds_to_wait(self):
        with self.mutex:
            moment = time.monotonic()
            self.next = max(self.next + self.interval, moment - self.interval)
            return max(0, self.next - moment)


class Tokens:
    """Which tokens there are to ask for. The tuples are replaced, never changed: any thread may read them."""

    def __init__(self):
        self.mutex = threading.Lock()
        self.live = ()
        self.begun = ()  # the last ones, in the order in which they were handed out
        self.ended = ()  # the last ones, in the order in which they ended
        self.elders = ()  # some that ended long ago
        self.number = 0

    def next_number(self):
        with self.mutex:
            self.number += 1
            return self.number

    def add(self, token):
        with self.mutex:
            self.live += (token,)
            self.begun = (*self.begun[-64:], token)

    def drop(self, tokens):
        """They are neither known to live nor known to have ended."""
        with self.mutex:
            self.live = tuple(token for token in self.live if token not in tokens)

    def end(self, tokens):
        gone = set(tokens)
        with self.mutex:
            self.live = tuple(token for token in self.live if token not in gone)
            if len(self.ended) >= 2 * REMEMBERED:
                self.elders = (self.elders + self.ended[:REMEMBERED:8])[-REMEMBERED:]
                self.ended = self.ended[REMEMBERED:]
            self.ended += tuple(tokens)


class Account:
    """Somebody, and the lock that keeps a change of the password apart from log-ins."""

    def __init__(self, node):
        self.person = Person(node.server).sign_up()
        self.mutex = threading.Lock()

    @property
    def name(self):
        return self.person.username


class People:
    """Log-ins and revocations of every kind."""

    def __init__(self, cluster, checker, seed, options, lifetime, kinds):
        self.cluster, self.checker = cluster, checker
        self.tokens = Tokens()
        self.generator = random.Random(f"{seed} people")
        self.shortest, self.longest = lifetime
        self.kinds = kinds
        self.logins, self.revocations = Rate(options.logins), Rate(options.revocations)
        self.accounts = [Account(cluster.nodes[0]) for _ in range(ACCOUNTS)]
        self.due = {}  # token: when it may be revoked
        self.latencies = {True: [], False: []}  # in seconds, by whether it was calm
        self.errors = []
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self.go, args=(work, seeded(seed, work.__name__, number)), daemon=True)
            for work, count in ((self.log_in, LOGGERS), (self.revoke, REVOKERS))
            for number in range(count)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)

    def go(self, work, generator):
        while not self.stopping.is_set():
            try:
                work(generator)
            except Exception as error:  # A fault of the harness must be seen, and must not end the load.
                self.errors.append(f"{type(error).__name__}: {error}")
                time.sleep(0.5)

    @staticmethod
    def attempt(action):
        """The answer; None when there was none."""
        try:
            return action()
        except (OSError, Closed, Malformed):
            return None

    # Logging in

    def log_in(self, generator):
        if self.stopping.wait(self.logins.seconds_to_wait()):
            return
        number = generator.randrange(len(self.accounts))
        account, node = self.accounts[number], self.cluster.some_node(generator)
        client = Client(node.server)
        if not account.mutex.acquire(timeout=5):
            return
        try:
            asked = now()
            response = self.attempt(lambda: client.login(account.person.email, account.person.password))
            answered = now()
        finally:
            account.mutex.release()
            client.disconnect()
        if response is not None and response.status == 200:
            self.keep(account, client.session["id"], client.token, node, asked, answered, generator)
        elif response is not None and response.status in (401, 429):
            # Log-ins that a fault has cut off count as failures; after ten the account has to wait.
            self.replace(number, account)

    def keep(self, account, session, text, node, asked, answered, generator):
        token = Token(self.tokens.next_number(), account.name, session, asked, answered, text)
        self.checker.logged_in(token, node.number)
        self.due[token] = time.monotonic() + generator.uniform(self.shortest, self.longest)
        self.tokens.add(token)
        return token

    def replace(self, number, account):
        """Makes another account instead of one that nobody can log in to."""
        fresh = self.attempt(lambda: Account(self.cluster.some_node(random)))
        if fresh and self.accounts[number] is account:
            self.accounts[number] = fresh
            self.tokens.drop({token for token in self.tokens.live if token.account == account.name})

    # Revoking

    def revoke(self, generator):
        if self.stopping.wait(self.revocations.seconds_to_wait()):
            return
        moment = time.monotonic()
        due = [token for token in self.tokens.live if self.due.get(token, 0) <= moment]
        if not due:
            return
        victim = generator.choice(due)
        kind = generator.choices(list(self.kinds), self.kinds.values())[0]
        siblings = [
            token for token in self.tokens.live
            if token.account == victim.account and token.session != victim.session and token.in_doubt is None
        ]  # fmt: skip
        if kind == "logout" or not siblings:
            kind, by = "logout", victim
        else:
            by = generator.choice(siblings)
        # Whoever else would choose it waits, so that most revocations are of tokens that nothing is known to cover.
        self.due[victim] = moment + 5
        nodes = [self.cluster.some_node(generator)]
        if generator.random() < TWICE and kind != "password":
            nodes.append(generator.choice([node for node in self.cluster.nodes if node not in nodes] or nodes))
        others = [threading.Thread(target=self.ask, args=(kind, victim, by, node), daemon=True) for node in nodes[1:]]
        for other in others:
            other.start()
        self.ask(kind, victim, by, nodes[0])
        if generator.random() < REPEATED and kind != "password":
            self.ask(kind, victim, by, self.cluster.some_node(generator))
        for other in others:
            other.join()

    def ask(self, kind, victim, by, node):
        """One request, told to the checker before and after."""
        client = Client(node.server, cookies={"token": by.text})
        session = victim.session if kind in ("one", "logout") else by.session
        account = next((account for account in self.accounts if account.name == by.account), None)
        if kind == "password":
            if account and account.mutex.acquire(timeout=5):
                try:
                    self.change_password(account, by, node, client)
                finally:
                    account.mutex.release()
            return
        actions = {
            "one": lambda: client.revoke(session),
            "logout": client.logout,
            "others": lambda: client.post("/api/sessions/revoke-others"),
            "all": lambda: client.post("/api/sessions/revoke-all"),
        }
        revocation, response = self.tell(kind, session, by, node, actions[kind])
        client.disconnect()
        if response is not None and response.status == 401:
            self.tokens.drop({by})  # It lives no more, by whatever was not answered.

    def tell(self, kind, session, by, node, action):
        was_calm = self.cluster.is_calm()
        revocation = Revocation(kind, by.account, session, by, node.number, now())
        self.checker.begin(revocation)
        response = self.attempt(action)
        answered = now()
        self.tokens.end(self.checker.complete(revocation, answered, response and response.status))
        if revocation.succeeded:
            self.latencies[was_calm and self.cluster.is_calm()].append((answered - revocation.asked) / SECOND)
        return revocation, response

    def change_password(self, account, by, node, client):
        person, new, generator = account.person, new_password(), random
        body = {"currentPassword": person.password, "newPassword": new}
        revocation, response = self.tell(
            "password", by.session, by, node, lambda: client.post("/api/account/password", body)
        )
        client.disconnect()
        if revocation.succeeded:
            person.password = new
            self.keep(account, by.session, client.token, node, revocation.asked, revocation.answered, generator)
        elif response is None or response.status >= 500:
            self.replace(self.accounts.index(account), account)  # Nobody knows which password it has.

    def tidy(self):
        """Forgets what is long over."""
        before = now() - FORGOTTEN_SECONDS * SECOND
        for name in list(self.checker.tokens):
            self.checker.forget(name, before)
        live = set(self.tokens.live)
        self.due = {token: moment for token, moment in list(self.due.items()) if token in live}


def seeded(*seed):
    return random.Random(" ".join(map(str, seed)))


class Batch:
    """Requests that were sent together, on a connection of their own while they last."""

    __slots__ = ("socket", "tokens", "asked", "sent", "buffer")

    def __init__(self, connection):
        self.socket, self.tokens, self.buffer = connection, collections.deque(), b""
        self.asked = self.sent = 0

    def send(self, tokens, host):
        self.tokens.extend(tokens)
        data = b"".join(
            b"GET /api/auth/verify HTTP/1.1\r\nHost: %b\r\nCookie: token=%b\r\n\r\n" % (host, token.text.encode())
            for token in tokens
        )
        self.sent = time.monotonic()
        self.asked = now()
        self.socket.sendall(data)

    def receive(self):
        """The answers that have come, each with the instant at which its last byte was there."""
        data = self.socket.recv(262_144)
        if not data:
            raise Closed
        answered = now()
        buffer, position, results = self.buffer + data, 0, []
        while self.tokens and (end := buffer.find(b"\r\n\r\n", position)) >= 0:
            status = int(buffer[position + 9 : position + 12])
            length = LENGTH.search(buffer, position, end) if status != 204 else None
            after = end + 4 + (int(length[1]) if length else 0)
            if after > len(buffer):
                break
            results.append((self.tokens.popleft(), answered, status))
            position = after
        self.buffer = buffer[position:]
        return results


class Probe(threading.Thread):
    """Checks tokens on one node; those that were just handed out, or whose end was just answered, at once."""

    def __init__(self, node, tokens, checker, seed, rate, in_flight, volley):
        super().__init__(daemon=True)
        self.node, self.tokens, self.checker = node, tokens, checker
        self.generator = seeded(seed, "probe", node.number)
        self.rate = Rate(rate / BATCH)
        self.in_flight, self.volley = in_flight, volley
        self.idle, self.busy = [], {}
        self.poll = select.epoll()
        self.volleys_due = collections.deque()
        self.last_begun = self.last_ended = None
        self.next_batch = 0.0
        self.stopping = False
        self.counts = {"well": 0, "well and unavailable": 0, "unanswered": 0, "unsent": 0}
        self.host = f"127.0.0.1:{node.server.port}".encode()

    def stop(self):
        self.stopping = True
        self.join(5)

    def run(self):
        while not self.stopping:
            self.notice()
            self.ask()
            for descriptor, _ in self.poll.poll(0.002):
                self.take(self.busy[descriptor])
            self.give_up()
        for batch in [*self.busy.values(), *self.idle]:
            batch.socket.close()

    # Asking

    def notice(self):
        """Looks for tokens that have begun or ended since it looked last."""
        begun, ended = self.tokens.begun, self.tokens.ended
        self.volleys_due += [[token] for token in self.since(self.last_begun, begun)]
        self.volleys_due.extendleft([token] * self.volley for token in self.since(self.last_ended, ended))
        self.last_begun, self.last_ended = (begun or (None,))[-1], (ended or (None,))[-1]

    @staticmethod
    def since(last, tokens):
        return list(itertools.takewhile(lambda token: token is not last, reversed(tokens)))

    def ask(self):
        # Where a node does not answer, new tokens leave room for those that have ended: these come first.
        while self.volleys_due and len(self.busy) < CONNECTIONS_MAX // (1 if self.volleys_due[0][1:] else 4):
            self.send(self.volleys_due.popleft())
        if len(self.busy) < self.in_flight and time.monotonic() >= self.next_batch:
            self.next_batch = time.monotonic() + self.rate.seconds_to_wait()
            if mixture := self.mixture():
                self.send(mixture)

    def mixture(self):
        live, ended, elders = self.tokens.live, self.tokens.ended, self.tokens.elders
        instant = now() - SECOND
        fresh = [token for token in ended[-24:] if token.ended > instant]
        chosen = self.generator.choices(fresh, k=BATCH // 2) if fresh else []
        chosen += self.generator.choices(live, k=BATCH // 4) if live else []
        chosen += self.generator.choices(elders, k=2) if elders else []
        chosen += self.generator.choices(ended[-REMEMBERED:], k=BATCH - len(chosen)) if ended else []
        self.generator.shuffle(chosen)
        return chosen

    def send(self, tokens):
        try:
            batch = self.idle.pop() if self.idle else Batch(self.connect())
        except OSError:
            self.counts["unsent"] += len(tokens)
            self.next_batch = time.monotonic() + 0.05
            return
        try:
            batch.send(tokens, self.host)
        except OSError:
            self.counts["unanswered"] += len(batch.tokens)
            batch.socket.close()
            return
        self.busy[batch.socket.fileno()] = batch
        self.poll.register(batch.socket, select.EPOLLIN)

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.node.server.port), timeout=0.5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    # Answers

    def take(self, batch):
        try:
            results = batch.receive()
        except (OSError, Closed):
            return self.lose(batch)
        if results:
            self.checker.checks(self.node.number, batch.asked, results)
            if self.node.is_well() and time.monotonic() - batch.sent < RECOVERY_SECONDS:
                self.counts["well"] += len(results)
                self.counts["well and unavailable"] += sum(status == 503 for _, _, status in results)
        if not batch.tokens:
            self.poll.unregister(batch.socket)
            del self.busy[batch.socket.fileno()]
            self.idle.append(batch)

    def lose(self, batch):
        self.counts["unanswered"] += len(batch.tokens)
        self.poll.unregister(batch.socket)
        del self.busy[batch.socket.fileno()]
        batch.socket.close()

    def give_up(self):
        if len(self.busy) > 2:
            limit = time.monotonic() - ANSWER_SECONDS
            for batch in [batch for batch in self.busy.values() if batch.sent < limit]:
                self.lose(batch)
