// The system's own header <sys/timex.h> would make `timeval` a type of this module, and Swift would look for it here.
struct timex;
extern int adjtimex(struct timex *);

// What the kernel says of its clock (adjtimex(2)): 5, TIME_ERROR, when nothing keeps it right; -1 when it does not say. Nothing is set.
static inline int clock_state(void) {
    long none[64] = {0};
    return adjtimex((struct timex *)none);
}
