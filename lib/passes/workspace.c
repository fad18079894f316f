/* workspace.c - the tape and the scratch of a pass, in one block. */
#include "passes/workspace.h"
#include "base/option.h"

#include <string.h>

#define ALL_FLAGS                                                                                  \
    (SRNN_LAST_OUTPUT | SRNN_KEEP_HIDDEN_GRADIENT | SRNN_KEEP_INPUT_GRADIENT | SRNN_KEEP_FLOW |    \
     SRNN_FRUGAL)

/* The errors of this share of the steps, or of a frugal segment's steps, are kept at
 * a time, without Omega twice as many: enough for a long product and few rounds of
 * tasks, little beside the states. */
#define CHUNKS 12u
#define FRUGAL_CHUNKS 3u

#define MAX_TASKS 4096u

/* The most pairs of a wide layer's chunk, but for what a step has more: those of one
 * stretch of a long product, which is then still in the second-level cache. */
#define WIDE_PAIRS 256u

static const struct srnn__option options[] = {
    {SRNN_ERROR_LIMIT, 0, SRNN__INFINITY, 1e-37, SRNN__INFINITY},
};
#define OPTIONS (sizeof options / sizeof options[0])

/* Takes the arrays of a workspace from a layout one by one. In the first round
 * `base` is NULL and only the size grows; in the second it hands out pointers. */
struct carve {
    struct srnn__layout layout;
    unsigned char *base;
    size_t element; /* bytes of an element of the arrays that come next */
};

/* `a` x `b` x `c` elements, on a cache line. */
static void *carve(struct carve *from, size_t a, size_t b, size_t c)
{
    size_t count, offset;

    if (srnn__multiply_sizes(a, b, &count) || srnn__multiply_sizes(count, c, &count)) {
        from->layout.overflow = 1;
    }
    offset = srnn__layout_take(&from->layout, count, from->element, SRNN__CACHE_LINE);
    return from->base == NULL ? NULL : from->base + offset;
}

/* Lay out all arrays: the one place where size, init and create learn the
 * layout. The packed matrices serve forward and, transposed, backward, in the
 * same place unless backward has to run steps forward again. */
static void lay_out(srnn_workspace *w, struct carve *from)
{
    const size_t steps = w->max_steps;
    const size_t sequences = w->max_sequences;
    const size_t hidden = w->hidden;
    const size_t outputs = w->outputs;
    const size_t logit_steps = (w->flags & SRNN_LAST_OUTPUT) != 0 ? 1 : steps;
    const size_t hidden_panel = srnn__panel_columns(hidden);
    const size_t in_floats = w->inputs * hidden_panel;
    const size_t in_back_floats =
        (w->flags & SRNN_KEEP_INPUT_GRADIENT) != 0 ? hidden * srnn__panel_columns(w->inputs) : 0;
    const size_t out_floats = hidden * srnn__panel_columns(outputs);
    const size_t out_back_floats = outputs * hidden_panel;
    const size_t most_steps = srnn__most_steps(w, 0);
    const int frugal = (w->flags & SRNN_FRUGAL) != 0;

    from->element = sizeof(srnn_batch);
    w->batch = carve(from, 1, 1, 1);

    from->element = sizeof(float);
    w->starts = NULL;
    w->kept_last = NULL;
    if (frugal) {
        w->states = carve(from, (size_t)w->segment_steps + 1, sequences, hidden);
        w->starts = carve(from, (steps - 1) / w->segment_steps + 1, sequences, hidden);
        w->kept_last = carve(from, sequences, hidden, 1);
    } else {
        w->states = carve(from, steps + 1, sequences, hidden);
    }
    w->logits = carve(from, logit_steps, sequences, outputs);
    w->logit_gradient = carve(from, logit_steps, sequences, outputs);
    w->hidden_gradient = NULL;
    w->input_gradient = NULL;
    w->flow = NULL;
    if ((w->flags & SRNN_KEEP_HIDDEN_GRADIENT) != 0) {
        w->hidden_gradient = carve(from, steps, sequences, hidden);
    }
    if ((w->flags & SRNN_KEEP_INPUT_GRADIENT) != 0) {
        w->input_gradient = carve(from, steps, sequences, w->inputs);
    }
    if ((w->flags & SRNN_KEEP_FLOW) != 0) {
        w->flow = carve(from, steps, sequences, 1);
    }
    w->propagated = carve(from, sequences, hidden, 1);
    w->errors = carve(from, 2 * (size_t)w->chunk_steps, sequences, hidden);
    w->panels_in = carve(from, in_floats > in_back_floats ? in_floats : in_back_floats, 1, 1);
    w->panels_rec = carve(from, hidden, hidden_panel, 1);
    w->back_in = w->panels_in;
    w->back_rec = w->panels_rec;
    if (frugal) {
        w->back_in = carve(from, in_back_floats, 1, 1);
        w->back_rec = carve(from, hidden, hidden_panel, 1);
    }
    w->panels_out = carve(from, out_floats > out_back_floats ? out_floats : out_back_floats, 1, 1);
    w->error_panels = NULL;
    w->loss_panels = NULL;
    w->transposed = NULL;
    w->ones = NULL;
    if (srnn__is_wide(w)) {
        w->error_panels = carve(from, w->chunk_steps, sequences, hidden_panel);
        w->loss_panels = carve(from, w->chunk_steps, sequences, srnn__panel_columns(outputs));
        w->transposed = carve(from, hidden, SRNN__STRETCH, 1);
        w->ones = carve(from, SRNN__STRETCH, 1, 1);
    }

    from->element = sizeof(size_t);
    w->pair_state = carve(from, most_steps, sequences, 1);
    w->pair_input = carve(from, most_steps, sequences, 1);
    w->loss_state = carve(from, most_steps, sequences, 1);
    w->loss_logit = carve(from, most_steps, sequences, 1);

    from->element = sizeof(double);
    w->sequence_sum = carve(from, 5, sequences, 1);
    w->squares = carve(from, sequences, 1, 1);
    w->norms = carve(from, sequences, 1, 1);

    from->element = sizeof(int64_t);
    w->first_live = carve(from, sequences, 1, 1);
    w->last_live = carve(from, sequences, 1, 1);

    from->element = sizeof(uint32_t);
    w->live = carve(from, sequences, 1, 1);
    w->ending = carve(from, sequences, 1, 1);
}

