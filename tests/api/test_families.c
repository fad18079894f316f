/* test_families.c - a constant in the place of another is refused
 *
 * Every constant goes to every function that takes a kind, a flag, a key or a view. Those of its
 * own family get through; all others are SRNN_E_RANGE, or SRNN_E_OPTION as a key. Numbers from 1 to
 * 10, which constants had before they had families, are refused by all. */
#include <math.h>

#include "support.h"

enum family {
    NONE,
    HIDDEN,
    OUTPUT,
    START,
    INSTRUCTIONS,
    MODEL_FLAG,
    MODEL_KEY,
    VIEW,
    WORKSPACE_FLAG,
    WORKSPACE_KEY,
    OMEGA_KIND,
    OMEGA_KEY,
    CLIP_KIND,
    CLIP_KEY,
    CLIP_POLICY,
    CLIP_RULE,
    OPTIMIZER_KIND,
    OPTIMIZER_KEY,
    OPTION_TRAIT,
    LOAD_FLAG,
    PART_KIND,
    STORED_KEY,
    ARITHMETIC
};

/* The numbers from `first` to `last`, or the bits. */
static const struct range {
    enum family family;
    uint32_t first, last;
} ranges[] = {
    {NONE, 1, 10},
    {HIDDEN, SRNN_HIDDEN_TANH, SRNN_HIDDEN_LINEAR},
    {OUTPUT, SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SOFTMAX},
    {START, SRNN_START_BASIC_SIGMOID, SRNN_START_GLOROT},
    {INSTRUCTIONS, SRNN_INSTRUCTIONS_BASELINE, SRNN_INSTRUCTIONS_AVX512_DUAL},
    {MODEL_FLAG, SRNN_MODEL_NO_RECURRENT_BIAS, SRNN_MODEL_EXTERNAL},
    {MODEL_KEY, SRNN_MODEL_INSTRUCTIONS, SRNN_MODEL_INSTRUCTIONS},
    {MODEL_KEY, SRNN_MODEL_ACTIVATION, SRNN_MODEL_FLAGS},
    {VIEW, SRNN_VIEW_HIDDEN, SRNN_VIEW_INITIAL_GRADIENT},
    {WORKSPACE_FLAG, SRNN_WORKSPACE_LAST_OUTPUT, SRNN_WORKSPACE_FRUGAL},
    {WORKSPACE_FLAG, SRNN_WORKSPACE_FORWARD_ONLY, SRNN_WORKSPACE_FORWARD_ONLY},
    {WORKSPACE_KEY, SRNN_WORKSPACE_ERROR_LIMIT, SRNN_WORKSPACE_ERROR_GROWTH},
    {WORKSPACE_KEY, SRNN_WORKSPACE_MAX_STEPS, SRNN_WORKSPACE_SEQUENCES},
    {OMEGA_KIND, SRNN_OMEGA_PAPER, SRNN_OMEGA_SCRIPT},
    {OMEGA_KEY, SRNN_OMEGA_WEIGHT, SRNN_OMEGA_BOUND},
    {OMEGA_KEY, SRNN_OMEGA_VALUE, SRNN_OMEGA_HIDDEN},
    {CLIP_KIND, SRNN_CLIP_NORM, SRNN_CLIP_UNIT},
    {CLIP_KEY, SRNN_CLIP_THRESHOLD, SRNN_CLIP_TRUST},
    {CLIP_KEY, SRNN_CLIP_STEPS, SRNN_CLIP_KIND},
    {CLIP_POLICY, SRNN_CLIP_POLICY_REFUSE, SRNN_CLIP_POLICY_REPAIR},
    {CLIP_RULE, SRNN_CLIP_RULE_FIXED, SRNN_CLIP_RULE_AUTO},
    {OPTIMIZER_KIND, SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_ADAM},
    {OPTIMIZER_KEY, SRNN_OPTIMIZER_RATE, SRNN_OPTIMIZER_EPSILON},
    {OPTIMIZER_KEY, SRNN_OPTIMIZER_UPDATES, SRNN_OPTIMIZER_COUNT},
    {OPTION_TRAIT, SRNN_OPTION_READ_ONLY, SRNN_OPTION_WHOLE},
    {LOAD_FLAG, SRNN_LOAD_VIEW, SRNN_LOAD_VIEW},
    {PART_KIND, SRNN_PART_MODEL, SRNN_PART_TEXT},
    {STORED_KEY, SRNN_STORED_KIND, SRNN_STORED_SEQUENCES},
    {ARITHMETIC, SRNN_ARITHMETIC_FUSED, SRNN_ARITHMETIC_SEPARATE},
};

