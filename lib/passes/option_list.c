/* option_list.c - what there is to know of every option and statistic, for bindings
 *
 * The bounds and presets of options are those of the tables that set and init read. An image that
 * lists no options does without this file and its names. */
#include "base/processor.h"
#include "passes/workspace.h"
#include "update/clipper.h"
#include "update/optimizer.h"
#include "update/regularizer.h"

/* What a key is: an option; a size or a kind that can only be read, of what the object was made
 * with or of what it holds; or a statistic, with the bounds that its numbers have. */
enum { OPTION, PROPERTY, COUNT, MAGNITUDE, SHARE, COSINE };

/* A key. Names are arrays, because a table of pointers would have to be relocated at load time. */
struct row {
    uint16_t key;
    uint8_t what; /* OPTION to COSINE */
    char name[31];
};

#define ROW(key, what)                                                                             \
    {                                                                                              \
        key, what, #key                                                                            \
    }

/* In ascending order. */
static const struct row rows[] = {
    ROW(SRNN_WORKSPACE_ERROR_LIMIT, OPTION),
    ROW(SRNN_WORKSPACE_ERROR_GROWTH, OPTION),
    ROW(SRNN_WORKSPACE_MAX_STEPS, PROPERTY),
    ROW(SRNN_WORKSPACE_MAX_SEQUENCES, PROPERTY),
    ROW(SRNN_WORKSPACE_FLAGS, PROPERTY),
    ROW(SRNN_WORKSPACE_HIDDEN, PROPERTY),
    ROW(SRNN_WORKSPACE_CARRIED, PROPERTY),
    ROW(SRNN_WORKSPACE_STEPS, PROPERTY),
    ROW(SRNN_WORKSPACE_SEQUENCES, PROPERTY),
    ROW(SRNN_OMEGA_WEIGHT, OPTION),
    ROW(SRNN_OMEGA_RATIO, OPTION),
    ROW(SRNN_OMEGA_STATE, OPTION),
    ROW(SRNN_OMEGA_AVERAGE, OPTION),
    ROW(SRNN_OMEGA_BOUND, OPTION),
    ROW(SRNN_OMEGA_VALUE, MAGNITUDE),
    ROW(SRNN_OMEGA_SIGNAL, SHARE),
    ROW(SRNN_OMEGA_KIND, PROPERTY),
    ROW(SRNN_OMEGA_HIDDEN, PROPERTY),
    ROW(SRNN_CLIP_THRESHOLD, OPTION),
    ROW(SRNN_CLIP_POLICY, OPTION),
    ROW(SRNN_CLIP_LIMIT, OPTION),
    ROW(SRNN_CLIP_RULE, OPTION),
    ROW(SRNN_CLIP_QUANTILE, OPTION),
    ROW(SRNN_CLIP_FACTOR, OPTION),
    ROW(SRNN_CLIP_POLYAK, OPTION),
    ROW(SRNN_CLIP_TRUST, OPTION),
    ROW(SRNN_CLIP_STEPS, COUNT),
    ROW(SRNN_CLIP_FIRED, COUNT),
    ROW(SRNN_CLIP_BAD, COUNT),
    ROW(SRNN_CLIP_LAST_NORM, MAGNITUDE),
    ROW(SRNN_CLIP_LAST_NORM_AFTER, MAGNITUDE),
    ROW(SRNN_CLIP_MEAN_NORM, MAGNITUDE),
    ROW(SRNN_CLIP_LARGEST_NORM, MAGNITUDE),
    ROW(SRNN_CLIP_SUGGESTED, MAGNITUDE),
    ROW(SRNN_CLIP_USED, MAGNITUDE),
    ROW(SRNN_CLIP_MEDIAN, MAGNITUDE),
    ROW(SRNN_CLIP_DECILE, MAGNITUDE),
    ROW(SRNN_CLIP_PROMISED, MAGNITUDE),
    ROW(SRNN_CLIP_LONGEST_STEP, MAGNITUDE),
    ROW(SRNN_CLIP_ALIGNMENT, COSINE),
    ROW(SRNN_CLIP_KIND, PROPERTY),
    ROW(SRNN_OPTIMIZER_RATE, OPTION),
    ROW(SRNN_OPTIMIZER_MOMENTUM_FACTOR, OPTION),
    ROW(SRNN_OPTIMIZER_DECAY, OPTION),
    ROW(SRNN_OPTIMIZER_BETA1, OPTION),
    ROW(SRNN_OPTIMIZER_BETA2, OPTION),
    ROW(SRNN_OPTIMIZER_EPSILON, OPTION),
    ROW(SRNN_OPTIMIZER_UPDATES, COUNT),
    ROW(SRNN_OPTIMIZER_KIND, PROPERTY),
    ROW(SRNN_OPTIMIZER_COUNT, PROPERTY),
    ROW(SRNN_MODEL_INSTRUCTIONS, OPTION),
    ROW(SRNN_MODEL_ACTIVATION, PROPERTY),
    ROW(SRNN_MODEL_OUTPUT_KIND, PROPERTY),
    ROW(SRNN_MODEL_FLAGS, PROPERTY),
};
#define ROWS ((uint32_t)(sizeof rows / sizeof rows[0]))

/* The bounds of properties, of which the least is the preset. Of flags: none, and the largest sum
 * of those that go together. */
