/* transpose.h - left factors of long outer products, transposed for multiply()
 *
 * A template: comes after pack.h, in a file whose wide layers' weight gradients are faster by
 * multiply(), of packed and transposed factors, than by outer(). */

/* The transpose() of kernels.h. Some rows at a time, so that what is read and what is written
 * are consecutive pieces of cache lines. */
static void transpose(const float *a, const size_t *a_offset, size_t n, size_t first, size_t end,
                      float *out, size_t out_stride)
{
    size_t k = 0;

    for (; k + SRNN__TOGETHER <= n; k += SRNN__TOGETHER) {
        const size_t *const at = a_offset + k;
        float *restrict to = out + k;

        for (size_t i = first; i < end; i++, to += out_stride) {
            for (size_t lane = 0; lane < SRNN__TOGETHER; lane++) {
                to[lane] = a[at[lane] + i];
            }
        }
    }
    for (; k < n; k++) {
        for (size_t i = first; i < end; i++) {
            out[(i - first) * out_stride + k] = a[a_offset[k] + i];
        }
    }
}