/* The status that size, init and create of a handle all return for a shape. */
static int32_t status_of_making(struct rig *rig, enum handle_kind kind, const struct shape *shape)
{
    const struct handle *handle = &handles[kind];
    size_t bytes = 4096;
    void *object = NULL;
    const int32_t status = handle->size(shape, rig->model, &bytes);
    const int is_clipper = kind == HANDLE_CLIPPER; /* the size of one depends on no kind */
    void *memory = heap_array(&rig->heap, bytes, 1);
    const int32_t by_init = handle->init(memory, bytes, shape, rig->model, &object);

    assert_true(is_clipper || by_init == status);
    RETURNS(by_init, handle->create(heap_allocate, &rig->heap, shape, rig->model, &object));
    if (by_init == SRNN_OK) {
        handle->destroy(object);
    } else {
        assert_null(object);
    }
    return by_init;
}

/* The functions under test, each with one number. */

static int32_t take_activation(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.activation = value;
    return status_of_making(rig, HANDLE_MODEL, &shape);
}

static int32_t take_output(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.output = value;
    return status_of_making(rig, HANDLE_MODEL, &shape);
}

static int32_t take_model_flag(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.model_flags = value;
    return status_of_making(rig, HANDLE_MODEL, &shape);
}

static int32_t take_workspace_flag(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.workspace_flags = value;
    return status_of_making(rig, HANDLE_WORKSPACE, &shape);
}

static int32_t take_regularizer(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.regularizer_kind = value;
    return status_of_making(rig, HANDLE_REGULARIZER, &shape);
}

static int32_t take_clipper(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.clipper_kind = value;
    return status_of_making(rig, HANDLE_CLIPPER, &shape);
}

static int32_t take_optimizer(struct rig *rig, uint32_t value)
{
    struct shape shape = small_shape;

    shape.optimizer_kind = value;
    return status_of_making(rig, HANDLE_OPTIMIZER, &shape);
}

static int32_t take_start(struct rig *rig, uint32_t value)
{
    return srnn_model_initialize(rig->model, value, rig->random);
}

static int32_t take_instructions(struct rig *rig, uint32_t value)
{
    return srnn_model_set(rig->model, SRNN_MODEL_INSTRUCTIONS, value);
}

static int32_t take_load_flag(struct rig *rig, uint32_t value)
{
    unsigned char file[4096];
    size_t bytes = 0;

    SUCCEEDS(srnn_model_save(rig->model, file, sizeof file, &bytes));
    return srnn_model_load_size(file, bytes, value, &rig->out->bytes);
}

static int32_t take_view(struct rig *rig, uint32_t value)
{
    struct results *out = rig->out;
    const float *data;
    const int32_t status = srnn_workspace_view_const(
        rig->workspace, value, &data, &out->step_stride, &out->sequence_stride, &out->columns);

    RETURNS(status, srnn_workspace_view(rig->workspace, value, &out->data, &out->step_stride,
                                        &out->sequence_stride, &out->columns));
    return status;
}

static int32_t take_policy(struct rig *rig, uint32_t value)
{
    return srnn_clipper_set(rig->clipper, SRNN_CLIP_POLICY, value);
}

static int32_t take_rule(struct rig *rig, uint32_t value)
{
    return srnn_clipper_set(rig->clipper, SRNN_CLIP_RULE, value);
}

/* The two kinds that a file for PyTorch may be loaded with. */
static int32_t load(struct rig *rig, uint32_t activation, uint32_t output)
{
    unsigned char file[4096], block[4096];
    srnn_model *model = NULL;
    size_t bytes = 0;
    int32_t status;

    SUCCEEDS(srnn_pytorch_save(rig->model, file, sizeof file, &bytes));
    status = srnn_pytorch_load_size(file, bytes, activation, output, &rig->out->bytes);
    RETURNS(status,
            srnn_pytorch_load(block, sizeof block, file, bytes, activation, output, &model));
    RETURNS(status, srnn_pytorch_load_create(heap_allocate, &rig->heap, file, bytes, activation,
                                             output, &model));
    if (status == SRNN_OK) {
        srnn_model_destroy(model);
    }
    return status;
}

/* torch.nn.RNN has two of the activations; the other two are refused like those of no family. */
static int32_t take_pytorch_activation(struct rig *rig, uint32_t value)
{
    const int is_lacking = value == SRNN_HIDDEN_SIGMOID || value == SRNN_HIDDEN_LINEAR;
    const int32_t status = load(rig, value, SRNN_OUTPUT_SOFTMAX);

    assert_true(!is_lacking || status == SRNN_E_RANGE);
    return is_lacking ? SRNN_OK : status;
}

static int32_t take_pytorch_output(struct rig *rig, uint32_t value)
{
    return load(rig, SRNN_HIDDEN_TANH, value);
}

/* A key is unknown to get and to set. NaN is out of all bounds, so that set changes nothing. */
static int32_t of_key(int32_t got, int32_t set)
{
    assert_true((got == SRNN_E_OPTION) == (set == SRNN_E_OPTION));
    return got;
}

static int32_t take_model_key(struct rig *rig, uint32_t value)
{
    return of_key(srnn_model_get(rig->model, value, &rig->out->value),
                  srnn_model_set(rig->model, value, NAN));
}

