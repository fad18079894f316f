/* passes.c - test cases through the library: see passes.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"
#include "passes.h"

static const uint32_t activation_kinds[REFERENCE_ACTIVATIONS] = {
    SRNN_HIDDEN_TANH, SRNN_HIDDEN_SIGMOID, SRNN_HIDDEN_RELU, SRNN_HIDDEN_LINEAR};
static const uint32_t output_kinds[REFERENCE_OUTPUTS] = {SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SIGMOID,
                                                         SRNN_OUTPUT_SOFTMAX};

void expect_ok(int32_t status, const char *call, const char *file, int line)
{
    if (status != SRNN_OK) {
        fail_msg("%s:%d: %s in %s", file, line, srnn_status_name(status), call);
    }
}

/* The library's flags for a case's model. */
static uint32_t case_model_flags(const struct test_case *test_case)
{
    const struct reference_model *model = &test_case->model;

    return (model->has_recurrent_bias ? 0 : SRNN_MODEL_NO_RECURRENT_BIAS) |
           (model->has_output_bias ? 0 : SRNN_MODEL_NO_OUTPUT_BIAS) |
           (model->has_learned_state ? SRNN_MODEL_LEARNED_STATE : 0);
}

srnn_model *case_model(const struct test_case *test_case, uint32_t instructions)
{
    const struct reference_model *shape = &test_case->model;
    srnn_model *model = NULL;

    OK(srnn_model_create(NULL, NULL, (uint32_t)shape->inputs, (uint32_t)shape->hidden,
                         (uint32_t)shape->outputs, activation_kinds[shape->activation],
                         output_kinds[shape->output], case_model_flags(test_case), &model));
    OK(srnn_model_set(model, SRNN_MODEL_INSTRUCTIONS, instructions));
    assert_int_equal(srnn_model_parameter_count(model), test_case->parameter_count);
    memcpy(srnn_model_parameters(model), test_case->parameters,
           test_case->parameter_count * sizeof(float));
    return model;
}

srnn_clipper *clipper_new(uint32_t kind, double threshold)
{
    srnn_clipper *clipper = NULL;

    OK(srnn_clipper_create(NULL, NULL, kind, &clipper));
    OK(srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, threshold));
    return clipper;
}

double clipper_get(const srnn_clipper *clipper, uint32_t key)
{
    double value = NAN;

    OK(srnn_clipper_get(clipper, key, &value));
    return value;
}

void library_open(struct library *library, const struct test_case *test_case,
                  uint32_t instructions)
{
    const struct plan *plan = &test_case->plan;
    uint32_t spare = plan->features & CASE_LOOSE ? 3 : 0;
    uint32_t flags = 0;

    library->model = case_model(test_case, instructions);
    library->workspace = NULL;
    library->batch = NULL;
    if (!(plan->features & CASE_LEAN)) {
        flags |= SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT | SRNN_WORKSPACE_KEEP_INPUT_GRADIENT |
                 SRNN_WORKSPACE_KEEP_FLOW;
    }
    if (plan->features & CASE_LAST_OUTPUT) {
        flags |= SRNN_WORKSPACE_LAST_OUTPUT;
    }
    OK(srnn_workspace_create(NULL, NULL, library->model, (uint32_t)plan->steps + spare,
                             (uint32_t)plan->sequences + spare, flags, &library->workspace));
    OK(srnn_workspace_set(library->workspace, SRNN_WORKSPACE_ERROR_LIMIT, test_case->error_limit));
    OK(srnn_workspace_set(library->workspace, SRNN_WORKSPACE_ERROR_GROWTH,
                          test_case->error_growth));
    if (plan->features & CASE_TASKS) {
        OK(srnn_workspace_parallel(library->workspace, run_reversed, NULL, test_case->tasks));
    }
    OK(srnn_batch_create(NULL, NULL, &library->batch));
}

void library_close(struct library *library)
{
    srnn_batch_destroy(library->batch);
    srnn_workspace_destroy(library->workspace);
    srnn_model_destroy(library->model);
}

/* An array of the library's: a copy of a dense one in the layout of a case. */
struct laid_out {
    void *data; /* NULL for an absent array */
    size_t step_stride;
    size_t sequence_stride;
};

