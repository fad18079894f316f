/* sum_squares.h - the squared norm of a row
 *
 * A template. A file that includes it may define SRNN__ADD_SQUARE(sum, x), sum + x * x in double,
 * for an x that was a float: its square is exact, so that fused or not the bits are the same. */

#if !defined(SRNN__ADD_SQUARE)
#define SRNN__ADD_SQUARE(sum, x) ((sum) + (x) * (x))
#endif

/* The sum of the squares of row [n], in double. Element i goes to partial sum i mod 8, so that
 * vectors of any width give the same bits. A remainder of fewer than eight is filled up with
 * zeros, which add nothing. */
static double sum_squares(const float *row, size_t n)
{
    double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    size_t i = 0;

    if (SRNN__COMPACT) {
        for (; i < n; i++) {
            const double x = (double)row[i];
            part[i % 8] = SRNN__ADD_SQUARE(part[i % 8], x);
        }
        return srnn__sum_parts_call(part);
    }
    for (; i + 8 <= n; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            const double x = (double)row[i + lane];
            part[lane] = SRNN__ADD_SQUARE(part[lane], x);
        }
    }
    if (i < n) {
        float rest[8];

        for (size_t lane = 0; lane < 8; lane++) {
            rest[lane] = i + lane < n ? row[i + lane] : 0.0f;
        }
        for (size_t lane = 0; lane < 8; lane++) {
            const double x = (double)rest[lane];
            part[lane] = SRNN__ADD_SQUARE(part[lane], x);
        }
    }
    return srnn__sum_parts(part);
}
