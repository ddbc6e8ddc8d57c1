/*
 * The log and its readers: does a cursor miss a row?
 *
 * Each writer adds one row, in a transaction that may be rolled back and made again. A poll reads, in one snapshot, all rows beyond
 * its cursor, and moves the cursor. When the server crashes, transactions that are running are gone, and so is what is not on disk.
 *
 * Promised:
 *   C   a poll reads every row that it can see and that no earlier poll has read        assert(!missed)
 *   D   the rows that it can see are numbered 1, 2, 3, ... without a gap                assert(!gap)
 *
 * The numbers come from a counter row, which stays locked to the end of the transaction. With MUT_SEQUENCE they come from a sequence.
 * With XMIN a row carries the id of its transaction, and the cursor is the oldest id that was running; it is thrown away when the
 * server crashes, but for MUT_CURSOR_KEPT. Only the counter promises D.
 */

#ifndef WRITERS
#define WRITERS 3
#endif
#ifndef T
#define T 5                     /* the last number that is drawn */
#endif

#define IDLE      0
#define RUNNING   1
#define COMMITTED 2             /* and visible */

byte status[WRITERS];
byte number[WRITERS];
bool durable[WRITERS];
bool seen[WRITERS];

byte drawn;                     /* the last number that was drawn */
byte running;                   /* how many transactions */
byte cursor;

#if !defined(XMIN) && !defined(MUT_SEQUENCE)
#define COUNTER
#define MAY_DRAW (running == 0)                             /* the row lock */
#else
#define MAY_DRAW true
#endif

proctype Writer(byte i) {
    do
    :: d_step { status[i] == IDLE && drawn < T && MAY_DRAW ->
           drawn++; number[i] = drawn; status[i] = RUNNING; running++
       }
    :: d_step { status[i] == RUNNING ->                     /* COMMIT */
#ifndef MUT_ASYNC_COMMIT
           durable[i] = true;                               /* otherwise at some later time; here the crash comes first */
#endif
           status[i] = COMMITTED; running--
       }
    :: d_step { status[i] == RUNNING ->                     /* ROLLBACK: only a counter takes the number back */
#ifdef COUNTER
           drawn--;
#endif
           number[i] = 0; status[i] = IDLE; running--
       }
    od
}

proctype Crash() {
    byte i;

    do
    :: d_step {
           drawn = 0; running = 0;                          /* the next number, or id, follows from what is on disk */
           for (i : 0 .. WRITERS - 1) {
               if
               :: durable[i] -> drawn = (number[i] > drawn -> number[i] : drawn)
               :: else -> status[i] = IDLE; number[i] = 0; seen[i] = false
               fi
           }
           i = 0;
#if defined(XMIN) && !defined(MUT_CURSOR_KEPT)
           cursor = 0
#endif
       }
    od
}

proctype Poll() {
    byte i, rows, next;
    bool missed, gap;

    do
    :: d_step {
#ifdef XMIN
           next = drawn + 1;
#else
           next = cursor;
#endif
           for (i : 0 .. WRITERS - 1) {
               if
               :: status[i] == COMMITTED ->
                  rows++;
#ifdef XMIN
                  seen[i] = seen[i] || number[i] >= cursor;
#else
                  seen[i] = seen[i] || number[i] > cursor;
                  next = (number[i] > next -> number[i] : next);
#endif
                  missed = missed || !seen[i]
#ifdef XMIN
               :: status[i] == RUNNING -> next = (number[i] < next -> number[i] : next)
#endif
               :: else
               fi
           }
           assert(!missed);
           cursor = next;
#if defined(COUNTER) && !defined(MUT_ASYNC_COMMIT)
           gap = (rows != cursor);
           assert(!gap);
#endif
           i = 0; rows = 0; next = 0
       }
    od
}

init {
    byte i;

    atomic {
        for (i : 0 .. WRITERS - 1) {
            run Writer(i)
        }
        i = 0;
        run Crash();
        run Poll()
    }
}
