// argon2 THREADS SECONDS PASSWORD: how many times libargon2 alone verifies it in that time, and nanoseconds of CPU for each.

#define _GNU_SOURCE
#include <argon2.h>
#include <err.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { threads_max = 256 };

static pthread_barrier_t barrier;
static char encoded[256], *password;
static int64_t seconds;

struct thread { pthread_t id; int64_t count, late, cpu; };

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void verify(void) {
    if (argon2id_verify(encoded, password, strlen(password)) != ARGON2_OK) errx(1, "a right password was refused");
}

static void *run(void *argument) {
    struct thread *thread = argument;
    verify();
    pthread_barrier_wait(&barrier);
    int64_t end = now(CLOCK_MONOTONIC) + seconds * INT64_C(1000000000), cpu = now(CLOCK_THREAD_CPUTIME_ID);
    while (!thread->late) {
        verify();
        if (now(CLOCK_MONOTONIC) > end) thread->late++;
        else thread->count++;
    }
    thread->cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 4) errx(64, "argon2 THREADS SECONDS PASSWORD");
    long threads = atol(argv[1]);
    if (threads < 1 || threads > threads_max) errx(64, "THREADS must be 1 to %d", threads_max);
    seconds = atoll(argv[2]);
    password = argv[3];
    const char salt[16] = "0123456789abcde";
    if (argon2id_hash_encoded(2, 19456, 1, password, strlen(password), salt, sizeof salt, 32, encoded, sizeof encoded))
        errx(1, "hashing failed");
    pthread_barrier_init(&barrier, NULL, threads);
    static struct thread made[threads_max];
    for (long index = 0; index < threads; index++)
        if (pthread_create(&made[index].id, NULL, run, &made[index])) errx(1, "no thread");
    int64_t count = 0, late = 0, cpu = 0;
    for (long index = 0; index < threads; index++) {
        pthread_join(made[index].id, NULL);
        count += made[index].count;
        late += made[index].late;
        cpu += made[index].cpu;
    }
    printf("%lld %lld\n", (long long)count, (long long)(cpu / (count + late)));
}
