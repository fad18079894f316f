/* variant_table.h - the table of one variant's kernels
 *
 * A template: the last one that a variant's file includes. SRNN__PRODUCT(name) is
 * the variant's own product, SRNN__ACTIVATE its own activation, unless the file has
 * chosen otherwise; SRNN__PACKS is that of product.h. */

#ifndef SRNN__PRODUCT
#define SRNN__PRODUCT(name) SRNN__VARIANT(name)
#endif
#ifndef SRNN__ACTIVATE
#define SRNN__ACTIVATE SRNN__VARIANT(activate)
#endif

void SRNN__VARIANT(kernels)(struct srnn__kernels *kernels);
void SRNN__VARIANT(kernels)(struct srnn__kernels *kernels)
{
    kernels->pack = SRNN__PRODUCT(pack);
#if SRNN__PACKS
    kernels->pack_row = SRNN__PRODUCT(pack_row);
    kernels->transpose = SRNN__VARIANT(transpose);
#else
    kernels->pack_row = NULL;
    kernels->transpose = NULL;
#endif
    kernels->multiply = SRNN__PRODUCT(multiply);
#if !SRNN__ONLY_COMPACT
    kernels->multiply_claiming = SRNN__PRODUCT(multiply_claiming);
#endif
    kernels->outer = SRNN__PRODUCT(outer);
    kernels->activate = SRNN__ACTIVATE;
    kernels->sweep = SRNN__VARIANT(sweep);
    kernels->omega = SRNN__VARIANT(omega);
    kernels->bound_rows = SRNN__VARIANT(bound_rows);
    kernels->add_row = SRNN__VARIANT(add_row);
    kernels->sum_rows = SRNN__VARIANT(sum_rows);
    kernels->softmax = SRNN__VARIANT(softmax);
    kernels->logistic_loss = SRNN__VARIANT(logistic_loss);
}

#undef SRNN__PRODUCT
#undef SRNN__PACKS
#undef SRNN__ACTIVATE
