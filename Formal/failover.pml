/*
 * An old primary that goes on answering, and a standby that takes its place.
 *
 * Server OLD replicates to server NEW, synchronously: a write on OLD is over when a shipment has carried it to NEW. NEW may be
 * promoted at any time. From then on nothing is shipped, and OLD lives on, cut off from NEW but not from those who talk to it. The
 * node and the revoker talk to OLD or, once it is promoted, to NEW, and change between them as they like.
 *
 * A write that waits for a shipment may be cancelled, and OLD may restart. Then OLD shows the write, and NEW may never have it.
 *
 * The log has room for two revocations: ours, and another one that only takes up a number. The node's row is on both servers from
 * the start; core.pml has the life of rows. P and P+ are promised as in core.pml.
 */

#ifndef L
#define L 1                     /* how long a lease lasts */
#endif
#define W L
#ifndef T
#define T 2                     /* the last instant */
#endif

#define OLD   0
#define NEW   1
#define NONE  2

#define OTHER 1                 /* what the log holds; 0 is nothing */
#define OURS  2

byte now;                       /* what all clocks show */

typedef Server {
    byte log[2];
    byte written;               /* how much of the log is written ... */
    byte visible;               /* ... and how much of that others can see */
    byte acked                  /* applied_seq in the node's row */
};
Server server[2];
bool promoted;
bool nodeWaits, revokerWaits;   /* for a shipment */

/* The memory of the node, as in core.pml. */
#ifdef SET
bool ended;
#else
bool known, current;
#endif
byte home = NONE;               /* the server that it is about */
byte applied, deadline;         /* the pair */
byte granted = NONE;            /* by this server: tells two grants of one instant apart, as ns would */

bool answered;                  /* the revoker has answered 200 */

proctype Clock() {
    do
    :: now < T -> now++
    od
}

/* ---------------------------------------------------------------- the servers */

proctype Replication() {
    do
    :: d_step { !promoted ->
           server[NEW].log[0] = server[OLD].log[0];
           server[NEW].log[1] = server[OLD].log[1];
           server[NEW].written = server[OLD].written;
           server[NEW].visible = server[OLD].written;
           server[NEW].acked = server[OLD].acked;
           nodeWaits = false;
           revokerWaits = false
       }
    :: d_step { !promoted -> promoted = true };
       break
    od
}

/* What is written on OLD can be seen there: it was shipped, or its wait was cancelled, or OLD has restarted. */
proctype Visibility() {
    do
    :: d_step { server[OLD].visible < server[OLD].written -> server[OLD].visible++ }
    od
}

/* The next number can be taken when the one before it is visible: until then the head row is locked. */
#define UNLOCKED(s) (server[s].visible == server[s].written && server[s].written < 2)

#ifdef MUT_ASYNC
#define WAITS(s) false
#else
#define WAITS(s) (s == OLD)
#endif

inline append(s, what) {
    server[s].log[server[s].written] = what;
    server[s].written++;
    server[s].visible = (WAITS(s) -> server[s].visible : server[s].written)
}

proctype OtherRevoker() {
    d_step { UNLOCKED(OLD) -> append(OLD, OTHER) }
}

#define HAS(s, number) (server[s].visible >= number && server[s].log[number - 1] == OURS)

/* ---------------------------------------------------------------- memory */

#ifdef SET

#define VOUCHES (!ended)

inline take_out() {
    ended = true
}

#else

#define VOUCHES known

inline take_out() {
    d_step { known = false; current = false }
}

/* It may be connected to either server. What it reads from another than the lease's is good for nothing. */
proctype Reader() {
    byte at;

    do
    :: current = true;
       if
       :: atomic { !HAS(OLD, 1) && !HAS(OLD, 2) -> at = OLD }
       :: atomic { promoted && !HAS(NEW, 1) && !HAS(NEW, 2) -> at = NEW }
       fi;
#ifdef MUT_FOREIGN_RECORD
       atomic { known = (known || current); current = false; at = 0 }
#else
       atomic { known = (known || (current && at == home)); current = false; at = 0 }
#endif
    od
}

#endif

/* ---------------------------------------------------------------- the lease task */

#define FORGET_RENEWAL at = 0; from = 0; told = 0; sent = 0; head = 0; found = 0

inline read() {
    atomic {
        head = server[at].visible;
        found = (from < 1 && HAS(at, 1)) || (from < 2 && HAS(at, 2))
    }
}

