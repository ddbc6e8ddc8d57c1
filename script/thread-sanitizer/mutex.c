// Tells the thread sanitizer what a contended Mutex of Swift's Synchronization does: preloaded by script/test-long.
//
// On Linux the fast path of a Mutex is atomics in our own code, which the sanitizer sees. The slow path is in the library, where the
// kernel hands the lock over (FUTEX_LOCK_PI): it sees nothing of that, and reports every contended lock as a race. correct.swift
// shows the false alarm without this file and none with it; racing.swift shows that a real race is still found.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Absent in a program that is not watched.
__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

SWIFT void lock_slow(uint32_t thread, SELF self) __asm__(LOCK_SLOW);
SWIFT void unlock_slow(SELF self) __asm__(UNLOCK_SLOW);

typedef SWIFT void (*lock_function)(uint32_t, SELF);
typedef SWIFT void (*unlock_function)(SELF);

static lock_function next_lock;
static unlock_function next_unlock;

__attribute__((constructor)) static void find_next(void) {
    next_lock = (lock_function)dlsym(RTLD_NEXT, LOCK_SLOW);
    next_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK_SLOW);
}

SWIFT void lock_slow(uint32_t thread, SELF self) {
    next_lock(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF self) {
    if (__tsan_release) __tsan_release(self);
    next_unlock(self);
}