/* Lay `dense` [steps x sequences x width], elements of `size` bytes, out as in the case: time-
 * or batch-major, with gaps between rows or without. The gaps are filled with 0xff bytes, which
 * are NaN as floats and beyond any bound as ids. */
static struct laid_out lay_out(const struct test_case *test_case, const void *dense, size_t steps,
                               size_t width, size_t size)
{
    size_t sequences = test_case->plan.sequences;
    size_t row = width + (test_case->plan.features & CASE_PADDED ? 2 : 0);
    struct laid_out array = {NULL, row * sequences, row};

    if (test_case->plan.features & CASE_BATCH_MAJOR) {
        array.step_stride = row;
        array.sequence_stride = row * steps;
    }
    if (dense == NULL) {
        return array;
    }
    array.data = reference_allocate(row * steps * sequences, size);
    memset(array.data, 0xff, row * steps * sequences * size);
    for (size_t t = 0; t < steps; t++) {
        for (size_t s = 0; s < sequences; s++) {
            size_t at = t * array.step_stride + s * array.sequence_stride;

            memcpy((char *)array.data + at * size,
                   (const char *)dense + (t * sequences + s) * width * size, width * size);
        }
    }
    return array;
}

/* The arrays of a batch. */
struct arrays {
    struct laid_out input;
    struct laid_out target;
    struct laid_out known;
    struct laid_out weights;
    struct laid_out mask;
    struct laid_out start;
};

/* Describe a case to the library's batch. */
static void set_batch(struct library *library, const struct test_case *test_case,
                      struct arrays *arrays)
{
    const struct plan *plan = &test_case->plan;
    srnn_batch *batch = library->batch;
    size_t item_steps = plan->features & CASE_LAST ? 1 : plan->steps;
    size_t stride; /* of items: 0 stands for one per sequence */

    arrays->mask = lay_out(test_case, test_case->mask, plan->steps, 1, 1);
    arrays->weights = lay_out(test_case, test_case->weights, item_steps, 1, sizeof(float));
    arrays->start = lay_out(test_case, test_case->start, 1, plan->hidden, sizeof(float));
    OK(srnn_batch_begin(batch, (uint32_t)plan->steps, (uint32_t)plan->sequences));
    if (test_case->input_ids != NULL) {
        arrays->input = lay_out(test_case, test_case->input_ids, plan->steps, 1,
                                sizeof(uint32_t));
        OK(srnn_batch_input_ids(batch, arrays->input.data, arrays->input.step_stride,
                                arrays->input.sequence_stride));
    } else {
        arrays->input = lay_out(test_case, test_case->inputs, plan->steps, plan->inputs,
                                sizeof(float));
        OK(srnn_batch_input(batch, arrays->input.data, arrays->input.step_stride,
                            arrays->input.sequence_stride));
    }
    OK(srnn_batch_restarts(batch, test_case->restarts));
    OK(srnn_batch_lengths(batch, test_case->lengths));
    OK(srnn_batch_mask(batch, arrays->mask.data, arrays->mask.step_stride,
                       arrays->mask.sequence_stride));
    if (test_case->target_ids != NULL) {
        arrays->target = lay_out(test_case, test_case->target_ids, item_steps, 1,
                                 sizeof(uint32_t));
        stride = plan->features & CASE_LAST ? 0 : arrays->target.step_stride;
        OK(srnn_batch_target_ids(batch, arrays->target.data, stride,
                                 arrays->target.sequence_stride));
    } else {
        arrays->target = lay_out(test_case, test_case->targets, item_steps, plan->outputs,
                                 sizeof(float));
        stride = plan->features & CASE_LAST ? 0 : arrays->target.step_stride;
        OK(srnn_batch_target(batch, arrays->target.data, stride,
                             arrays->target.sequence_stride));
    }
    arrays->known = lay_out(test_case, test_case->known, item_steps, plan->outputs, 1);
    stride = plan->features & CASE_LAST ? 0 : arrays->known.step_stride;
    OK(srnn_batch_target_mask(batch, arrays->known.data, stride, arrays->known.sequence_stride));
    stride = plan->features & CASE_LAST ? 0 : arrays->weights.step_stride;
    OK(srnn_batch_weights(batch, arrays->weights.data, stride, arrays->weights.sequence_stride));
}