/* The beat, with the number that was applied before. */
inline write() {
#ifdef MUT_RENEWAL_READONLY
    skip
#else
    atomic {
        server[at].acked = (told > server[at].acked -> told : server[at].acked);
        nodeWaits = WAITS(at)
    };
    if
    :: !nodeWaits
#ifdef MUT_RENEWAL_IGNORES_WARNING
    :: nodeWaits = false
#else
    :: atomic { nodeWaits = false; FORGET_RENEWAL; goto next }      /* cancelled, or the connection is lost: no lease */
#endif
    fi
#endif
}

proctype Lease() {
    byte at, from, told, sent, head;
    bool found;

next:
    atomic {
        if
        :: at = OLD
        :: promoted -> at = NEW
        fi;
        from = (at == home -> applied : 0);     /* another server, other numbers: the whole log is read, ... */
        told = (at == home -> applied : 0);     /* ... and nothing is acknowledged that was not read there */
#ifdef MUT_NO_REREAD
        from = applied;
#endif
#ifdef MUT_FOREIGN_ACK
        told = applied;
#endif
        sent = now
    };
    if                                          /* RENEW, in either order */
    :: read(); write()
    :: write();
#ifdef MUT_SENT_BETWEEN
       sent = now;
#endif
       read()
    fi;
    atomic {
        if
        :: found -> take_out()
#if !defined(SET) && !defined(MUT_NO_REREAD)
        :: !found && at != home -> take_out()       /* without a set, everything is */
#endif
        :: else
        fi;
        home = at                                   /* in one step: no record of another server may come in between */
    };
    d_step { applied = head; deadline = sent + L; granted = at };
    atomic {                                    /* ACK, which may be lost */
        if
        :: server[at].acked = (head > server[at].acked -> head : server[at].acked)
        :: skip
        fi;
        FORGET_RENEWAL
    };
    goto next
}

/* ---------------------------------------------------------------- the hot path */

#define LOAD      a = applied; d = deadline; g = granted
#define SAME_PAIR (a == applied && d == deadline && g == granted)
#define FORGET    began = 0; decided = 0; a = 0; d = 0; g = 0

proctype Verifier() {
    bool began, decided;
    byte a, d, g;

    do
    :: atomic { began = answered; LOAD };
again:
       if
       :: atomic { !VOUCHES -> FORGET }         /* 401, or the database is asked */
       :: else ->
          if
          :: atomic { now >= d -> FORGET }      /* 503 */
          :: atomic { now < d -> decided = answered };
             if
             :: atomic {
                    SAME_PAIR ->                /* accepted */
                    assert(!began);
#ifndef ONLY_P
                    assert(!decided);
#endif
                    FORGET
                }
             :: atomic { !SAME_PAIR -> decided = 0; LOAD };
                goto again
             fi
          fi
       fi
    od
}

/* ---------------------------------------------------------------- the revoker */

#define FORGET_CALL at = 0; number = 0; t_c = 0

proctype Revoker() {
    byte at, number, t_c;

next:
    atomic {
        if
        :: at = OLD
        :: promoted -> at = NEW
        fi
    };
    atomic {                                    /* REVOKE */
        if
        :: HAS(at, 1) -> number = 1
        :: HAS(at, 2) -> number = 2
        :: !HAS(at, 1) && !HAS(at, 2) && UNLOCKED(at) -> append(at, OURS); number = server[at].written; revokerWaits = WAITS(at)
        fi;
#ifndef MUT_RETRY_READONLY
        revokerWaits = WAITS(at)                /* a call that finds it in the log writes, too: who writes nothing waits for nothing */
#endif
    };
    if
    :: atomic { !revokerWaits && number <= server[at].visible -> t_c = now }
#ifdef MUT_REVOKE_IGNORES_WARNING
    :: atomic { revokerWaits = false; t_c = now }
#else
    :: atomic { revokerWaits = false; FORGET_CALL; goto next }      /* cancelled, or the connection is lost: the outcome is unknown */
#endif
    fi;
    if
    :: server[at].acked >= number               /* WAITCHECK */
    :: now >= t_c + W                           /* the timer */
    :: atomic { FORGET_CALL; goto next }        /* dies, and the call comes again */
    fi;
    answered = true
}

init {
    atomic {
        run Clock();
        run Replication();
        run Visibility();
        run OtherRevoker();
        run Revoker();
        run Verifier();
#ifndef SET
        run Reader();
#endif
        run Lease()
    }
}
