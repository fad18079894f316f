/* passes.h - test cases through the library
 *
 * library_run takes a case through forward, loss and backward of the public interface, in the
 * layout and with the features of the case, and copies the library's results into a tape of the
 * reference's. */
#ifndef PASSES_H
#define PASSES_H

#include <stdint.h>

#include "cases.h"
#include "reference.h"
#include "srnn.h"

/* Fail the running test unless a library call returned SRNN_OK. */
#define OK(call) expect_ok((call), #call, __FILE__, __LINE__)
void expect_ok(int32_t status, const char *call, const char *file, int line);

/* A model of the library's with a case's shape, flags and parameters, on one instruction set. */
srnn_model *case_model(const struct test_case *test_case, uint32_t instructions);

/* A clipper with a threshold, and an option or statistic of a clipper. */
srnn_clipper *clipper_new(uint32_t kind, double threshold);
double clipper_get(const srnn_clipper *clipper, uint32_t key);

struct library {
    srnn_model *model;
    srnn_workspace *workspace;
    srnn_batch *batch;
};

/* Model and workspace for a case, on one instruction set; and their end. */
void library_open(struct library *library, const struct test_case *test_case,
                  uint32_t instructions);
void library_close(struct library *library);

/* How a pass starts. */
enum library_start {
    START_AS_CASE, /* from the case's own start */
    START_CONTINUE /* from the state that the pass before left */
};

/* Forward, loss and backward on a case. Adds to `gradient` [parameter count]; regularizer may be
 * NULL. The tape, the caller's to free, holds the library's results: all but activations,
 * local and back. live and scored are copied from `expected`. */
struct reference_tape *library_run(struct library *library, const struct test_case *test_case,
                                   enum library_start start,
                                   const struct reference_tape *expected,
                                   srnn_regularizer *regularizer, float *gradient);

#endif
