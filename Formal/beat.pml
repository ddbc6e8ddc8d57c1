/*
 * Nodes that have nothing to do keep their rows.
 *
 * An instant is the time within which each node beats once; here it cannot pass before they all have. Somebody watches each row.
 *
 * Promised: K  a node that beats in time is not expelled          assert(!expelled)
 */

#define L 3                     /* how long a lease lasts: nodes renew and beat three times as often */
#ifndef T
#define T 8                     /* the last instant */
#endif
#ifdef MUT_SUSPECTS_EARLY
#define PATIENCE 1
#else
#define PATIENCE (2 * L)
#endif

byte now;
byte beat[3];                   /* of each row */
bool due[3];                    /* it has not beaten in this instant */

proctype Clock() {
    do
    :: d_step { now < T && !due[0] && !due[1] && !due[2] ->
           now++; due[0] = true; due[1] = true; due[2] = true
       }
    od
}

proctype Node(byte i) {
    do
    :: d_step { due[i] ->
           due[i] = false;
#ifndef MUT_NO_BEAT
           beat[i]++                                        /* BEAT */
#endif
       }
    od
}

proctype Watcher(byte i) {
    byte seen, since;
    bool expelled;

    do
    :: atomic { beat[i] != seen -> seen = beat[i]; since = now }
    :: atomic { now >= since + PATIENCE ->                  /* EXPEL ... AND beat = seen */
#ifndef MUT_EXPELS_UNSEEN
           expelled = (beat[i] == seen);
#else
           expelled = true;
#endif
           assert(!expelled)
       }
    od
}

init {
    atomic {
        run Clock();
        run Node(0);
        run Node(1);
        run Node(2);
        run Watcher(0);
        run Watcher(1);
        run Watcher(2)
    }
}
