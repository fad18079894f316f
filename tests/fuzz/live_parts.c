/* live_parts.c - objects of the shapes that a checkpoint's parts have, or of others */
#include "live_parts.h"

#include <string.h>

/* A number of a part, `otherwise` where it has none. */
static double number_of(const srnn_checkpoint *file, const char *name, uint32_t key,
                        double otherwise)
{
    double value = otherwise;
    const int32_t status = srnn_checkpoint_get(file, name, key, &value);

    assert_true(status == SRNN_OK || (value == otherwise && status < SRNN_OK));
    return value;
}

/* Whether a number of a file is a whole one within bounds. */
static int is_whole(double number, double least, double most)
{
    return number >= least && number <= most && number == (double)(uint32_t)number;
}

/* A model for objects that need one. */
static srnn_model *make_model(struct heap *heap, double inputs, double hidden, double outputs,
                              double activation, double output, double flags)
{
    srnn_model *model = NULL;

    if (inputs * hidden + hidden * hidden + hidden * outputs <= LIVE_BYTES / sizeof(float)) {
        SUCCEEDS(srnn_model_create(heap_allocate, heap, (uint32_t)inputs, (uint32_t)hidden,
                                   (uint32_t)outputs, (uint32_t)activation, (uint32_t)output,
                                   (uint32_t)flags, &model));
    }
    return model;
}

static void *make_stored_model(struct heap *heap, const srnn_checkpoint *file, const char *name,
                               double more)
{
    /* A model that the file cannot be is left out. */
    const double inputs = number_of(file, name, SRNN_STORED_INPUTS, 0.0);

    return inputs == 0.0
               ? NULL
               : make_model(heap, inputs, number_of(file, name, SRNN_STORED_HIDDEN, 1.0) + more,
                            number_of(file, name, SRNN_STORED_OUTPUTS, 1.0),
                            number_of(file, name, SRNN_STORED_ACTIVATION, 0.0),
                            number_of(file, name, SRNN_STORED_OUTPUT_KIND, 0.0),
                            number_of(file, name, SRNN_STORED_FLAGS, 0.0));
}

static void *make_optimizer(struct heap *heap, const srnn_checkpoint *file, const char *name,
                            double more)
{
    const double kind = number_of(file, name, SRNN_STORED_ALGORITHM, 0.0);
    const double count = number_of(file, name, SRNN_STORED_COUNT, 0.0) + more;
    srnn_optimizer *optimizer = NULL;

    if (is_whole(kind, SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_ADAM) &&
        is_whole(count, 1.0, LIVE_BYTES / sizeof(float))) {
        SUCCEEDS(
            srnn_optimizer_create(heap_allocate, heap, (uint32_t)kind, (size_t)count, &optimizer));
    }
    return optimizer;
}

static void *make_clipper(struct heap *heap, const srnn_checkpoint *file, const char *name,
                          double more)
{
    const double kind = number_of(file, name, SRNN_STORED_ALGORITHM, 0.0);
    srnn_clipper *clipper = NULL;

    if (is_whole(kind, SRNN_CLIP_NORM, SRNN_CLIP_UNIT)) {
        const double other = kind + more > SRNN_CLIP_UNIT ? SRNN_CLIP_NORM : kind + more;

        SUCCEEDS(srnn_clipper_create(heap_allocate, heap, (uint32_t)other, &clipper));
    }
    return clipper;
}

static void *make_regularizer(struct heap *heap, const srnn_checkpoint *file, const char *name,
                              double more)
{
    const double hidden = number_of(file, name, SRNN_STORED_HIDDEN, 0.0) + more;
    srnn_regularizer *regularizer = NULL;
    srnn_model *model;

    if (!is_whole(hidden, 1.0, 100.0)) {
        return NULL;
    }
    model = make_model(heap, 1.0, hidden, 1.0, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0.0);
    SUCCEEDS(srnn_regularizer_create(heap_allocate, heap, model, SRNN_OMEGA_SCRIPT, &regularizer));
    srnn_model_destroy(model);
    return regularizer;
}

