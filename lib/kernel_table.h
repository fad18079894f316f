/* kernel_table.h - the table of one variant's kernels
 *
 * A template: the last one that a variant's file includes. Level 1. */

void SRNN__VARIANT(kernels)(struct srnn__kernels *kernels);
void SRNN__VARIANT(kernels)(struct srnn__kernels *kernels)
{
    kernels->pack = SRNN__VARIANT(pack);
    kernels->multiply = SRNN__VARIANT(multiply);
    kernels->multiply_row = SRNN__VARIANT(multiply_row);
    kernels->outer = SRNN__VARIANT(outer);
    kernels->activate = SRNN__VARIANT(activate);
    kernels->sweep = SRNN__VARIANT(sweep);
    kernels->omega = SRNN__VARIANT(omega);
    kernels->bound_rows = SRNN__VARIANT(bound_rows);
    kernels->add_row = SRNN__VARIANT(add_row);
    kernels->sum_rows = SRNN__VARIANT(sum_rows);
    kernels->softmax = SRNN__VARIANT(softmax);
    kernels->logistic_loss = SRNN__VARIANT(logistic_loss);
}
