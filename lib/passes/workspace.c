/* workspace.c - the layout of a workspace, its options and states, and its tasks */
#include "passes/workspace.h"
#include "base/compiler.h"

#include <string.h>

/* The steps, or those of a frugal segment, are cut into about so many chunks. Fewer chunks make
 * longer products and fewer rounds of tasks. More chunks need less memory for errors: with 12 the
 * two buffers take a sixth of the states' memory. */
#define CHUNKS 12u
#define FRUGAL_CHUNKS 3u

#define MAX_TASKS 4096u

/* The most pairs of a wide layer's chunk, unless one step has more. They make one stretch of a long
 * product, whose factors then stay in the second-level cache: 166.5 ms instead of 169 for a step of
 * 50-500-50 with 64 sequences (a core of 117 GFLOP/s, gcc 12). */
#define WIDE_PAIRS 256u

const struct srnn__option srnn__workspace_options[SRNN__WORKSPACE_OPTIONS] = {
    [SRNN__ERROR_LIMIT] = {SRNN__BOUND_1E_37, SRNN__BOUND_NONE},
    [SRNN__ERROR_GROWTH] = {SRNN__BOUND_1, SRNN__BOUND_NONE},
};

/* Takes the arrays of a workspace from a layout one by one. While `base` is NULL only the size
 * grows; otherwise pointers are handed out. */
struct carve {
    struct srnn__layout layout;
    unsigned char *base;
    size_t element;       /* bytes of an element of the next arrays */
    size_t alignment;     /* of the next arrays: a cache line, or an element */
    size_t max_sequences; /* of the workspace */
};

/* `a` x `b` x `c` elements. */
static void *carve(struct carve *from, size_t a, size_t b, size_t c)
{
    size_t count, offset;

    if (srnn__multiply_sizes(a, b, &count) || srnn__multiply_sizes(count, c, &count)) {
        from->layout.overflow = 1;
    }
    offset = srnn__layout_take(&from->layout, count, from->element, from->alignment);
    return from->base == NULL ? NULL : from->base + offset;
}

/* `a` x max_sequences x `b` elements. */
static void *carve_sequences(struct carve *from, size_t a, size_t b)
{
    return carve(from, a, from->max_sequences, b);
}

/* An element for each sequence. */
static void *carve_by_sequence(struct carve *from)
{
    return carve(from, from->max_sequences, 1, 1);
}

/* The arrays of the tape and of the carried state. */
static void lay_out_tape(srnn_workspace *w, struct carve *from)
{
    const size_t hidden = w->shape.hidden;
    const size_t states = (size_t)w->shape.segment_steps + 1; /* 0 where it does not fit */
    const size_t logit_steps =
        (w->shape.flags & SRNN_WORKSPACE_LAST_OUTPUT) != 0 ? 1 : w->shape.max_steps;

    from->layout.overflow |= states == 0;
    from->element = sizeof(srnn_batch);
    w->tape.batch = carve(from, 1, 1, 1);
    from->element = sizeof(float);
    w->tape.states = carve_sequences(from, states, hidden);
    if ((w->shape.flags & SRNN_WORKSPACE_FRUGAL) != 0) {
        const size_t segments = (w->shape.max_steps - 1) / w->shape.segment_steps + 1;

        w->tape.segment_starts = carve_sequences(from, segments, hidden);
        w->carried.copy = carve_sequences(from, 1, hidden);
    }
    w->tape.logits = carve_sequences(from, logit_steps, w->shape.outputs);
    w->tape.logit_gradient =
        carve_sequences(from, srnn__forward_only(w) ? 1 : logit_steps, w->shape.outputs);
}

