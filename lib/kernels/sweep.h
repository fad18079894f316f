/* sweep.h - the element-wise part of one step of back-propagation
 *
 * A template: comes after rows.h and sum_squares.h. */

/* Raise the bound of sequence s by an error that enters it: row [width]. */
static inline void enter_error(const struct srnn__sweep *sweep, size_t s, const float *row)
{
    const double squares = sweep->squared_growth * sum_squares(row, sweep->width);

    if (squares > sweep->squared_bounds[s]) {
        sweep->squared_bounds[s] = squares;
    }
}

/* |d_t|^2 of sequence s, whose row [width] is scaled down first if it is longer than its bound. */
static inline double bounded_squares(const struct srnn__sweep *sweep, size_t s, float *row)
{
    const double squares = sum_squares(row, sweep->width);

    if (sweep->squared_bounds == NULL || !(squares > sweep->squared_bounds[s])) {
        return squares;
    }
    scale(srnn__root(sweep->squared_bounds[s] / squares), row, sweep->width);
    return sum_squares(row, sweep->width);
}

/* The sweep() of kernels.h: d_t = g_t + q_{t+1} and v_t = d_t * f'(a_t) (paper, equations
 * 3 to 5). Where there is no g_t, d_t is q_{t+1}. */
static void sweep(const struct srnn__sweep *sweep)
{
    const size_t width = sweep->width;
    size_t count;

    for (size_t r = 0; r < sweep->rows; r += count) {
        const size_t s = sweep->index[r];
        const size_t row = s * width;
        float *const total = (sweep->no_logit_error ? sweep->carried : sweep->error) + row;

        count = neighbours(sweep->index, sweep->rows, r);
        if (!sweep->no_logit_error) {
            if (sweep->hidden_gradient != NULL) {
                add_row(sweep->hidden_gradient + row, count * width, total);
            }
            for (size_t k = 0; sweep->squared_bounds != NULL && k < count; k++) {
                enter_error(sweep, s + k, total + k * width);
            }
            add_row(sweep->carried + row, count * width, total);
        }
        for (size_t k = 0; sweep->squared_errors != NULL && k < count; k++) {
            sweep->squared_errors[s + k] = bounded_squares(sweep, s + k, total + k * width);
        }
        if (sweep->hidden_gradient != NULL) {
            memcpy(sweep->hidden_gradient + row, total, count * width * sizeof *total);
        }
        slope(sweep->activation, total, sweep->hidden + row, sweep->error + row, count * width);
    }
}
