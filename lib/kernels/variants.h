/* variants.h - the functions that the files of the instruction sets export
 *
 * Each file fills in the tables with its own static functions. */
#ifndef SRNN_VARIANTS_H
#define SRNN_VARIANTS_H

#include "kernels/kernels.h"

void srnn__kernels_baseline(struct srnn__kernels *kernels);
void srnn__step_kernels_baseline(struct srnn__step_kernels *kernels);

#if SRNN__HAVE_AVX2
void srnn__kernels_avx2(struct srnn__kernels *kernels);
void srnn__step_kernels_avx2(struct srnn__step_kernels *kernels);
#endif

#if SRNN__HAVE_AVX512
void srnn__kernels_avx512(struct srnn__kernels *kernels);
void srnn__kernels_avx512_dual(struct srnn__kernels *kernels);
void srnn__step_kernels_avx512(struct srnn__step_kernels *kernels);

/* The products of kernels.h by vectors of eight lanes (avx512_half.c). */
void srnn__pack_avx512_half(const float *matrix, size_t inner, size_t columns, size_t row_stride,
                            size_t column_stride, float *panels);
void srnn__pack_row_avx512_half(const float *row, size_t k, size_t inner, size_t columns,
                                float *panels);
void srnn__multiply_avx512_half(const struct srnn__term *terms, uint32_t n_terms,
                                const uint32_t *index, size_t n_rows, size_t n_columns,
                                uint32_t begin, const float *start, float *out, size_t out_stride);
void srnn__multiply_and_own_avx512_half(const struct srnn__term *term, const uint32_t *index,
                                        size_t n_rows, size_t n_columns, float *out, float *owned);
void srnn__outer_avx512_half(const float *a, const size_t *a_offset, const float *b,
                             const size_t *b_offset, size_t n, size_t row_first, size_t row_end,
                             size_t n_columns, float *out, size_t out_stride);
#endif

/* The compact kernels of a streamed step (step_kernels.c), which the compact baseline uses too. */
#if SRNN__COMPACT
void srnn__multiply_row_compact(const float *x, size_t inner, const float *matrix, size_t columns,
                                float *out);
void srnn__activate_compact(uint32_t kind, float *row, size_t n);
#endif

#endif