/* The arrays of the views, for the flags that are set. */
static void lay_out_views(srnn_workspace *w, struct carve *from)
{
    const size_t steps = w->shape.max_steps;

    if ((w->shape.flags & SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT) != 0) {
        w->views.hidden_gradient = carve_sequences(from, steps, w->shape.hidden);
    }
    if ((w->shape.flags & SRNN_WORKSPACE_KEEP_INPUT_GRADIENT) != 0) {
        w->views.input_gradient = carve_sequences(from, steps, w->shape.inputs);
    }
    if ((w->shape.flags & SRNN_WORKSPACE_KEEP_FLOW) != 0) {
        w->views.flow = carve_sequences(from, steps, 1);
    }
}

/* The packed weights. Transposed ones take the place of the others, except where a frugal backward
 * runs steps forward again and needs both. */
static void lay_out_packed(srnn_workspace *w, struct carve *from)
{
    const size_t hidden = w->shape.hidden;
    const size_t hidden_columns = srnn__panel_columns(hidden);
    const int keeps_inputs = (w->shape.flags & SRNN_WORKSPACE_KEEP_INPUT_GRADIENT) != 0;
    const size_t in = w->shape.inputs * hidden_columns;
    const size_t in_transposed = keeps_inputs ? hidden * srnn__panel_columns(w->shape.inputs) : 0;
    const size_t out = hidden * srnn__panel_columns(w->shape.outputs);
    const size_t out_transposed = w->shape.outputs * hidden_columns;

    w->packed.in = carve(from, in > in_transposed ? in : in_transposed, 1, 1);
    w->packed.recurrent = carve(from, hidden, hidden_columns, 1);
    w->packed.out = carve(from, out > out_transposed ? out : out_transposed, 1, 1);
    w->packed.in_transposed = w->packed.in;
    w->packed.recurrent_transposed = w->packed.recurrent;
    w->packed.out_transposed = w->packed.out;
    if ((w->shape.flags & SRNN_WORKSPACE_FRUGAL) != 0) {
        w->packed.in_transposed = carve(from, in_transposed, 1, 1);
        w->packed.recurrent_transposed = carve(from, hidden, hidden_columns, 1);
    }
}

/* The scratch of loss, backward and Omega. The lists of pairs have room for a chunk that fills both
 * error buffers, which chunks of wide layers do not (schedule.c). */
static void lay_out_scratch(srnn_workspace *w, struct carve *from)
{
    const size_t hidden = w->shape.hidden;
    const size_t chunk_steps = w->shape.chunk_steps;
    const size_t pair_steps = srnn__is_wide(w->shape.hidden) ? chunk_steps : 2 * chunk_steps;
    struct srnn__backward_scratch *const backward = &w->backward;

    from->element = sizeof(float);
    backward->propagated = carve_sequences(from, chunk_steps > 0, hidden);
    backward->error_buffers[0] = carve_sequences(from, 2 * chunk_steps, hidden);
    if (from->base != NULL) {
        backward->error_buffers[1] =
            backward->error_buffers[0] + chunk_steps * w->shape.max_sequences * hidden;
    }
    if (srnn__is_wide(w->shape.hidden) && chunk_steps > 0) {
        const size_t outputs = srnn__panel_columns(w->shape.outputs);

        backward->error_panels = carve_sequences(from, chunk_steps, srnn__panel_columns(hidden));
        backward->loss_panels = carve_sequences(from, chunk_steps, outputs);
        backward->transposed = carve(from, hidden, SRNN__STRETCH, 1);
        backward->ones = carve(from, SRNN__STRETCH, 1, 1);
    }
    from->element = sizeof(size_t);
    backward->pair_state = carve_sequences(from, pair_steps, 1);
    backward->pair_input = carve_sequences(from, pair_steps, 1);
    backward->loss_state = carve_sequences(from, pair_steps, 1);
    backward->loss_logit = carve_sequences(from, pair_steps, 1);
    /* Arrays of one number a sequence are too small for lines of their own. */
    from->element = sizeof(double);
    from->alignment = sizeof(double);
    w->omega.factors = carve_sequences(from, 3, 1);
    w->loss.sum = carve_by_sequence(from);
    w->loss.weight = carve_by_sequence(from);
    w->loss.log_sum = carve_by_sequence(from);
    w->omega.terms = carve_by_sequence(from);
    w->omega.signals = carve_by_sequence(from);
    w->backward.squared_errors = carve_by_sequence(from);
    w->omega.squared_inputs = carve_by_sequence(from);
    from->element = sizeof(uint32_t);
    from->alignment = sizeof(uint32_t);
    w->live = carve_by_sequence(from);
    backward->live_end = carve_by_sequence(from);
    backward->scored = carve_by_sequence(from);
    w->omega.counted = carve_by_sequence(from);
    w->omega.without_term = carve_by_sequence(from);
}

