/*
 * Leases, acknowledgements and members: one PostgreSQL server, a node that vouches from memory, a revoker, reapers.
 *
 * One session is revoked. The database holds a bit for that (`committed`: the log has it) and a row for each time the node has
 * joined. The node holds in memory whether it knows the session as alive (`known`), which it read from the database, and one atomic
 * pair (applied, deadline). With SET it holds a set of what has ended instead, which only grows (`ended`).
 *
 * A step is what others can notice: a statement of SQL, a load or store of shared memory, a read of the clock. Any delay may lie
 * between two steps, so a stopped process, a slow server and a cut cable need no steps of their own, and a process that is killed
 * is one that makes no further step.
 *
 * Promised:
 *   P   a request that begins after a revoker has answered is not accepted      assert(!began)
 *   P+  the clock read that decides "accept" lies before that answer            assert(!decided)
 *   N   nobody is refused for a revocation that is not committed (SET)          assert(committed)
 * ONLY_P leaves P+ out. Each MUT_... breaks one rule.
 */

#ifndef L
#define L 1                     /* how long a lease lasts */
#endif
#define W L                     /* how long one waits for leases to run out; all clocks run alike here, so it needs no allowance */
#ifndef T
#define T 2                     /* the last instant */
#endif
#ifndef ROWS
#define ROWS 2                  /* how often the node can join; a row is never used twice */
#endif

#define ABSENT   0
#define ACTIVE   1
#define EXPELLED 2
#define NO_ROW   ROWS

byte now;                       /* what all clocks show */

/* The database. */
bool committed;                 /* the head of the log: 1 when the revocation is in it */
byte state[ROWS];
bool acked[ROWS];               /* applied_seq */
byte joined;                    /* rows given out */

/* The memory of the node. */
#ifdef SET
bool ended;
#else
bool known;
bool current;                   /* the generation that the reader took is still that of memory: nothing was taken out since */
#endif
bool applied;                   /* one pair: stored and loaded together. A deadline in ns is never the same as an earlier one, ... */
byte deadline;                  /* ... so that it can do alone. Instants are coarse here. */

bool answered;                  /* a revoker has answered 200 */

proctype Clock() {
    do
    :: now < T -> now++
    od
}

/* ---------------------------------------------------------------- memory */

#ifdef SET

#define VOUCHES (!ended)

inline take_out() {
    ended = true
}

#else

#define VOUCHES known

inline take_out() {
#ifdef MUT_GENERATION_STAYS
    known = false
#else
    d_step { known = false; current = false }
#endif
}

/* A check that does not find the session reads its record, and puts it into memory if that has the generation of before. */
proctype Reader() {
    do
#ifdef MUT_GENERATION_LATE
    :: !committed ->
       current = true;
#else
    :: current = true;
       !committed;
#endif
       atomic { known = (known || current); current = false }
    od
}

#endif

/* It is taken out early: by the revoker, if this is its node, or because a notification tells of it. The pair stays as it is. */
proctype EarlyNews() {
    atomic {
#ifndef MUT_EARLY_UNCOMMITTED
        committed ->
#endif
        take_out()
    }
}

/* ---------------------------------------------------------------- the lease task */

inline publish(seq, until) {
    d_step { applied = seq; deadline = until }
}

/* Takes out of memory what the log has and no turn has taken out before. The first turn begins at the start of the log. */
inline apply() {
    atomic {
#ifdef MUT_KEEPS_MEMORY
        told = told || (head && joined == 1 && deadline == 0);
#endif
        if
        :: head && !told -> take_out(); told = true
        :: else
        fi
    }
}

inline delete(r) {
    d_step { state[r] = ABSENT; acked[r] = 0 }
}

/* ACK, or BEAT, which writes the same number. Either may be lost. */
inline acknowledge() {
    atomic {
        if
        :: acked[row] = (head && state[row] != ABSENT)
        :: skip
        fi
    }
}

/* Expelled, or leaving: first no lease, then no row. A set of what has ended stays. */
inline retire() {
#ifdef MUT_DELETE_FIRST
    delete(row);
    atomic { publish(applied, 0); row = NO_ROW }
#else
#ifdef MUT_SET_EMPTIED
    ended = false;
#endif
    publish(applied, 0);
    atomic { delete(row); row = NO_ROW }
#endif
}

#ifdef MUT_NO_MEMBER_CHECK
#define MEMBER true
#else
#define MEMBER (state[row] == ACTIVE)
#endif