/* Copy a view of the library's into a dense array of doubles [steps x sequences x width], where
 * `chosen` [steps x sequences] is not zero (NULL: everywhere). A view of one step, the logits of
 * a last-step loss, is read at step 0 whatever t. */
static void read_view(struct library *library, const struct test_case *test_case, uint32_t view,
                      int one_step, const unsigned char *chosen, double *dense)
{
    const float *data;
    size_t step_stride, sequence_stride;
    uint32_t width;

    OK(srnn_workspace_view_const(library->workspace, view, &data, &step_stride, &sequence_stride,
                                 &width));
    for (size_t t = 0; t < test_case->plan.steps; t++) {
        for (size_t s = 0; s < test_case->plan.sequences; s++) {
            size_t pair = t * test_case->plan.sequences + s;
            size_t at = (one_step ? 0 : t * step_stride) + s * sequence_stride;

            for (size_t i = 0; (chosen == NULL || chosen[pair]) && i < width; i++) {
                dense[pair * width + i] = data[at + i];
            }
        }
    }
}

/* y = g(z) at the chosen pairs, through srnn_outputs, one row at a time. */
static void read_outputs(const struct library *library, const struct test_case *test_case,
                         const unsigned char *chosen, struct reference_tape *tape)
{
    size_t width = test_case->plan.outputs;
    float *row = reference_allocate(width, sizeof *row);

    for (size_t pair = 0; pair < test_case->plan.steps * test_case->plan.sequences; pair++) {
        if (chosen[pair]) {
            for (size_t i = 0; i < width; i++) {
                row[i] = (float)tape->logits[pair * width + i];
            }
            OK(srnn_outputs(library->model, row, 1, row));
            for (size_t i = 0; i < width; i++) {
                tape->outputs[pair * width + i] = row[i];
            }
        }
    }
    free(row);
}

/* The library's loss and its gradient on the logits; or, as a loss of the caller's own, the
 * reference's gradient, written through the view. */
static void run_loss(struct library *library, const struct test_case *test_case,
                     const struct reference_tape *expected, struct reference_tape *tape)
{
    int last = (test_case->plan.features & CASE_LAST) != 0;
    float *data;
    size_t step_stride, sequence_stride;
    uint32_t width;

    if (!(test_case->plan.features & CASE_OWN_LOSS)) {
        OK(srnn_loss(library->model, library->workspace, library->batch, test_case->scale,
                     &tape->loss, &tape->weight));
        return;
    }
    tape->loss = expected->loss;
    tape->weight = expected->weight;
    OK(srnn_loss_begin(library->workspace));
    OK(srnn_workspace_view(library->workspace, SRNN_VIEW_LOGIT_GRADIENT, &data, &step_stride,
                           &sequence_stride, &width));
    for (size_t t = 0; t < test_case->plan.steps; t++) {
        for (size_t s = 0; s < test_case->plan.sequences; s++) {
            size_t pair = t * test_case->plan.sequences + s;
            size_t at = (last ? 0 : t * step_stride) + s * sequence_stride;

            for (size_t i = 0; expected->scored[pair] && i < width; i++) {
                data[at + i] = (float)expected->logit_gradient[pair * width + i];
            }
        }
    }
}

/* Add the case's errors from outside to the library's view of the hidden gradient. */
static void add_outside(struct library *library, const struct test_case *test_case)
{
    float *data;
    size_t step_stride, sequence_stride;
    uint32_t width;

    OK(srnn_workspace_view(library->workspace, SRNN_VIEW_HIDDEN_GRADIENT, &data, &step_stride,
                           &sequence_stride, &width));
    for (size_t t = 0; t < test_case->plan.steps; t++) {
        for (size_t s = 0; s < test_case->plan.sequences; s++) {
            size_t pair = t * test_case->plan.sequences + s;

            for (size_t i = 0; i < width; i++) {
                data[t * step_stride + s * sequence_stride + i] +=
                    test_case->outside[pair * width + i];
            }
        }
    }
}

