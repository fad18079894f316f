/* lines.c - a text file as it is read, line by line */
#include "storage/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/text_mark.h"

int fail_at(const struct lines *lines, const char *at, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return fail("%s:%lu:%lu: %s", lines->path, lines->number, (unsigned long)(at - lines->line) + 1,
                text);
}

int lines_open(struct lines *lines, const char *path, const char *text, size_t size)
{
    memset(lines, 0, sizeof *lines);
    lines->path = path;
    lines->next = text + text_mark(text, size);
    lines->end = text + size;
    return text_refuse_wide(path, text, size);
}

/* Report the control character at `at`. Returns EXIT_FAILED. */
static int refuse_control(const struct lines *lines, const char *at)
{
    if (*at == '\0') {
        return fail_at(lines, at, "a zero byte; the file is no text");
    }
    if (*at == '\r') {
        return fail_at(lines, at,
                       "a carriage return without a line feed; "
                       "lines end with LF or CR LF");
    }
    return fail_at(lines, at, "a control character, 0x%02x", (unsigned)(unsigned char)*at);
}

int lines_next(struct lines *lines)
{
    const char *at = lines->next;

    if (at == lines->end) {
        lines->line = NULL;
        return 0;
    }
    lines->line = at;
    lines->number++;
    while (at < lines->end && *at != '\n') {
        const unsigned char byte = (unsigned char)*at;

        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            const int ends = byte == '\r' && (at + 1 == lines->end || at[1] == '\n');

            if (!ends) {
                return refuse_control(lines, at);
            }
            break;
        }
        at++;
    }
    lines->line_end = at;
    at += at < lines->end && *at == '\r';
    lines->next = at + (at < lines->end);
    return 0;
}

const char *line_begin(const struct lines *lines)
{
    const char *at = lines->line;

    while (at < lines->line_end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at;
}

const char *line_find(const struct lines *lines, const char *at, char character)
{
    const char *found = memchr(at, character, (size_t)(lines->line_end - at));

    return found != NULL ? found : lines->line_end;
}

int line_is_empty(const struct lines *lines)
{
    return line_begin(lines) == lines->line_end;
}