static void *make_workspace(struct heap *heap, const srnn_checkpoint *file, const char *name,
                            double more)
{
    const double hidden = number_of(file, name, SRNN_STORED_HIDDEN, 2.0) + more;
    const double sequences = number_of(file, name, SRNN_STORED_SEQUENCES, 0.0) + 1.0;
    srnn_workspace *workspace = NULL;
    srnn_model *model;

    if (!is_whole(hidden, 1.0, 100.0) || !is_whole(sequences, 1.0, 100.0)) {
        return NULL;
    }
    model = make_model(heap, 1.0, hidden, 1.0, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0.0);
    SUCCEEDS(
        srnn_workspace_create(heap_allocate, heap, model, 2, (uint32_t)sequences, 0, &workspace));
    srnn_model_destroy(model);
    return workspace;
}

static void *make_random(struct heap *heap)
{
    srnn_random *random = NULL;

    SUCCEEDS(srnn_random_create(heap_allocate, heap, 1, 2, &random));
    return random;
}

/* A kind of parts whose objects have options, and two of them. */
struct part_options {
    uint32_t kind;
    size_t handle; /* OPTIONS_OF_... */
    uint32_t key[2];
};

/* The options of a part's object, or NULL. */
static const struct part_options *options_of(const struct live_part *part)
{
    static const struct part_options all[] = {
        {SRNN_PART_OPTIMIZER, OPTIONS_OF_OPTIMIZER, {SRNN_OPTIMIZER_RATE, SRNN_OPTIMIZER_EPSILON}},
        {SRNN_PART_CLIPPER, OPTIONS_OF_CLIPPER, {SRNN_CLIP_THRESHOLD, SRNN_CLIP_TRUST}},
        {SRNN_PART_REGULARIZER, OPTIONS_OF_REGULARIZER, {SRNN_OMEGA_WEIGHT, SRNN_OMEGA_BOUND}},
        {SRNN_PART_WORKSPACE,
         OPTIONS_OF_WORKSPACE,
         {SRNN_WORKSPACE_ERROR_LIMIT, SRNN_WORKSPACE_ERROR_GROWTH}},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].kind == part->kind) {
            return &all[i];
        }
    }
    return NULL;
}

/* Give an object what hardly any file has, so that a restore which fails and yet wrote is seen. */
static void disturb(const struct live_part *part, double value)
{
    const struct part_options *options = options_of(part);

    for (size_t i = 0; options != NULL && i < 2; i++) {
        SUCCEEDS(option_handles[options->handle].set(part->object, options->key[i], value));
    }
    if (part->kind == SRNN_PART_MODEL) {
        float *parameters = srnn_model_parameters(part->object);

        for (size_t i = 0; i < srnn_model_parameter_count(part->object); i++) {
            parameters[i] = (float)value;
        }
    } else if (part->kind == SRNN_PART_RANDOM) {
        (void)srnn_random_uniform(part->object);
    } else if (part->kind == SRNN_PART_BYTES) {
        memset(part->object, (int)(16.0 * value), part->bytes);
    }
}

void live_parts_disturb(const struct live_parts *parts, double value)
{
    for (uint32_t i = 0; i < parts->count; i++) {
        disturb(&parts->part[i], value);
    }
}

/* An object for a part of this kind; NULL: the part is left out. */
static void *make_object(struct heap *heap, const srnn_checkpoint *file, struct live_part *part,
                         double more)
{
    switch (part->kind) {
    case SRNN_PART_MODEL:
        return make_stored_model(heap, file, part->name, more);
    case SRNN_PART_OPTIMIZER:
        return make_optimizer(heap, file, part->name, more);
    case SRNN_PART_CLIPPER:
        return make_clipper(heap, file, part->name, more);
    case SRNN_PART_REGULARIZER:
        return make_regularizer(heap, file, part->name, more);
    case SRNN_PART_WORKSPACE:
        return make_workspace(heap, file, part->name, more);
    case SRNN_PART_RANDOM:
        return make_random(heap);
    case SRNN_PART_BYTES:
        part->bytes = (size_t)(number_of(file, part->name, SRNN_STORED_BYTES, 0.0) + more);
        return heap_array(heap, part->bytes, 1);
    default:
        return NULL;
    }
}

/* Whether no object of the shape LIVE_OTHER_SHAPE takes the part. */
static int has_shape(const srnn_checkpoint *file, const struct live_part *part)
{
    return part->kind == SRNN_PART_WORKSPACE
               ? number_of(file, part->name, SRNN_STORED_SEQUENCES, 0.0) > 0.0
               : part->kind != SRNN_PART_RANDOM;
}

