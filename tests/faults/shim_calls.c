/* shim_calls.c - system calls of a program, which are caught, and made or not
 *
 * A filter of the kernel makes each of them a signal, whose handler makes the call or lets it fail.
 * So calls that the C library makes for itself are seen too, as those of fwrite. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* The sixth argument of the system calls that the shim makes itself, by which the filter knows
 * them. Those that it catches have fewer. */
#define OWN_CALL 0x5ca1ab1eu

static const struct {
    int number;
    enum kind kind;
} caught[] = {
    {SYS_openat, OPEN},     {SYS_read, READ},       {SYS_write, WRITE},
    {SYS_fsync, FSYNC},     {SYS_fdatasync, FSYNC}, {SYS_close, CLOSE},
    {SYS_renameat, RENAME}, {SYS_unlinkat, UNLINK}, {SYS_ftruncate, TRUNCATE},
    {SYS_fchmod, CHMOD},    {SYS_fcntl, LOCK},      {SYS_newfstatat, STAT},
    {SYS_fstat, STAT},      {SYS_readlinkat, STAT}, {SYS_lseek, SEEK},
    {SYS_getdents64, LIST},
#ifdef SYS_open
    {SYS_open, OPEN},       {SYS_rename, RENAME},   {SYS_unlink, UNLINK},
    {SYS_stat, STAT},       {SYS_lstat, STAT},      {SYS_readlink, STAT},
#endif
};

#define CAUGHT (sizeof caught / sizeof caught[0])

/* Descriptors + 1 of files that are none of the program's. */
static int passed[16];

long shim_make(const struct call *call)
{
    const long *v = call->values;
    const long result = syscall(call->number, v[0], v[1], v[2], v[3], v[4], (long)OWN_CALL);

    return result == -1 ? -errno : result;
}

long shim_make_own(long number, long a, long b, long c)
{
    const struct call call = {number, {a, b, c, 0, 0}};

    return shim_make(&call);
}

/* Those with "at" have a folder before the path. */
const char *shim_path(const struct call *call)
{
    const int at =
        call->number == SYS_openat || call->number == SYS_unlinkat || call->number == SYS_renameat;

    return (const char *)call->values[at];
}

const char *shim_new_path(const struct call *call)
{
    return (const char *)call->values[call->number == SYS_renameat ? 3 : 1];
}

/* Whether a file is none of the program's: one of gcov, by its name or by its descriptor. */
static int is_passed(const struct call *call, enum kind kind)
{
    const int descriptor = (int)call->values[0];

    if (kind == OPEN) {
        const size_t length = strlen(shim_path(call));

        return length > 5 && strcmp(shim_path(call) + length - 5, ".gcda") == 0;
    }
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
        if (kind != RENAME && kind != UNLINK && passed[i] == descriptor + 1) {
            passed[i] = kind == CLOSE ? 0 : passed[i];
            return 1;
        }
    }
    return 0;
}

/* Remember the descriptor of a file that is none of the program's. */
static void pass_descriptor(long descriptor)
{
    for (size_t i = 0; descriptor >= 0 && i < sizeof passed / sizeof passed[0]; i++) {
        if (passed[i] == 0) {
            passed[i] = (int)descriptor + 1;
            return;
        }
    }
}

int shim_open(const char *path)
{
    return path == NULL ? -1
                        : (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND,
                                       0666, 0, OWN_CALL);
}

/* Make a call that is to fail: half of it, or none. A close that fails has closed. */
static long make_failing(struct call *call, enum kind kind)
{
    if (shim_error() == 0 && (kind == READ || kind == WRITE || kind == MESSAGE)) {
        call->values[2] -= call->values[2] / 2;
        return shim_make(call);
    }
    if (kind == CLOSE) {
        (void)shim_make(call);
    }
    return -shim_error();
}

/* Whether a descriptor is that of a folder. */
static int is_folder(long descriptor)
{
    struct stat status;

    return shim_make_own(SYS_fstat, descriptor, (long)&status, 0) == 0 && S_ISDIR(status.st_mode);
}

/* What the program gets for a call. */
static long answer(struct call *call)
{
    enum kind kind = KINDS;
    long offset;
    long result;

    for (size_t i = 0; i < CAUGHT; i++) {
        kind = caught[i].number == call->number ? caught[i].kind : kind;
    }
    if (is_passed(call, kind)) {
        result = shim_make(call);
        if (kind == OPEN) {
            pass_descriptor(result);
        }
        return result;
    }
    kind = kind == WRITE && call->values[0] == STDERR_FILENO ? MESSAGE : kind;
    kind = kind == FSYNC && is_folder(call->values[0]) ? FOLDER : kind;
    if (kind == LOCK && call->values[1] != F_SETLK) {
        return shim_make(call);
    }
    offset = shim_offset(call, kind);
    result = shim_is_to_fail(kind) ? make_failing(call, kind) : shim_make(call);
    shim_record(call, kind, result, offset);
    return result;
}

static void on_call(int signal_number, siginfo_t *information, void *user)
{
    ucontext_t *context = user;
    const int error = errno;
    struct call call;

    (void)signal_number;
    call.number = information->si_syscall;
#if defined(__x86_64__)
    static const int registers[5] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8};

    for (int i = 0; i < 5; i++) {
        call.values[i] = (long)context->uc_mcontext.gregs[registers[i]];
    }
    context->uc_mcontext.gregs[REG_RAX] = answer(&call);
#elif defined(__aarch64__)
    for (int i = 0; i < 5; i++) {
        call.values[i] = (long)context->uc_mcontext.regs[i];
    }
    context->uc_mcontext.regs[0] = (unsigned long long)answer(&call);
#endif
    errno = error;
}

void shim_catch_calls(void)
{
    static struct sock_filter filter[2 * CAUGHT + 8];
    struct sock_fprog program = {0, filter};
    struct sigaction action;
    unsigned short n = 0;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_call;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
    sigaction(SIGSYS, &action, NULL);
#define PUT(code, value, yes, no) filter[n++] = (struct sock_filter){code, yes, no, value}
#define FIELD(name) (uint32_t) offsetof(struct seccomp_data, name)
    PUT(BPF_LD | BPF_W | BPF_ABS, FIELD(args[5]), 0, 0);
    PUT(BPF_JMP | BPF_JEQ | BPF_K, OWN_CALL, 0, 1);
    PUT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    PUT(BPF_LD | BPF_W | BPF_ABS, FIELD(nr), 0, 0);
    for (size_t i = 0; i < CAUGHT; i++) {
        PUT(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)caught[i].number, 0, 1);
        PUT(BPF_RET | BPF_K, SECCOMP_RET_TRAP, 0, 0);
    }
    PUT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    program.len = n;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        shim_give_up("shim: the system has no filter of system calls\n");
    }
}
