/* shim.c - makes a call of a program fail, counts its calls, records what it does to files
 *
 * Loaded before the C library by LD_PRELOAD. Variables of the environment say what it does; one
 * that is empty says nothing.
 *
 *     FAULT="KIND NUMBER ERROR MODE"   call NUMBER of this kind fails; ERROR is as EIO, or
 *                                      `short` for half of a read or a write; MODE is
 *                                      `once`, or `ever` for all calls from this one on
 *     FAULT_COUNTS=FILE                append "KIND CALLS" for each kind at the end
 *     FAULT_RECORD=FILE                append what changes files (shim_record.c)
 *
 * Memory and threads are functions in the place of the C library's. The other kinds are system
 * calls (shim_calls.c). Writes to standard error are a kind of their own, `message`: it is rarely
 * on the disk that is full. The clock moves with each look at it, so that a run has the same bits
 * each time. Files of gcov are let through. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if !defined(__GLIBC__) || !(defined(__x86_64__) || defined(__aarch64__))
#error "no shim here: it is for Linux on x86-64 or AArch64, with glibc"
#endif

/* Nanoseconds from one look at the clock to the next: a checkpoint of `--every 0.1` every few
 * updates. */
#define TICK 5000000

/* Seconds after which a program that has not ended never will. */
#define MOST_SECONDS 600

static const char *const kind_names[KINDS] = {
    "memory", "thread", "open",     "read",  "write", "message", "fsync", "folder", "close",
    "rename", "unlink", "truncate", "chmod", "lock",  "stat",    "seek",  "list"};

static const struct {
    const char *name;
    int number;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EACCES", EACCES}, {"EPERM", EPERM},
              {"EINTR", EINTR},   {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN},
              {"ENOLCK", ENOLCK}, {"EINVAL", EINVAL}, {"short", 0}};

static unsigned long counts[KINDS];
static enum kind fault_kind = KINDS;
static unsigned long fault_at;
static int fault_error, fault_ever;
static int main_has_ended; /* gcov then allocates memory of its own */

/* ---------------------------------------------------------------------------
 * What fails
 * ------------------------------------------------------------------------ */

int shim_is_to_fail(enum kind kind)
{
    const unsigned long number = __atomic_add_fetch(&counts[kind], 1, __ATOMIC_SEQ_CST);

    return kind == fault_kind && (number == fault_at || (fault_ever && number > fault_at));
}

int shim_error(void)
{
    return fault_error;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

/* The same for an allocation. */
static int has_no_memory(void)
{
    if (main_has_ended || !shim_is_to_fail(MEMORY)) {
        return 0;
    }
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return has_no_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return has_no_memory() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return has_no_memory() ? NULL : __libc_realloc(block, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *user)
{
    static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

    if (shim_is_to_fail(THREAD)) {
        return fault_error;
    }
    *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    return create(thread, attributes, run, user);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int64_t looks;
    const int64_t time = __atomic_add_fetch(&looks, 1, __ATOMIC_SEQ_CST) * TICK;

    (void)clock;
    now->tv_sec = time / 1000000000;
    now->tv_nsec = time % 1000000000;
    return 0;
}

/* ---------------------------------------------------------------------------
 * Beginning and end
 * ------------------------------------------------------------------------ */

void shim_give_up(const char *why)
{
    (void)!write(STDERR_FILENO, why, strlen(why));
    _exit(77);
}

/* Read FAULT. */
static void read_fault(const char *text)
{
    char kind[16], error[16], mode[16];

    if (sscanf(text, "%15s %lu %15s %15s", kind, &fault_at, error, mode) != 4) {
        shim_give_up("shim: FAULT is KIND NUMBER ERROR MODE\n");
    }
    fault_error = -1;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        fault_error = strcmp(errors[i].name, error) == 0 ? errors[i].number : fault_error;
    }
    for (int i = 0; i < KINDS; i++) {
        fault_kind = strcmp(kind_names[i], kind) == 0 ? (enum kind)i : fault_kind;
    }
    fault_ever = strcmp(mode, "ever") == 0;
    if (fault_error < 0 || fault_kind == KINDS) {
        shim_give_up("shim: FAULT has an unknown kind or error\n");
    }
}

static const char *counts_path;

/* An environment variable; NULL if it is empty or not set. */
static const char *variable(const char *name)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? text : NULL;
}

__attribute__((destructor)) static void write_counts(void)
{
    const int descriptor = shim_open(counts_path);

    for (int i = 0; i < KINDS && descriptor >= 0; i++) {
        char line[64];

        snprintf(line, sizeof line, "%s %lu\n", kind_names[i], counts[i]);
        shim_make_own(SYS_write, descriptor, (long)line, (long)strlen(line));
    }
}

/* Kill the program if it does not end. Its own alarm is left alone. */
static void limit_time(void)
{
    const struct itimerspec most = {.it_value = {.tv_sec = MOST_SECONDS}};
    struct sigevent end;
    int timer; /* the kernel's, not the C library's timer_t */

    memset(&end, 0, sizeof end);
    end.sigev_notify = SIGEV_SIGNAL;
    end.sigev_signo = SIGKILL;
    if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &end, &timer) != 0 ||
        syscall(SYS_timer_settime, timer, 0, &most, NULL) != 0) {
        shim_give_up("shim: no timer\n");
    }
}

static int (*program_main)(int, char **, char **);

static int watched_main(int argc, char **argv, char **environment)
{
    const char *fault = variable("FAULT");
    int result;

    counts_path = variable("FAULT_COUNTS");
    shim_record_to(variable("FAULT_RECORD"));
    memset(counts, 0, sizeof counts);
    if (fault != NULL) {
        read_fault(fault);
    }
    limit_time();
    shim_catch_calls();
    result = program_main(argc, argv, environment);
    main_has_ended = 1;
    return result;
}

/* The function of the C library that calls main. */
int __libc_start_main(int (*main_fn)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                 void (*)(void), void *);

    program_main = main_fn;
    *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    return start(watched_main, argc, argv, init, fini, rtld_fini, stack);
}
