/* series_npy.c - plain series in arrays of NumPy, version 1.0 and 2.0 of the format .npy
 *
 * "numpy.lib.format" has the format: the magic "\223NUMPY", two bytes of version, the length of the
 * header, little-endian in 2 or 4 bytes, the header, which is a dict of Python, and the values. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "storage/series_reader.h"
#include "support/bytes.h"
#include "support/message.h"
#include "support/try.h"

/* What a header says. */
struct array {
    size_t bytes; /* of a value: 4 or 8; 0: not yet known */
    size_t sizes; /* of the shape: 1 to 3; 0: not yet known */
    size_t shape[3];
};

int is_npy(const char *bytes, size_t size)
{
    return size >= 6 && memcmp(bytes, "\223NUMPY", 6) == 0;
}

/* Pass over blanks and `word` at *at. Returns whether it is there. */
static int take(const char **at, const char *word)
{
    const size_t length = strlen(word);
    const char *begin = *at + strspn(*at, " \n");

    if (strncmp(begin, word, length) != 0) {
        return 0;
    }
    *at = begin + length;
    return 1;
}

/* Read "'<f8'". Returns NULL, or what is wrong. */
static const char *read_type(const char **at, struct array *array)
{
    array->bytes = take(at, "'<f4'") ? 4 : take(at, "'<f8'") ? 8 : 0;
    return array->bytes > 0 ? NULL : "the values are not '<f4' or '<f8'; see numpy.ndarray.astype";
}

/* Read "(3, 4)". Returns NULL, or what is wrong. */
static const char *read_shape(const char **at, struct array *array)
{
    static const char wrong[] = "the shape is not that of one, two or three dimensions";

    if (!take(at, "(")) {
        return wrong;
    }
    while (!take(at, ")")) {
        size_t size = 0;

        *at += strspn(*at, " ");
        if (array->sizes == 3 || **at < '0' || **at > '9') {
            return wrong;
        }
        while (**at >= '0' && **at <= '9' && size < SIZE_MAX / 20) {
            size = 10 * size + (size_t)(*(*at)++ - '0');
        }
        if (size == 0) {
            return "an array without a value";
        }
        array->shape[array->sizes++] = size;
        if (!take(at, ",") && (*at)[strspn(*at, " ")] != ')') {
            return wrong;
        }
    }
    return array->sizes > 0 ? NULL : wrong;
}

/* Read the dict of a header. Returns NULL, or what is wrong. */
static const char *read_header(const char *at, const char *end, struct array *array)
{
    const char *wrong = take(&at, "{") ? NULL : "the header is no dict";

    while (wrong == NULL && !take(&at, "}")) {
        if (take(&at, "'descr':") && array->bytes == 0) {
            wrong = read_type(&at, array);
        } else if (take(&at, "'fortran_order':")) {
            wrong = take(&at, "False") ? NULL
                                       : "the order is that of Fortran; numpy.ascontiguousarray "
                                         "makes that of C";
        } else if (take(&at, "'shape':") && array->sizes == 0) {
            wrong = read_shape(&at, array);
        } else {
            wrong = "the header has something else than descr, fortran_order and shape";
        }
        if (wrong == NULL && !take(&at, ",") && at[strspn(at, " \n")] != '}') {
            wrong = "the header is damaged";
        }
    }
    if (wrong == NULL &&
        (at > end || at + strspn(at, " \n") < end || array->bytes == 0 || array->sizes == 0)) {
        wrong = "the header is damaged";
    }
    return wrong;
}

/* Check that the array has `bytes` bytes, and set the width of a step. Returns NULL, or what is
 * wrong. */
static const char *check_size(const struct array *array, size_t bytes, uint32_t *width)
{
    const size_t last = array->sizes > 1 ? array->shape[array->sizes - 1] : 1;
    size_t left = bytes / array->bytes;
    int fits = bytes % array->bytes == 0;

    for (size_t i = 0; i < array->sizes; i++) {
        fits = fits && left % array->shape[i] == 0;
        left /= array->shape[i];
    }
    if (!fits || left != 1) {
        return "the header's shape is not that of the bytes behind it";
    }
    *width = (uint32_t)(last <= SRNN_MODEL_MAX_WIDTH ? last : 0);
    return *width > 0 ? NULL : "no model has as many inputs as a step has values";
}

/* Read the values behind the header: [sequences x steps x width], [steps x width] or [steps]. */
static int read_values(struct sequences *sequences, const struct array *array,
                       const unsigned char *values)
{
    const size_t count = array->sizes == 3 ? array->shape[0] : 1;
    const size_t steps = array->shape[array->sizes == 3];

    for (size_t i = 0; i < count * steps; i++) {
        double *numbers;

        TRY(sequences_add_step(sequences, &numbers));
        for (uint32_t k = 0; k < sequences->width; k++, values += array->bytes) {
            const uint64_t bits = array->bytes == 8 ? get_u64(values) : 0;

            memcpy(numbers + k, &bits, sizeof bits);
            if (array->bytes == 4) {
                numbers[k] = (double)get_float(values);
            }
            if (fabs(numbers[k]) > (double)FLT_MAX) {
                return fail("%s: value %lu of step %lu is %s; NaN is a missing value",
                            sequences->path, (unsigned long)k + 1, (unsigned long)i + 1,
                            isinf(numbers[k]) ? "infinite" : "beyond the range of floats");
            }
        }
        if ((i + 1) % steps == 0) {
            TRY(sequences_end(sequences, 0));
        }
    }
    sequences_drop_labels(sequences);
    return 0;
}

int series_read_npy(struct sequences *sequences, const char *bytes, size_t size)
{
    const unsigned char *const head = (const unsigned char *)bytes;
    const size_t begin = size > 6 && head[6] == 1 ? 10 : 12; /* of the header */
    struct array array = {0};
    const char *wrong = NULL;
    size_t length = 0;

    if (size < begin || head[6] < 1 || head[6] > 2) {
        wrong = size < begin ? "the file ends within its head" : "versions 1 and 2 are read";
    } else {
        length = begin == 10 ? head[8] | (size_t)head[9] << 8 : get_u32(head + 8);
        wrong = length > size - begin ? "the file ends within its header" : NULL;
    }
    if (wrong == NULL) {
        wrong = read_header(bytes + begin, bytes + begin + length, &array);
    }
    if (wrong == NULL) {
        wrong = check_size(&array, size - begin - length, &sequences->width);
    }
    if (wrong != NULL) {
        return fail("%s: is a NumPy array: %s", sequences->path, wrong);
    }
    sequences->layout = "a NumPy array";
    return read_values(sequences, &array, head + begin + length);
}
