/* expect.h - assertions that print what a call returned
 *
 * On top of cmocka: a failure names the call and both statuses, or the first float that differs. */
#ifndef EXPECT_H
#define EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "srnn.h"

/* The call returns this status; the call succeeds. */
#define RETURNS(expected, call) expect_status((expected), (call), #call, __FILE__, __LINE__)
#define SUCCEEDS(call) RETURNS(SRNN_OK, call)

/* Both arrays hold the same bits. */
#define SAME_FLOATS(a, b, count) expect_same_floats((a), (b), (count), #b, __FILE__, __LINE__)

/* `value` is within `tolerance` of `expected`, or equal to it (infinities are); NaN never is. */
#define NEAR(expected, value, tolerance)                                                           \
    expect_near((expected), (value), (tolerance), #value, __FILE__, __LINE__)

void expect_status(int32_t expected, int32_t status, const char *call, const char *file, int line);
void expect_same_floats(const float *a, const float *b, size_t count, const char *what,
                        const char *file, int line);
void expect_near(double expected, double value, double tolerance, const char *what,
                 const char *file, int line);

/* The callback of a file that nothing may be written to: a call fails the test. */
int32_t expect_no_write(void *user, const void *data, size_t size);

#endif
