#include <maxminddb.h>

// The C library declares it only for _GNU_SOURCE, which is not set where Swift imports that library.
extern int memfd_create(const char *name, unsigned int flags);
