/* expect.c - assertions that print what a call returned */
#include "expect.h"

#include <string.h>

void expect_status(int32_t expected, int32_t status, const char *call, const char *file, int line)
{
    if (status != expected) {
        print_error("%s\n    returns %s, not %s\n", call, srnn_status_name(status),
                    srnn_status_name(expected));
        _fail(file, line);
    }
}

void expect_same_floats(const float *a, const float *b, size_t count, const char *what,
                        const char *file, int line)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(a + i, b + i, sizeof *a) != 0) {
            print_error("%s: element %zu of %zu is %.9g (%a), not %.9g (%a)\n", what, i, count,
                        (double)b[i], (double)b[i], (double)a[i], (double)a[i]);
            _fail(file, line);
        }
    }
}

void expect_near(double expected, double value, double tolerance, const char *what,
                 const char *file, int line)
{
    const double difference = value - expected;

    if (value != expected && !(difference <= tolerance && difference >= -tolerance)) {
        print_error("%s is %.17g, not %.17g to within %g\n", what, value, expected, tolerance);
        _fail(file, line);
    }
}

int32_t expect_no_write(void *user, const void *data, size_t size)
{
    (void)user;
    (void)data;
    (void)size;
    fail();
    return 1;
}
