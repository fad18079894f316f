/* fuzz.c - what engines and targets share */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

void fuzz_begin(void)
{
    /* An assertion outside a test of cmocka's would leave by exit() and not by a signal. */
    assert_int_equal(setenv("CMOCKA_TEST_ABORT", "1", 1), 0);
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    assert_non_null(text);
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}