/* Lay out all arrays: the one place where size, init and create learn the layout. */
static void lay_out(srnn_workspace *w, struct carve *from)
{
    lay_out_tape(w, from);
    lay_out_views(w, from);
    lay_out_packed(w, from);
    lay_out_scratch(w, from);
}

/* The smallest integer whose square is not below n, which is not 0: segments of that many steps
 * need the least memory for their states and for the states between them. */
static uint32_t root_of(uint32_t n)
{
    uint32_t root = 1;

    while ((n - 1) / root >= root) {
        root++;
    }
    return root;
}

/* Set segment_steps and chunk_steps, which are 0, from the rest of a shape. */
static void divide_steps(struct srnn__shape *shape)
{
    if ((shape->flags & SRNN_WORKSPACE_FRUGAL) != 0) {
        shape->segment_steps = root_of(shape->max_steps);
        shape->chunk_steps = shape->segment_steps / FRUGAL_CHUNKS + 1;
    } else if ((shape->flags & SRNN_WORKSPACE_FORWARD_ONLY) != 0) {
        shape->segment_steps = 1;
    } else {
        shape->segment_steps = shape->max_steps;
        shape->chunk_steps = shape->max_steps / CHUNKS + 1;
    }
    if (srnn__is_wide(shape->hidden) &&
        shape->chunk_steps > (WIDE_PAIRS - 1) / shape->max_sequences + 1) {
        shape->chunk_steps = (WIDE_PAIRS - 1) / shape->max_sequences + 1;
    }
}

/* Fill in the shape of a workspace and find the size of its block: the struct, the arrays, and what
 * aligning the first array may take. With `bytes` NULL lay the arrays out instead, in the block
 * that the workspace begins. Not inlined, and neither is srnn_workspace_size, which holds a
 * workspace: their frames would add up. */
static SRNN__NOINLINE int32_t describe(srnn_workspace *w, const srnn_model *model,
                                       uint32_t max_steps, uint32_t max_sequences, uint32_t flags,
                                       size_t *bytes)
{
    struct carve from = {
        {sizeof(srnn_workspace) + SRNN__CACHE_LINE, 0}, NULL, 0, SRNN__CACHE_LINE, max_sequences};

    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (max_steps == 0 || max_sequences == 0 ||
        ((flags & ~SRNN__TRAINING_FLAGS) != 0 && (flags & ~SRNN__FORWARD_FLAGS) != 0)) {
        return SRNN_E_RANGE;
    }
    memset((unsigned char *)w + sizeof w->object, 0, sizeof *w - sizeof w->object);
    w->shape.inputs = model->inputs;
    w->shape.hidden = model->hidden;
    w->shape.outputs = model->outputs;
    w->shape.activation = model->activation;
    w->shape.output = model->output;
    w->shape.flags = flags;
    w->shape.max_steps = max_steps;
    w->shape.max_sequences = max_sequences;
    divide_steps(&w->shape);
    w->option[SRNN__ERROR_LIMIT] = SRNN__INFINITY;
    w->option[SRNN__ERROR_GROWTH] = SRNN__INFINITY;
    if (bytes == NULL) {
        /* Arrays are laid out from the next cache line on, wherever the block is. */
        from.base = (unsigned char *)w + (0 - (uintptr_t)w) % SRNN__CACHE_LINE;
        from.layout.bytes = sizeof(srnn_workspace);
        bytes = &from.layout.bytes;
    }
    lay_out(w, &from);
    SRNN__ASSERT(from.base == NULL ||
                 from.base + from.layout.bytes <= (unsigned char *)w + w->object.bytes);
    return srnn__layout_end(&from.layout, bytes);
}

