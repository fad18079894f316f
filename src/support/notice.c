/* notice.c - a line on the terminal about work that takes over two seconds and cannot be counted */
#include "support/notice.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/printable.h"

/* What a handler may use: it must not call stdio. */
static char line[80];
static volatile sig_atomic_t is_shown;

static void show(int signal_number)
{
    const int error = errno; /* of what the signal interrupts */

    (void)signal_number;
    is_shown = write(STDERR_FILENO, line, strlen(line)) > 0;
    errno = error;
}

void notice_begin(int quiet, const char *what, const char *path)
{
    static const char dots[] = " ...";
    struct sigaction action;

    notice_end();
    if (quiet || path == NULL || !isatty(STDERR_FILENO)) {
        return;
    }
    snprintf(line, sizeof line - strlen(dots), "%s %s", what, path);
    memcpy(line + strlen(line), dots, sizeof dots);
    for (char *at = line; *at != '\0';) { /* the path may have what controls a terminal */
        const size_t bytes = printable_bytes(at, strlen(at));

        *at = bytes > 0 ? *at : '?';
        at += bytes > 0 ? bytes : 1;
    }
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = show;
    action.sa_flags = (int)SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    alarm(2);
}

void notice_end(void)
{
    alarm(0);
    if (is_shown) {
        fprintf(stderr, "\r%*s\r", (int)strlen(line), "");
        is_shown = 0;
    }
}
