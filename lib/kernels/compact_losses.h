/* compact_losses.h - softmax and the logistic loss in little code, element by element
 *
 * A template: comes after float_exp() and float_log(). Also the reference of losses.h, which has
 * the same results to the bit; tests/exact compares them. */

/* The softmax() of kernels.h. */
static void softmax(const float *logits, size_t rows, size_t n, float *out, double *log_sums)
{
    for (; rows > 0; rows--, logits += n, out += n) {
        double part[8] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
        float top = logits[0];
        double sum;
        float share;

        for (size_t i = 1; i < n; i++) {
            top = logits[i] > top ? logits[i] : top;
        }
        for (size_t i = 0; i < n; i++) {
            out[i] = float_exp(logits[i] - top);
            part[i % 8] += (double)out[i];
        }
        sum = srnn__sum_parts_call(part);
        share = (float)(1.0 / sum);
        for (size_t i = 0; i < n; i++) {
            out[i] *= share;
        }
        if (log_sums != NULL) {
            *log_sums++ = (double)top + (double)float_log((float)sum);
        }
    }
}

/* The logistic_loss() of kernels.h. */
static double logistic_loss(const float *logits, const float *target, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        const float z = logits[i];
        const float tail = float_log(1.0f + float_exp(z < 0.0f ? z : -z));

        sum += ((double)(z > 0.0f ? z : 0.0f) - (double)z * (double)target[i]) + (double)tail;
    }
    return sum;
}