SRNN__NOINLINE int32_t srnn_workspace_size(const srnn_model *model, uint32_t max_steps,
                                           uint32_t max_sequences, uint32_t flags, size_t *bytes)
{
    srnn_workspace shape;

    return bytes == NULL ? SRNN_E_ARGUMENT
                         : describe(&shape, model, max_steps, max_sequences, flags, bytes);
}

int32_t srnn_workspace_init(void *memory, size_t size, const srnn_model *model, uint32_t max_steps,
                            uint32_t max_sequences, uint32_t flags, srnn_workspace **workspace)
{
    srnn_workspace *made = memory;
    size_t need;
    int32_t status = workspace == NULL
                         ? SRNN_E_ARGUMENT
                         : srnn_workspace_size(model, max_steps, max_sequences, flags, &need);

    if (status == SRNN_OK) {
        status = srnn__object_begin(memory, size, need, sizeof made->object, SRNN__TAG_WORKSPACE);
    }
    if (status != SRNN_OK) {
        return status;
    }
    (void)describe(made, model, max_steps, max_sequences, flags, NULL);
    memset(made->tape.batch, 0, sizeof *made->tape.batch);
    memset(made->live, 0, max_sequences * sizeof *made->live);
    *workspace = made;
    return SRNN_OK;
}

void srnn_workspace_destroy(srnn_workspace *workspace)
{
    srnn__object_end(workspace, SRNN__TAG_WORKSPACE);
}

int32_t srnn_workspace_set(srnn_workspace *workspace, uint32_t key, double value)
{
    if (!srnn__workspace_alive(workspace)) {
        return SRNN_E_ARGUMENT;
    }
    if (key >= SRNN_WORKSPACE_MAX_STEPS && key <= SRNN_WORKSPACE_SEQUENCES) {
        return SRNN_E_READ_ONLY;
    }
    return srnn__options_set(srnn__workspace_options, SRNN__WORKSPACE_OPTIONS, workspace->option,
                             key - SRNN_WORKSPACE_ERROR_LIMIT, value);
}

