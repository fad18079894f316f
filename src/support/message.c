/* message.c - one line on standard error for each failure */
#include "support/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/notice.h"
#include "support/printable.h"

/* Write a format and its arguments. They come from files and command lines: what could control a
 * terminal is replaced. Without memory for a long message its beginning is written. */
static void write_printable(const char *format, va_list arguments)
{
    char brief[512];
    char *text = brief;
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(brief, sizeof brief, format, arguments);
    if (length >= (int)sizeof brief) {
        text = malloc((size_t)length + 1);
        if (text != NULL) {
            vsnprintf(text, (size_t)length + 1, format, again);
        } else {
            text = brief;
        }
    }
    va_end(again);
    if (length >= 0) {
        print_text(stderr, text, strlen(text));
    }
    if (text != brief) {
        free(text);
    }
}

static int holds;       /* messages are kept */
static char held[1024]; /* the last one; empty: none */

/* Keep a message instead of writing it. */
static void keep_message(const char *reason, const char *format, va_list arguments)
{
    const int length = vsnprintf(held, sizeof held, format, arguments);

    if (reason != NULL && length >= 0 && (size_t)length < sizeof held) {
        snprintf(held + length, sizeof held - (size_t)length, " (%s)", reason);
    }
}

int write_message(int result, const char *reason, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (holds) {
        keep_message(reason, format, arguments);
    } else {
        notice_end();
        fflush(stdout); /* so that both streams appear in order on a terminal */
        fputs("srnn: ", stderr);
        write_printable(format, arguments); /* a failure here can be reported nowhere */
        if (reason != NULL) {
            fprintf(stderr, " (%s)", reason);
        }
        fputc('\n', stderr);
    }
    va_end(arguments);
    return result;
}

void note(const char *format, ...)
{
    va_list arguments;

    if (holds) {
        return;
    }
    va_start(arguments, format);
    notice_end();
    write_printable(format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void message_list(char *text, size_t size, const char *name, int is_last)
{
    const size_t used = strlen(text);

    snprintf(text + used, size - used, "%s%s", used == 0 ? "" : is_last ? " or " : ", ", name);
}

void message_hold(void)
{
    holds = 1;
}

void message_release(const char *who)
{
    holds = 0;
    if (held[0] != '\0') {
        note("srnn: %s%s", who, held);
    }
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
