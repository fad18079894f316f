/* activate.h - the activations of rows
 *
 * A template: included by baseline.c, avx2.c, ... after
 * elementary.h, with the same macros. */

static inline void SRNN__VARIANT(activate_each)(uint32_t kind, float *row, size_t n)
{
    size_t i;

    switch (kind) {
    case SRNN_TANH:
        for (i = 0; i < n; i++) row[i] = SRNN__VARIANT(tanh)(row[i]);
        break;
    case SRNN_SIGMOID:
        for (i = 0; i < n; i++) row[i] = SRNN__VARIANT(sigmoid)(row[i]);
        break;
    case SRNN_RELU:
        for (i = 0; i < n; i++) row[i] = srnn__select(row[i] <= 0.0f, 0.0f, row[i]);
        break;
    default:
        break;
    }
}

/* Applies the activation `kind` to the n elements of `row`, in place. relu maps
 * negative numbers and -0 to +0 and leaves a NaN as it is.
 *
 * A rest of 1 to 7 elements, one at a time, would cost as much as several
 * vectors. The last 8, set aside while unchanged, are done as one vector instead;
 * where they overlap the others, both results are the same. Where there are no
 * vectors, one at a time it is. */
void SRNN__VARIANT(activate)(uint32_t kind, float *row, size_t n);
void SRNN__VARIANT(activate)(uint32_t kind, float *row, size_t n)
{
#if SRNN__COMPACT
    SRNN__VARIANT(activate_each)(kind, row, n);
#else
    const size_t rest = n < 8u ? 0 : n % 8u;
    float last[8];

    if (rest != 0) memcpy(last, row + n - 8u, sizeof last);
    SRNN__VARIANT(activate_each)(kind, row, n - rest);
    if (rest == 0) return;
    SRNN__VARIANT(activate_each)(kind, last, 8u);
    memcpy(row + n - 8u, last, sizeof last);
#endif
}