int32_t srnn_workspace_get(const srnn_workspace *workspace, uint32_t key, double *value)
{
    if (!srnn__workspace_alive(workspace) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    switch (key) {
    case SRNN_WORKSPACE_MAX_STEPS:
        *value = workspace->shape.max_steps;
        return SRNN_OK;
    case SRNN_WORKSPACE_MAX_SEQUENCES:
        *value = workspace->shape.max_sequences;
        return SRNN_OK;
    case SRNN_WORKSPACE_FLAGS:
        *value = workspace->shape.flags;
        return SRNN_OK;
    case SRNN_WORKSPACE_HIDDEN:
        *value = workspace->shape.hidden;
        return SRNN_OK;
    case SRNN_WORKSPACE_CARRIED:
        *value = workspace->carried.sequences;
        return SRNN_OK;
    case SRNN_WORKSPACE_STEPS:
        *value = workspace->stage == SRNN__NOTHING ? 0 : workspace->tape.batch->steps;
        return SRNN_OK;
    case SRNN_WORKSPACE_SEQUENCES:
        *value = workspace->stage == SRNN__NOTHING ? 0 : workspace->tape.batch->sequences;
        return SRNN_OK;
    default:
        return srnn__options_get(SRNN__WORKSPACE_OPTIONS, workspace->option,
                                 key - SRNN_WORKSPACE_ERROR_LIMIT, value);
    }
}

int32_t srnn_workspace_parallel(srnn_workspace *workspace, srnn_parallel_fn run, void *user,
                                uint32_t tasks)
{
    if (!srnn__workspace_alive(workspace)) {
        return SRNN_E_ARGUMENT;
    }
    if (run != NULL && (tasks == 0 || tasks > MAX_TASKS)) {
        return SRNN_E_RANGE;
    }
    workspace->run = run;
    workspace->run_user = user;
    workspace->tasks = run == NULL ? 1 : tasks;
    return SRNN_OK;
}

/* The state goes where a forward begins, so that the tape there is lost. */
int32_t srnn_workspace_set_state(srnn_workspace *workspace, const float *state,
                                 size_t sequence_stride, uint32_t sequences)
{
    if (!srnn__workspace_alive(workspace) || state == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (sequences == 0) {
        return SRNN_E_RANGE;
    }
    if (sequences > workspace->shape.max_sequences) {
        return SRNN_E_SPACE;
    }
    for (size_t s = 0; s < sequences; s++) {
        memcpy(workspace->tape.states + s * workspace->shape.hidden, state + s * sequence_stride,
               workspace->shape.hidden * sizeof *state);
    }
    workspace->stage = SRNN__NOTHING;
    workspace->carried.sequences = sequences;
    workspace->carried.state = workspace->tape.states;
    return SRNN_OK;
}

int32_t srnn_workspace_get_state(const srnn_workspace *workspace, float *state,
                                 size_t sequence_stride, uint32_t sequences)
{
    if (!srnn__workspace_alive(workspace) || state == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (workspace->carried.sequences == 0) {
        return SRNN_E_STATE;
    }
    if (sequences != workspace->carried.sequences) {
        return SRNN_E_SHAPE;
    }
    for (size_t s = 0; s < sequences; s++) {
        memcpy(state + s * sequence_stride, workspace->carried.state + s * workspace->shape.hidden,
               workspace->shape.hidden * sizeof *state);
    }
    return SRNN_OK;
}

int srnn__workspace_fits(const srnn_workspace *workspace, const srnn_model *model)
{
    return workspace->shape.inputs == model->inputs && workspace->shape.hidden == model->hidden &&
           workspace->shape.outputs == model->outputs &&
           workspace->shape.activation == model->activation &&
           workspace->shape.output == model->output;
}

void srnn__zero_hidden_gradient(srnn_workspace *workspace)
{
    if (workspace->views.hidden_gradient != NULL) {
        memset(workspace->views.hidden_gradient, 0,
               workspace->tape.batch->steps * workspace->tape.state_row *
                   sizeof *workspace->views.hidden_gradient);
    }
}

int32_t srnn__parallel(const srnn_workspace *workspace, srnn_task_fn fn, void *task, uint32_t count)
{
    if (workspace->run == NULL || count == 1) {
        for (uint32_t i = 0; i < count; i++) {
            fn(task, i);
        }
        return SRNN_OK;
    }
    return workspace->run(workspace->run_user, fn, task, count) == 0 ? SRNN_OK : SRNN_E_PARALLEL;
}

uint32_t srnn__task_count(const srnn_workspace *workspace, uint32_t items)
{
    if (workspace->run == NULL) {
        return 1;
    }
    return items < workspace->tasks ? items : workspace->tasks;
}

/* The first `items % count` tasks have one item more than the others. */
uint32_t srnn__task_first(uint32_t items, uint32_t index, uint32_t count)
{
    const uint32_t more = items % count;

    SRNN__ASSERT(index <= count);
    return items / count * index + (index < more ? index : more);
}

uint32_t srnn__find_live(srnn_workspace *workspace, uint32_t step, uint32_t first, uint32_t end)
{
    uint32_t *live = workspace->live + first;
    uint32_t count = 0;

    for (uint32_t s = first; s < end; s++) {
        if (srnn__live(workspace->tape.batch, step, s)) {
            /* Usually unchanged since the last step: skipping the store, a short cut, avoids false
             * sharing between tasks. */
            if (!SRNN__SHORT_CUTS || live[count] != s) {
                live[count] = s;
            }
            count++;
        }
    }
    return count;
}