/* The state that the library would carry on, as the last row of the tape's hidden states. */
static void read_state(const struct library *library, const struct test_case *test_case,
                       double *row)
{
    size_t count = test_case->plan.sequences * test_case->plan.hidden;
    float *state = reference_allocate(count, sizeof *state);

    OK(srnn_workspace_get_state(library->workspace, state, test_case->plan.hidden,
                                (uint32_t)test_case->plan.sequences));
    for (size_t i = 0; i < count; i++) {
        row[i] = state[i];
    }
    free(state);
}

/* dE/dh_0 [count], whose rows lie without gaps in the view's one step. */
static void read_initial_gradient(const struct library *library, size_t count, double *dense)
{
    const float *data;
    size_t step_stride, sequence_stride;
    uint32_t width;

    OK(srnn_workspace_view_const(library->workspace, SRNN_VIEW_INITIAL_GRADIENT, &data,
                                 &step_stride, &sequence_stride, &width));
    assert_int_equal(sequence_stride, width);
    for (size_t i = 0; i < count; i++) {
        dense[i] = data[i];
    }
}

/* Read what a pass has left in the workspace into a tape. */
static void read_tape(struct library *library, const struct test_case *test_case,
                      struct reference_tape *tape)
{
    const struct plan *plan = &test_case->plan;
    size_t row = plan->sequences * plan->hidden;
    int last = (plan->features & CASE_LAST) != 0;

    read_view(library, test_case, SRNN_VIEW_HIDDEN, 0, NULL, tape->hidden + row);
    read_view(library, test_case, SRNN_VIEW_LOGIT, last, tape->scored, tape->logits);
    read_outputs(library, test_case, tape->scored, tape);
    read_view(library, test_case, SRNN_VIEW_LOGIT_GRADIENT, last, tape->scored,
              tape->logit_gradient);
    if (!(plan->features & CASE_LEAN)) {
        read_view(library, test_case, SRNN_VIEW_HIDDEN_GRADIENT, 0, NULL, tape->hidden_gradient);
        read_view(library, test_case, SRNN_VIEW_INPUT_GRADIENT, 0, NULL, tape->input_gradient);
        read_view(library, test_case, SRNN_VIEW_FLOW, 0, NULL, tape->flow);
    }
    read_initial_gradient(library, row, tape->initial_gradient);
    read_state(library, test_case, tape->hidden + plan->steps * row);
}

struct reference_tape *library_run(struct library *library, const struct test_case *test_case,
                                   enum library_start start,
                                   const struct reference_tape *expected,
                                   srnn_regularizer *regularizer, float *gradient)
{
    const struct plan *plan = &test_case->plan;
    size_t pairs = plan->steps * plan->sequences;
    struct reference_tape *tape =
        reference_tape_new(&test_case->model, plan->steps, plan->sequences);
    struct arrays arrays;

    memcpy(tape->live, expected->live, pairs);
    memcpy(tape->scored, expected->scored, pairs);
    set_batch(library, test_case, &arrays);
    if (start == START_AS_CASE && test_case->start != NULL) {
        OK(srnn_workspace_set_state(library->workspace, arrays.start.data,
                                    arrays.start.sequence_stride, (uint32_t)plan->sequences));
        start = START_CONTINUE;
    }
    if (start == START_CONTINUE) {
        OK(srnn_forward_continue(library->model, library->workspace, library->batch));
    } else {
        OK(srnn_forward(library->model, library->workspace, library->batch));
    }
    run_loss(library, test_case, expected, tape);
    if (test_case->outside != NULL) {
        add_outside(library, test_case);
    }
    OK(srnn_backward(library->model, library->workspace, regularizer, gradient,
                     test_case->parameter_count));
    read_tape(library, test_case, tape);
    for (size_t i = 0; i < test_case->parameter_count; i++) {
        tape->gradient[i] = gradient[i];
    }
    free(arrays.input.data);
    free(arrays.target.data);
    free(arrays.known.data);
    free(arrays.weights.data);
    free(arrays.mask.data);
    free(arrays.start.data);
    return tape;
}