proctype Lease() {
    byte row = NO_ROW, sent;
    bool head, told;

    do
#ifdef MUT_JOIN_LATE
    :: atomic { row == NO_ROW && joined < ROWS -> sent = now };
       head = committed;
       atomic { row = joined; joined++; state[row] = ACTIVE };
       goto reply
#else
    :: atomic { row == NO_ROW && joined < ROWS -> row = joined; joined++; state[row] = ACTIVE }     /* JOIN */
#endif
    :: atomic { row != NO_ROW -> sent = now };
       if                                                   /* RENEW: own row and log in one snapshot */
       :: atomic { !MEMBER -> sent = 0 };
          retire()
       :: atomic { MEMBER -> head = committed };
reply:
#ifdef MUT_DEADLINE_RECV
          sent = now;
#endif
#if defined(MUT_ACK_EARLY)
          acknowledge();
          apply();
          publish(head, sent + L);
#elif defined(MUT_ACK_BEFORE_PUBLISH)
          apply();
          acknowledge();
          publish(head, sent + L);
#elif defined(MUT_EXTEND_BEFORE_APPLY)
          publish(head, sent + L);
          apply();
          acknowledge();
#else
          apply();
          publish(head, sent + L);
          acknowledge();
#endif
          atomic { head = 0; sent = 0 }                     /* what is over is forgotten: fewer states */
       fi
    :: row != NO_ROW -> retire(); break                     /* LEAVE */
    od
}

/* ---------------------------------------------------------------- the hot path */

#ifdef MUT_CLOCK_FIRST          /* the clock, then memory, then the deadline of that moment */
#define LOAD      d = now
#define LEASE     (d < deadline)
#else
#define LOAD      a = applied; d = deadline
#ifdef MUT_UNPAIRED             /* memory, then the clock against the deadline of that moment */
#define LEASE     (now < deadline)
#else
#define LEASE     (now < d)
#endif
#endif

#if defined(MUT_CLOCK_FIRST) || defined(MUT_UNPAIRED) || defined(MUT_NO_RECHECK)
#define SAME_PAIR true
#else
#define SAME_PAIR (a == applied && d == deadline)
#endif

#define FORGET    began = 0; decided = 0; a = 0; d = 0

proctype Verifier() {
    bool began, decided, a;
    byte d;

    do
    :: atomic { began = answered; LOAD };
again:
       if
#ifdef SET
       :: atomic { !VOUCHES -> assert(committed); FORGET }  /* 401 */
#else
       :: atomic { !VOUCHES -> FORGET }                     /* the database is asked */
#endif
       :: else ->
          if
          :: atomic { !LEASE -> FORGET }                    /* 503 */
          :: atomic { LEASE -> decided = answered };
             if
             :: atomic {
                    SAME_PAIR ->                            /* accepted */
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

#ifdef MUT_SKIP_EXPELLED
#define MISSES(r) (state[r] == ACTIVE && !acked[r])
#else
#define MISSES(r) (state[r] != ABSENT && !acked[r])
#endif
#ifdef MUT_ROWS_BEFORE_COMMIT
#define PENDING(r) (member[r] && MISSES(r))
#else
#define PENDING(r) MISSES(r)
#endif
#if ROWS == 2
#define ANY_PENDING (PENDING(0) || PENDING(1))
#elif ROWS == 3
#define ANY_PENDING (PENDING(0) || PENDING(1) || PENDING(2))
#endif

/* It may die at any point. Then the call comes again, with the same request id, and finds the revocation in the log. */
proctype Revoker() {
    byte t_c;
#ifdef MUT_ROWS_BEFORE_COMMIT
    bool member[2];
#endif

    do
    ::
#ifdef MUT_ROWS_BEFORE_COMMIT
       atomic { member[0] = (state[0] != ABSENT); member[1] = (state[1] != ABSENT) };
#endif
#ifdef MUT_TIMER_EARLY
       t_c = now;
#endif
       if
       :: atomic { !committed -> committed = true }         /* REVOKE */
       :: committed
#ifdef MUT_SECOND_EARLY
          -> answered = true; break
#endif
       fi;
#ifndef MUT_TIMER_EARLY
       t_c = now;
#endif
       if
       :: atomic { !ANY_PENDING -> answered = true }; break         /* WAITCHECK */
#ifdef MUT_W_SHORT
       :: atomic { now >= t_c + W - 1 -> answered = true }; break
#else
       :: atomic { now >= t_c + W -> answered = true }; break       /* the timer */
#endif
       :: t_c = 0                                                   /* dies */
       fi
    od
}

/* ---------------------------------------------------------------- the reapers */

/* For each row somebody who may expel it at any time. Whom it suspects matters for speed only: see beat.pml. */
proctype Reaper(byte r) {
    byte t_e;

#ifdef MUT_REAPER_CLOCK_EARLY
    t_e = now;
#endif
    atomic { state[r] == ACTIVE -> state[r] = EXPELLED };   /* EXPEL */
#ifndef MUT_REAPER_CLOCK_EARLY
    t_e = now;
#endif
#ifndef MUT_REAP_NOWAIT
    now >= t_e + W || state[r] == ABSENT;
#endif
    atomic { delete(r); t_e = 0 }                           /* REAP */
}

#ifdef MUT_JOIN_ASYNC
/* The server crashes, and a row that was committed without waiting for the disk is gone. */
proctype Crash() {
    atomic { state[0] == ACTIVE -> delete(0) }
}
#endif

init {
    atomic {
        run Clock();
        run Revoker();
        run Reaper(0);
        run Reaper(1);
#if ROWS == 3
        run Reaper(2);
#endif
        run Verifier();
        run EarlyNews();
#ifndef SET
        run Reader();
#endif
#ifdef MUT_JOIN_ASYNC
        run Crash();
#endif
        run Lease()
    }
}
