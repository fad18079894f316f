/* message.c - one line on standard error for each failure */
#include "support/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "srnn.h"
#include "support/exit_codes.h"

/* Writes the prefix, the text, and `reason` in brackets unless it is NULL. Standard output is
 * flushed first, so that both appear in order on a terminal. A failed write to standard error
 * is ignored: there is nowhere to report it. */
static void write_message(const char *format, va_list arguments, const char *reason)
{
    fflush(stdout);
    fputs("srnn: ", stderr);
    vfprintf(stderr, format, arguments);
    if (reason != NULL) {
        fprintf(stderr, " (%s)", reason);
    }
    fputc('\n', stderr);
}

int fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_message(format, arguments, NULL);
    va_end(arguments);
    return EXIT_FAILED;
}

int misuse(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_message(format, arguments, NULL);
    va_end(arguments);
    return EXIT_MISUSED;
}

int fail_status(int32_t status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_message(format, arguments, srnn_status_text(status));
    va_end(arguments);
    return EXIT_FAILED;
}

void warn(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_message(format, arguments, NULL);
    va_end(arguments);
}

int finish_output(int result)
{
    errno = 0;
    if (result == EXIT_FAILED) {
        return result;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return fail("standard output: %s", errno != 0 ? strerror(errno) : "a write failed");
    }
    return result;
}