/* The smallest integer whose square is not below n: segments of that many steps
 * need the least memory for their states and for the states between them. */
static uint32_t root_of(uint32_t n)
{
    uint64_t root = 1;

    while (root * root < n) {
        root++;
    }
    return (uint32_t)root;
}

/* Fill in the description of a workspace and find the size of its block: the
 * header, the arrays, and what aligning the first array may take. */
static int32_t describe(srnn_workspace *w, const srnn_model *model, uint32_t max_steps,
                        uint32_t max_sequences, uint32_t flags, size_t *bytes)
{
    struct carve from = {{sizeof(srnn_workspace) + SRNN__CACHE_LINE, 0}, NULL, 0};

    if (!srnn__model_alive(model)) {
        return SRNN_E_ARGUMENT;
    }
    if (max_steps == 0 || max_sequences == 0 || (flags & ~ALL_FLAGS) != 0) {
        return SRNN_E_RANGE;
    }
    memset(w, 0, sizeof *w);
    w->inputs = model->inputs;
    w->hidden = model->hidden;
    w->outputs = model->outputs;
    w->activation = model->activation;
    w->output = model->output;
    w->flags = flags;
    w->max_steps = max_steps;
    w->max_sequences = max_sequences;
    if ((flags & SRNN_FRUGAL) != 0) {
        w->segment_steps = root_of(max_steps);
        w->chunk_steps = w->segment_steps / FRUGAL_CHUNKS + 1;
    } else {
        w->segment_steps = max_steps;
        w->chunk_steps = max_steps / CHUNKS + 1;
    }
    if (srnn__is_wide(w) && w->chunk_steps > (WIDE_PAIRS - 1) / max_sequences + 1) {
        w->chunk_steps = (WIDE_PAIRS - 1) / max_sequences + 1;
    }
    srnn__options_reset(options, OPTIONS, &w->error_limit);
    lay_out(w, &from);
    *bytes = from.layout.bytes;
    return from.layout.overflow ? SRNN_E_OVERFLOW : SRNN_OK;
}

