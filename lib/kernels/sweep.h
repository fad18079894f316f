/* sweep.h - the element-wise part of one step of back-propagation
 *
 * A template: comes after rows.h and sum_squares.h. */

/* d_t = g_t + q_{t+1}, plus the caller's own error, for n elements from offset `row` on. */
static inline void join_errors(const struct srnn__sweep *sweep, size_t row, size_t n)
{
    float *restrict error = sweep->error + row;
    const float *restrict carried = sweep->carried + row;

    if (sweep->limit > 0.0f) {
        bound(error, sweep->limit, n);
    }
    for (size_t i = 0; i < n; i++) {
        error[i] += carried[i];
    }
    if (sweep->hidden_gradient != NULL) {
        float *own = sweep->hidden_gradient + row;
        for (size_t i = 0; i < n; i++) {
            error[i] += own[i];
            own[i] = error[i];
        }
    }
}

/* The sweep() of kernels.h: d_t = g_t + q_{t+1} and v_t = d_t * f'(a_t) (paper, equations
 * 3 to 5). Where there is no g_t, d_t is q_{t+1}. */
static void sweep(const struct srnn__sweep *sweep)
{
    const size_t width = sweep->width;
    size_t count;

    for (size_t r = 0; r < sweep->rows; r += count) {
        const size_t row = sweep->index[r] * width;
        const float *const total = (sweep->no_logit_error ? sweep->carried : sweep->error) + row;

        count = neighbours(sweep->index, sweep->rows, r);
        if (!sweep->no_logit_error) {
            join_errors(sweep, row, count * width);
        }
        for (size_t s = 0; sweep->squared_errors != NULL && s < count; s++) {
            sweep->squared_errors[sweep->index[r + s]] = sum_squares(total + s * width, width);
        }
        slope(sweep->activation, total, sweep->hidden + row, sweep->error + row, count * width);
    }
}