static const struct {
    uint16_t key;
    double minimum;
    double maximum;
} properties[] = {
    {SRNN_WORKSPACE_MAX_STEPS, 1, UINT32_MAX},
    {SRNN_WORKSPACE_MAX_SEQUENCES, 1, UINT32_MAX},
    {SRNN_WORKSPACE_FLAGS, 0, SRNN__FORWARD_FLAGS},
    {SRNN_WORKSPACE_HIDDEN, 1, SRNN_MODEL_MAX_WIDTH},
    {SRNN_WORKSPACE_CARRIED, 0, UINT32_MAX},
    {SRNN_WORKSPACE_STEPS, 0, UINT32_MAX},
    {SRNN_WORKSPACE_SEQUENCES, 0, UINT32_MAX},
    {SRNN_OMEGA_KIND, SRNN_OMEGA_PAPER, SRNN_OMEGA_SCRIPT},
    {SRNN_OMEGA_HIDDEN, 1, SRNN_MODEL_MAX_WIDTH},
    {SRNN_CLIP_KIND, SRNN_CLIP_NORM, SRNN_CLIP_UNIT},
    {SRNN_OPTIMIZER_KIND, SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_ADAM},
    {SRNN_OPTIMIZER_COUNT, 1, SRNN__INFINITY},
    {SRNN_MODEL_ACTIVATION, SRNN_HIDDEN_TANH, SRNN_HIDDEN_LINEAR},
    {SRNN_MODEL_OUTPUT_KIND, SRNN_OUTPUT_LINEAR, SRNN_OUTPUT_SOFTMAX},
    {SRNN_MODEL_FLAGS, 0, SRNN__MODEL_FLAGS},
};

/* The handles, in the order of their keys: those of a handle begin with its hundred. The fifth
 * hundred are of no handle but of parts in a file (srnn_checkpoint_get). */
#define KEYS_OF_A_HANDLE 100u
static const char handles[][12] = {"workspace", "regularizer", "clipper", "optimizer", "", "model"};

/* What a key may be and is in a new object. */
struct description {
    double minimum;
    double maximum;
    double preset;
    uint32_t traits;
};

/* Describes the option with a key. */
static void describe_option(uint32_t key, struct description *found)
{
    const uint32_t index = key % KEYS_OF_A_HANDLE;
    const struct srnn__option *option;

    switch (key - index) {
    case SRNN_MODEL_INSTRUCTIONS:
        found->minimum = SRNN_INSTRUCTIONS_BASELINE;
        found->preset = srnn__instructions_best();
        found->maximum = srnn__instructions_available(SRNN_INSTRUCTIONS_AVX512_DUAL)
                             ? SRNN_INSTRUCTIONS_AVX512_DUAL
                             : found->preset;
        found->traits = SRNN_OPTION_WHOLE;
        return;
    case SRNN_WORKSPACE_ERROR_LIMIT:
        option = &srnn__workspace_options[index];
        found->preset = SRNN__INFINITY;
        break;
    case SRNN_OMEGA_WEIGHT:
        option = &srnn__omega_options[index];
        found->preset = srnn__omega_presets[index];
        break;
    case SRNN_CLIP_THRESHOLD:
        option = &srnn__clip_options[index];
        found->preset = srnn__clip_presets[index];
        break;
    default:
        option = &srnn__optimizer_options[index];
        found->preset = srnn__optimizer_presets[index];
        break;
    }
    found->minimum = srnn__bounds[option->minimum];
    found->maximum = srnn__bounds[option->maximum];
    found->traits = srnn__is_whole(option) ? SRNN_OPTION_WHOLE : 0;
}

/* Describes a property. */
static void describe_property(uint32_t key, struct description *found)
{
    uint32_t at = 0;

    while (properties[at].key != key) {
        at++;
        SRNN__ASSERT(at < sizeof properties / sizeof properties[0]);
    }
    found->minimum = found->preset = properties[at].minimum;
    found->maximum = properties[at].maximum;
    found->traits = SRNN_OPTION_READ_ONLY | SRNN_OPTION_WHOLE;
}

/* Describes a statistic. */
static void describe_statistic(uint32_t what, struct description *found)
{
    found->minimum = what == COSINE ? -1.0 : 0.0;
    found->maximum = what == COSINE || what == SHARE ? 1.0 : SRNN__INFINITY;
    found->preset = 0.0;
    found->traits = SRNN_OPTION_READ_ONLY | (what == COUNT ? SRNN_OPTION_WHOLE : 0);
}

uint32_t srnn_option_key(uint32_t index)
{
    return index < ROWS ? rows[index].key : 0;
}

int32_t srnn_option_info(uint32_t key, const char **handle, const char **name, double *minimum,
                         double *maximum, double *preset, uint32_t *traits)
{
    struct description found;
    uint32_t at = 0;

    while (at < ROWS && rows[at].key != key) {
        at++;
    }
    if (at == ROWS) {
        return SRNN_E_OPTION;
    }
    if (rows[at].what == OPTION) {
        describe_option(key, &found);
    } else if (rows[at].what == PROPERTY) {
        describe_property(key, &found);
    } else {
        describe_statistic(rows[at].what, &found);
    }
    if (handle != NULL) {
        *handle = handles[key / KEYS_OF_A_HANDLE - 1];
    }
    if (name != NULL) {
        *name = rows[at].name;
    }
    if (minimum != NULL) {
        *minimum = found.minimum;
    }
    if (maximum != NULL) {
        *maximum = found.maximum;
    }
    if (preset != NULL) {
        *preset = found.preset;
    }
    if (traits != NULL) {
        *traits = found.traits;
    }
    return SRNN_OK;
}
