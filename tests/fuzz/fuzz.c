/* fuzz.c - what all engines do first */
#include "fuzz.h"

#include <stdlib.h>

void fuzz_begin(void)
{
    /* An assertion outside a test of cmocka's would leave by exit() and not by a signal. */
    assert_int_equal(setenv("CMOCKA_TEST_ABORT", "1", 1), 0);
}
