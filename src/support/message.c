/* message.c - one line on standard error for each failure */
#include "support/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int write_message(int result, const char *reason, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fflush(stdout); /* so that both streams appear in order on a terminal */
    fputs("srnn: ", stderr);
    vfprintf(stderr, format, arguments); /* a failure here can be reported nowhere */
    if (reason != NULL) {
        fprintf(stderr, " (%s)", reason);
    }
    fputc('\n', stderr);
    va_end(arguments);
    return result;
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