int32_t srnn_workspace_size(const srnn_model *model, uint32_t max_steps, uint32_t max_sequences,
                            uint32_t flags, size_t *bytes)
{
    srnn_workspace shape;
    size_t need;
    int32_t status;

    if (bytes == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = describe(&shape, model, max_steps, max_sequences, flags, &need);
    if (status == SRNN_OK) {
        *bytes = need;
    }
    return status;
}

int32_t srnn_workspace_init(void *memory, size_t size, const srnn_model *model, uint32_t max_steps,
                            uint32_t max_sequences, uint32_t flags, srnn_workspace **workspace)
{
    struct carve from = {{sizeof(srnn_workspace), 0}, NULL, 0};
    srnn_workspace *made = memory;
    size_t need;
    int32_t status;

    if (workspace == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn_workspace_size(model, max_steps, max_sequences, flags, &need);
    if (status == SRNN_OK) {
        status = srnn__place(memory, size, need);
    }
    if (status != SRNN_OK) {
        return status;
    }
    (void)describe(made, model, max_steps, max_sequences, flags, &need);
    srnn__object_begin(&made->object, SRNN__TAG_WORKSPACE, need);
    /* Arrays are laid out from the next cache line on, wherever the block is. */
    from.base = (unsigned char *)memory + (0 - (uintptr_t)memory) % SRNN__CACHE_LINE;
    lay_out(made, &from);
    memset(made->batch, 0, sizeof *made->batch);
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
    return srnn__options_set(options, OPTIONS, &workspace->error_limit, key, value);
}

int32_t srnn_workspace_get(const srnn_workspace *workspace, uint32_t key, double *value)
{
    if (!srnn__workspace_alive(workspace) || value == NULL) {
        return SRNN_E_ARGUMENT;
    }
    return srnn__options_get(options, OPTIONS, &workspace->error_limit, key, value);
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

/* The state goes where a forward begins; the tape it replaces is gone. */
int32_t srnn_workspace_set_state(srnn_workspace *workspace, const float *state,
                                 size_t sequence_stride, uint32_t sequences)
{
    if (!srnn__workspace_alive(workspace) || state == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (sequences == 0) {
        return SRNN_E_RANGE;
    }
    if (sequences > workspace->max_sequences) {
        return SRNN_E_SPACE;
    }
    for (size_t s = 0; s < sequences; s++) {
        memcpy(workspace->states + s * workspace->hidden, state + s * sequence_stride,
               workspace->hidden * sizeof *state);
    }
    workspace->stage = SRNN__NOTHING;
    workspace->sequences = sequences;
    workspace->last = workspace->states;
    return SRNN_OK;
}

int32_t srnn_workspace_get_state(const srnn_workspace *workspace, float *state,
                                 size_t sequence_stride, uint32_t sequences)
{
    if (!srnn__workspace_alive(workspace) || state == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if (workspace->sequences == 0) {
        return SRNN_E_STATE;
    }
    if (sequences != workspace->sequences) {
        return SRNN_E_SHAPE;
    }
    for (size_t s = 0; s < sequences; s++) {
        memcpy(state + s * sequence_stride, workspace->last + s * workspace->hidden,
               workspace->hidden * sizeof *state);
    }
    return SRNN_OK;
}

int32_t srnn_workspace_view(srnn_workspace *workspace, uint32_t view, float **data,
                            size_t *step_stride, size_t *sequence_stride, uint32_t *width)
{
    float *array = NULL;
    uint32_t columns = 0;
    uint32_t needed = SRNN__FORWARD;
    size_t step;

    if (!srnn__workspace_alive(workspace) || data == NULL || step_stride == NULL ||
        sequence_stride == NULL || width == NULL) {
        return SRNN_E_ARGUMENT;
    }
    switch (view) {
    case SRNN_VIEW_HIDDEN:
        array = workspace->starts != NULL ? NULL : workspace->states + srnn__state_row(workspace);
        columns = workspace->hidden;
        break;
    case SRNN_VIEW_LOGIT:
        array = workspace->logits;
        columns = workspace->outputs;
        break;
    case SRNN_VIEW_LOGIT_GRADIENT:
        array = workspace->logit_gradient;
        columns = workspace->outputs;
        break;
    case SRNN_VIEW_HIDDEN_GRADIENT:
        array = workspace->hidden_gradient;
        columns = workspace->hidden;
        break;
    case SRNN_VIEW_INPUT_GRADIENT:
        array = workspace->input_gradient;
        columns = workspace->inputs;
        needed = SRNN__BACKWARD;
        break;
    case SRNN_VIEW_FLOW:
        array = workspace->flow;
        columns = 1;
        needed = SRNN__BACKWARD;
        break;
    default:
        return SRNN_E_RANGE;
    }
    if (array == NULL || workspace->stage < needed) {
        return SRNN_E_STATE;
    }
    step = (size_t)workspace->batch->sequences * columns;
    if (view == SRNN_VIEW_LOGIT || view == SRNN_VIEW_LOGIT_GRADIENT) {
        step = srnn__logit_row(workspace);
    }
    if (view == SRNN_VIEW_LOGIT_GRADIENT && workspace->stage == SRNN__FORWARD) {
        /* A loss of the caller's own: dead pairs and whatever it leaves out
         * have no gradient. */
        const size_t rows = workspace->last_only ? 1 : workspace->batch->steps;
        memset(array, 0, rows * workspace->batch->sequences * columns * sizeof *array);
        workspace->stage = SRNN__LOSS;
    }
    *data = array;
    *step_stride = step;
    *sequence_stride = columns;
    *width = columns;
    return SRNN_OK;
}

int srnn__workspace_fits(const srnn_workspace *workspace, const srnn_model *model)
{
    return workspace->inputs == model->inputs && workspace->hidden == model->hidden &&
           workspace->outputs == model->outputs && workspace->activation == model->activation &&
           workspace->output == model->output;
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

    return items / count * index + (index < more ? index : more);
}

uint32_t srnn__find_live(srnn_workspace *workspace, uint32_t step, uint32_t first, uint32_t end)
{
    uint32_t *live = workspace->live + first;
    uint32_t count = 0;

    for (uint32_t s = first; s < end; s++) {
        if (srnn__live(workspace->batch, step, s)) {
            /* Mostly it stands there from the last step; and tasks share lines. */
            if (live[count] != s) {
                live[count] = s;
            }
            count++;
        }
    }
    return count;
}
