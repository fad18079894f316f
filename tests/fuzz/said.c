/* said.c - what the program's functions write on standard error
 *
 * The GNU C library lets a program exchange the stream `stderr` for one in memory. What a sanitizer
 * writes does not go through it, and so is not lost. */
#include "said.h"

#include <stdio.h>
#include <string.h>

#include "expect.h"

static char kept[1 << 16];
static FILE *memory, *outside;

void said_begin(void)
{
#ifdef __GLIBC__
    if (memory == NULL) {
        memory = fmemopen(kept, sizeof kept, "w");
        assert_non_null(memory);
    }
    rewind(memory);
    outside = stderr;
    stderr = memory;
#endif
}

/* Check lines [length] and tell whether there are any. */
static int check_lines(const char *text, size_t length)
{
    int begins = 1;

    for (size_t i = 0; i < length; i++) {
        const unsigned char character = (unsigned char)text[i];

        if (begins && strncmp(text + i, "srnn: ", 6) != 0) {
            fail_msg("a line does not begin with its program: %.*s", (int)length, text);
        }
        begins = character == '\n';
        if (!begins && (character < ' ' || character == 127)) {
            fail_msg("character %u is in a message: %.*s", character, (int)length, text);
        }
        /* In UTF-8 U+0080 to U+009F, of which U+009B begins what controls a terminal. */
        if (character == 0xc2 && i + 1 < length && (unsigned char)text[i + 1] < 0xa0) {
            fail_msg("U+%04x is in a message: %.*s", (unsigned char)text[i + 1], (int)length, text);
        }
    }
    if (!begins) {
        fail_msg("a line has no end: %.*s", (int)length, text);
    }
    return length > 0;
}

void said_end(int result)
{
#ifdef __GLIBC__
    long length;

    fflush(memory);
    length = ftell(memory);
    stderr = outside;
    assert_in_range(length, 0, sizeof kept - 1);
    assert_true(check_lines(kept, (size_t)length) || result == 0);
#else
    (void)result;
#endif
}

void said_nothing(void)
{
    static int is_done;

    if (!is_done) {
        assert_non_null(freopen("/dev/null", "w", stdout));
        is_done = 1;
    }
}