static int32_t take_workspace_key(struct rig *rig, uint32_t value)
{
    return of_key(srnn_workspace_get(rig->workspace, value, &rig->out->value),
                  srnn_workspace_set(rig->workspace, value, NAN));
}

static int32_t take_regularizer_key(struct rig *rig, uint32_t value)
{
    return of_key(srnn_regularizer_get(rig->regularizer, value, &rig->out->value),
                  srnn_regularizer_set(rig->regularizer, value, NAN));
}

static int32_t take_clipper_key(struct rig *rig, uint32_t value)
{
    return of_key(srnn_clipper_get(rig->clipper, value, &rig->out->value),
                  srnn_clipper_set(rig->clipper, value, NAN));
}

static int32_t take_optimizer_key(struct rig *rig, uint32_t value)
{
    return of_key(srnn_optimizer_get(rig->optimizer, value, &rig->out->value),
                  srnn_optimizer_set(rig->optimizer, value, NAN));
}

/* Parts that between them have every number about a part. */
static void open_parts(struct rig *rig)
{
    srnn_checkpoint *const checkpoint = rig->checkpoint;
    void *archive;
    size_t bytes;

    SUCCEEDS(srnn_checkpoint_add(checkpoint, "model", rig->model));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "optimizer", rig->optimizer));
    SUCCEEDS(srnn_checkpoint_add(checkpoint, "workspace", rig->workspace));
    SUCCEEDS(srnn_checkpoint_save(checkpoint, NULL, 0, &bytes));
    archive = heap_array(&rig->heap, bytes, 1);
    SUCCEEDS(srnn_checkpoint_save(checkpoint, archive, bytes, &bytes));
    SUCCEEDS(srnn_checkpoint_open(checkpoint, archive, bytes));
}

static int32_t take_stored_key(struct rig *rig, uint32_t value)
{
    static const char *const parts[] = {"model", "optimizer", "workspace"};
    int32_t status = SRNN_E_OPTION;

    for (size_t i = 0; i < 3 && status == SRNN_E_OPTION; i++) {
        status = srnn_checkpoint_get(rig->checkpoint, parts[i], value, &rig->out->value);
    }
    return status;
}

static const struct {
    int32_t (*take)(struct rig *rig, uint32_t value);
    enum family family;
    int32_t refusal;
} takers[] = {
    {take_activation, HIDDEN, SRNN_E_RANGE},
    {take_output, OUTPUT, SRNN_E_RANGE},
    {take_pytorch_activation, HIDDEN, SRNN_E_RANGE},
    {take_pytorch_output, OUTPUT, SRNN_E_RANGE},
    {take_model_flag, MODEL_FLAG, SRNN_E_RANGE},
    {take_model_key, MODEL_KEY, SRNN_E_OPTION},
    {take_load_flag, LOAD_FLAG, SRNN_E_RANGE},
    {take_start, START, SRNN_E_RANGE},
    {take_instructions, INSTRUCTIONS, SRNN_E_RANGE},
    {take_workspace_flag, WORKSPACE_FLAG, SRNN_E_RANGE},
    {take_workspace_key, WORKSPACE_KEY, SRNN_E_OPTION},
    {take_view, VIEW, SRNN_E_RANGE},
    {take_regularizer, OMEGA_KIND, SRNN_E_RANGE},
    {take_regularizer_key, OMEGA_KEY, SRNN_E_OPTION},
    {take_clipper, CLIP_KIND, SRNN_E_RANGE},
    {take_clipper_key, CLIP_KEY, SRNN_E_OPTION},
    {take_policy, CLIP_POLICY, SRNN_E_RANGE},
    {take_rule, CLIP_RULE, SRNN_E_RANGE},
    {take_optimizer, OPTIMIZER_KIND, SRNN_E_RANGE},
    {take_optimizer_key, OPTIMIZER_KEY, SRNN_E_OPTION},
    {take_stored_key, STORED_KEY, SRNN_E_OPTION},
};

static void all_to_all(void **state)
{
    struct rig *rig = *state;

    rig_forward(rig);
    SUCCEEDS(srnn_backward(rig->model, rig->workspace, NULL, rig->gradient, rig->count));
    open_parts(rig);
    for (size_t t = 0; t < sizeof takers / sizeof takers[0]; t++) {
        for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
            const enum family family = ranges[r].family;
            const int are_flags = family == MODEL_FLAG || family == WORKSPACE_FLAG ||
                                  family == OPTION_TRAIT || family == LOAD_FLAG;

            for (uint32_t value = ranges[r].first; value <= ranges[r].last;
                 value += are_flags ? value : 1) {
                const int32_t status = takers[t].take(rig, value);

                if ((status == takers[t].refusal) != (family != takers[t].family)) {
                    fail_msg("function %u returns %s for %u", (unsigned)t, srnn_status_name(status),
                             (unsigned)value);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(all_to_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