/* Whether there is an object for a part of this name: a forged file may have two, a list cannot. */
static int has_part(const struct live_parts *parts, const char *name)
{
    for (uint32_t i = 0; i < parts->count; i++) {
        if (strcmp(parts->part[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

int live_parts_make(struct live_parts *parts, struct heap *heap, const srnn_checkpoint *file,
                    uint32_t odd, enum live_shape shape)
{
    int is_odd = 0;

    parts->heap = heap;
    parts->count = 0;
    for (uint32_t i = 0; parts->count < LIVE_PARTS; i++) {
        struct live_part *part = &parts->part[parts->count];
        const int32_t status = srnn_checkpoint_part(file, i, &part->kind, part->name);
        int changes;

        part->object = NULL;
        part->bytes = 0;
        if (status != SRNN_OK) {
            assert_int_equal(status, SRNN_E_RANGE);
            break;
        }
        if (has_part(parts, part->name)) {
            continue;
        }
        changes = parts->count == odd && shape != LIVE_RIGHT && part->kind >= SRNN_PART_MODEL &&
                  part->kind < SRNN_PART_TEXT;
        /* A part of the name "model" is a model in every list. */
        if (changes && shape == LIVE_OTHER_KIND && strcmp(part->name, "model") != 0) {
            is_odd = 1;
            part->kind = part->kind == SRNN_PART_CLIPPER ? SRNN_PART_RANDOM : SRNN_PART_CLIPPER;
            part->object = part->kind == SRNN_PART_RANDOM ? make_random(heap) : NULL;
            if (part->object == NULL) {
                srnn_clipper *clipper = NULL;

                SUCCEEDS(srnn_clipper_create(heap_allocate, heap, SRNN_CLIP_NORM, &clipper));
                part->object = clipper;
            }
        } else {
            part->object = make_object(heap, file, part, changes ? 1.0 : 0.0);
            is_odd |= changes && part->object != NULL && has_shape(file, part) &&
                      shape == LIVE_OTHER_SHAPE;
        }
        if (part->object != NULL) {
            disturb(part, 1.375);
            parts->count++;
        }
    }
    return is_odd;
}

void live_parts_add(const struct live_parts *parts, srnn_checkpoint *list)
{
    for (uint32_t i = 0; i < parts->count; i++) {
        const struct live_part *part = &parts->part[i];

        SUCCEEDS(part->kind == SRNN_PART_BYTES
                     ? srnn_checkpoint_add_bytes(list, part->name, part->object, part->bytes)
                     : srnn_checkpoint_add(list, part->name, part->object));
    }
}

void live_parts_check_options(const struct live_parts *parts)
{
    uint32_t key, traits;
    double value;

    for (uint32_t i = 0; i < parts->count; i++) {
        void *object = parts->part[i].object;
        const struct part_options *options = options_of(&parts->part[i]);

        for (uint32_t at = 0; options != NULL && (key = srnn_option_key(at)) != 0; at++) {
            SUCCEEDS(srnn_option_info(key, NULL, NULL, NULL, NULL, NULL, &traits));
            if (option_handles[options->handle].get(object, key, &value) == SRNN_OK) {
                RETURNS((traits & SRNN_OPTION_READ_ONLY) != 0 ? SRNN_E_READ_ONLY : SRNN_OK,
                        option_handles[options->handle].set(object, key, value));
            }
        }
    }
}

void live_parts_destroy(struct live_parts *parts)
{
    for (uint32_t i = 0; i < parts->count; i++) {
        void *object = parts->part[i].object;

        switch (parts->part[i].kind) {
        case SRNN_PART_MODEL:
            srnn_model_destroy(object);
            break;
        case SRNN_PART_OPTIMIZER:
            srnn_optimizer_destroy(object);
            break;
        case SRNN_PART_CLIPPER:
            srnn_clipper_destroy(object);
            break;
        case SRNN_PART_REGULARIZER:
            srnn_regularizer_destroy(object);
            break;
        case SRNN_PART_WORKSPACE:
            srnn_workspace_destroy(object);
            break;
        case SRNN_PART_RANDOM:
            srnn_random_destroy(object);
            break;
        default:
            break; /* the heap frees its arrays */
        }
    }
}
