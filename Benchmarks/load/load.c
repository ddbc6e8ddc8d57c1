// load PORT CONNECTIONS RATE SECONDS STATUS, requests on standard input, each after its length.
//
// RATE 0: each connection sends its next request when the last was answered. Else so many requests a second fall due, whatever
// becomes of the earlier ones, and each goes out on the first connection that is free. Ends early on SIGTERM; either way what is
// under way is awaited. Prints a line for each answer, all in nanoseconds: from when its request was due; from then until this
// program took it up, which is not the server's part; and from the start.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { connections_max = 1024, requests_max = 4096, answer_max = 16384, results_max = 1 << 20, patience_seconds = 10 };
static const int64_t second = 1000000000, idle_wait = 50000000;

struct request { char *bytes; uint32_t length; };
struct connection { size_t next, length; int64_t due, late; char answer[answer_max + 1]; };
struct result { int64_t latency, late, moment; };

static struct request requests[requests_max];
static struct connection connections[connections_max];
static struct result results[results_max];
static struct pollfd sockets[connections_max];
static size_t request_count, connection_count, idle[connections_max], idle_first, idle_count, result_count;
static int64_t start, rate;
static volatile sig_atomic_t told_to_stop;

static void stop(int number) { (void)number; told_to_stop = 1; }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second + time.tv_nsec;
}

static int64_t due(int64_t number) { return start + number * second / rate; }

static void read_requests(void) {
    uint32_t length;
    while (fread(&length, sizeof length, 1, stdin) == 1) {
        if (request_count == requests_max) errx(1, "too many requests");
        struct request request = {malloc(length), length};
        if (!request.bytes || fread(request.bytes, 1, length, stdin) != length) errx(1, "half a request");
        requests[request_count++] = request;
    }
    if (!request_count) errx(1, "no requests");
}

static void set_idle(size_t index) { idle[(idle_first + idle_count++) % connection_count] = index; }

static void connect_all(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int yes = 1;
    for (size_t index = 0; index < connection_count; index++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) err(1, "connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockets[index] = (struct pollfd){.fd = fd, .events = POLLIN};
        connections[index].next = index % request_count;
        set_idle(index);
    }
}

/* On the connection that has been idle for longest, so that all of them, and all threads of the server, have their share. */
static void send_one(int64_t due_at, int64_t late) {
    size_t index = idle[idle_first];
    idle_first = (idle_first + 1) % connection_count;
    idle_count--;
    struct connection *connection = &connections[index];
    struct request *request = &requests[connection->next];
    connection->next = (connection->next + connection_count) % request_count;
    connection->due = due_at;
    connection->late = late;
    if (write(sockets[index].fd, request->bytes, request->length) != (ssize_t)request->length) err(1, "write");
}

/* Whether a whole answer has come; another one than was expected ends the program. */
static int receive(size_t index, const char *status) {
    struct connection *connection = &connections[index];
    char *answer = connection->answer;
    ssize_t got = read(sockets[index].fd, answer + connection->length, answer_max - connection->length);
    if (got <= 0) errx(1, "the server has closed a connection");
    connection->length += got;
    answer[connection->length] = 0;
    char *end = strstr(answer, "\r\n\r\n");
    if (!end) return 0;
    if (strncmp(answer, "HTTP/1.1 ", 9) || strncmp(answer + 9, status, 3)) errx(1, "an unexpected answer:\n%s", answer);
    char *field = strcasestr(answer, "\r\nContent-Length:");
    size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    if (connection->length < (size_t)(end - answer) + 4 + body) return 0;
    connection->length = 0;
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 6) errx(64, "load PORT CONNECTIONS RATE SECONDS STATUS");
    connection_count = strtoul(argv[2], NULL, 10);
    if (!connection_count || connection_count > connections_max) errx(64, "CONNECTIONS: 1 to %d", connections_max);
    rate = atoll(argv[3]);
    int64_t seconds = atoll(argv[4]);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, stop);
    prctl(PR_SET_TIMERSLACK, 1);
    read_requests();
    connect_all(atoi(argv[1]));
    int64_t total = rate * seconds, taken = 0, sent = 0;
    int64_t *late = calloc(total + 1, sizeof *late);
    if (!late) err(1, "calloc");
    start = now();
    int64_t end = start + seconds * second;
    for (;;) {
        int64_t time = now();
        int over = told_to_stop || time >= end;
        if (rate) {
            for (; taken < total && !told_to_stop && due(taken) <= time; taken++) late[taken] = time - due(taken);
            for (; sent < taken && idle_count; sent++) send_one(due(sent), late[sent]);
        } else {
            while (!over && idle_count) send_one(now(), 0);
        }
        if (over && sent == taken && idle_count == connection_count) break;
        if (time > end + patience_seconds * second) errx(1, "no answer for %d seconds", patience_seconds);
        int64_t wait = idle_wait;
        if (rate && taken < total && !told_to_stop) wait = due(taken) - now();
        struct timespec timeout = {0, wait < 0 ? 0 : wait};
        if (ppoll(sockets, connection_count, &timeout, NULL) <= 0) continue;
        for (size_t index = 0; index < connection_count; index++) {
            if (!sockets[index].revents || !receive(index, argv[5])) continue;
            int64_t answered = now();
            set_idle(index);
            if (result_count == results_max) errx(1, "too many answers");
            results[result_count++] = (struct result){answered - connections[index].due, connections[index].late, answered - start};
        }
    }
    for (struct result *each = results; each < results + result_count; each++)
        printf("%lld %lld %lld\n", (long long)each->latency, (long long)each->late, (long long)each->moment);
}
