/* parts.c - the parts of a file, as they are written. */
#include "files/parts.h"
#include "model/random.h"
#include "passes/workspace.h"
#include "update/clipper.h"
#include "update/optimizer.h"
#include "update/regularizer.h"

/* The words for SRNN_PART_MODEL to SRNN_PART_BYTES. */
static const char part_words[][12] = {"model",  "optimizer", "clipper", "regularizer",
                                      "random", "workspace", "bytes"};

/* The tags of these objects. */
static const uint32_t tags[] = {SRNN__TAG_MODEL,       SRNN__TAG_OPTIMIZER, SRNN__TAG_CLIPPER,
                                SRNN__TAG_REGULARIZER, SRNN__TAG_RANDOM,    SRNN__TAG_WORKSPACE};

const char *srnn__part_word(uint32_t kind)
{
    SRNN__ASSERT(kind >= SRNN_PART_MODEL && kind <= SRNN_PART_BYTES);
    return part_words[kind - SRNN_PART_MODEL];
}

uint32_t srnn__part_kind(const struct srnn__text *text)
{
    const uint32_t count = (uint32_t)(sizeof part_words / sizeof part_words[0]);
    const uint32_t place = srnn__text_find(text, part_words, sizeof part_words[0], count);

    return place == count ? 0 : SRNN_PART_MODEL + place;
}

/* The set functions describe a tensor: of any elements, a vector of doubles, or a matrix of floats,
 * which is a vector when `rows` is 0. */

static void set_elements(struct srnn__item *item, uint32_t leaf, const char *type, const void *data,
                         size_t rows, size_t columns)
{
    item->leaf = leaf;
    item->type = type;
    item->element = srnn__element_bytes(type);
    item->rows = rows;
    item->columns = columns;
    item->data = data;
}

static void set_doubles(struct srnn__item *item, uint32_t leaf, const double *data, size_t count)
{
    set_elements(item, leaf, "F64", data, 0, count);
}

static void set_floats(struct srnn__item *item, uint32_t leaf, const float *data, size_t rows,
                       size_t columns)
{
    set_elements(item, leaf, "F32", data, rows, columns);
}

static void model_item(const srnn_model *model, uint32_t tensor, struct srnn__item *item)
{
    uint32_t rows, columns;

    if (model->offset[tensor] != SRNN__ABSENT) {
        srnn__tensor_shape(model, tensor, &rows, &columns);
        set_floats(item, tensor, srnn_model_parameters_const(model) + model->offset[tensor],
                   tensor == SRNN__B_REC || tensor == SRNN__B_OUT || tensor == SRNN__H0 ? 0 : rows,
                   columns);
    }
}

static void optimizer_item(const srnn_optimizer *optimizer, uint32_t index, struct srnn__item *item)
{
    double *const number = item->number;

    if (index == 0) {
        set_doubles(item, SRNN__LEAF_OPTIONS, optimizer->option, SRNN__OPTIMIZER_OPTIONS);
    } else if (index == 1) {
        number[SRNN__OPTIMIZER_KIND] = optimizer->kind;
        number[SRNN__OPTIMIZER_COUNT] = (double)optimizer->count;
        number[SRNN__OPTIMIZER_UPDATES] = optimizer->updates;
        number[SRNN__OPTIMIZER_POWER] = optimizer->power[0];
        number[SRNN__OPTIMIZER_POWER + 1] = optimizer->power[1];
        set_doubles(item, SRNN__LEAF_STATE, number, SRNN__OPTIMIZER_STATE_NUMBERS);
    } else if (index == 2 && optimizer->moments != 0) {
        set_floats(item, SRNN__LEAF_MOMENTS, srnn__optimizer_moments_const(optimizer),
                   optimizer->moments, optimizer->count);
    }
}

static void clipper_item(const srnn_clipper *clipper, uint32_t index, struct srnn__item *item)
{
    if (index == 0) {
        set_doubles(item, SRNN__LEAF_OPTIONS, clipper->option, SRNN__CLIP_OPTIONS);
    } else if (index == 1) {
        item->number[SRNN__CLIPPER_KIND] = clipper->kind;
        set_doubles(item, SRNN__LEAF_STATE, item->number, 1);
    } else if (index == 2) {
        set_doubles(item, SRNN__LEAF_STATISTICS, clipper->statistic, SRNN__CLIP_STATISTICS);
    } else if (index == 3) {
        set_doubles(item, SRNN__LEAF_LEARNT, clipper->learnt, SRNN__CLIP_LEARNT);
    }
}

static void regularizer_item(const srnn_regularizer *regularizer, uint32_t index,
                             struct srnn__item *item)
{
    if (index == 0) {
        set_doubles(item, SRNN__LEAF_OPTIONS, regularizer->option, SRNN__OMEGA_OPTIONS);
    } else if (index == 1) {
        item->number[SRNN__OMEGA_HIDDEN] = regularizer->hidden;
        item->number[SRNN__OMEGA_VALUE] = regularizer->value;
        item->number[SRNN__OMEGA_SIGNAL] = regularizer->signal;
        set_doubles(item, SRNN__LEAF_STATE, item->number, SRNN__OMEGA_STATE_NUMBERS);
    }
}

static void workspace_item(const srnn_workspace *workspace, uint32_t index, struct srnn__item *item)
{
    if (index == 0) {
        set_doubles(item, SRNN__LEAF_OPTIONS, workspace->option, SRNN__WORKSPACE_OPTIONS);
    } else if (index == 1 && workspace->carried.sequences != 0) {
        set_floats(item, SRNN__LEAF_CARRIED, workspace->carried.state, workspace->carried.sequences,
                   workspace->shape.hidden);
    }
}

/* The state and the increment follow one another in a generator. */
typedef char random_is_dense
    [offsetof(srnn_random, increment) == offsetof(srnn_random, state) + sizeof(uint64_t) ? 1 : -1];

void srnn__part_item(const struct srnn__part *part, uint32_t index, struct srnn__item *item)
{
    memset(item, 0, sizeof *item);
    switch (part->kind) {
    case SRNN_PART_MODEL:
        model_item(part->object, index, item);
        break;
    case SRNN_PART_OPTIMIZER:
        optimizer_item(part->object, index, item);
        break;
    case SRNN_PART_CLIPPER:
        clipper_item(part->object, index, item);
        break;
    case SRNN_PART_REGULARIZER:
        regularizer_item(part->object, index, item);
        break;
    case SRNN_PART_WORKSPACE:
        workspace_item(part->object, index, item);
        break;
    case SRNN_PART_RANDOM:
        if (index == 0) {
            set_elements(item, SRNN__LEAF_STATE, "U64",
                         (const char *)part->object + offsetof(srnn_random, state), 0, 2);
        }
        break;
    case SRNN_PART_BYTES:
        if (index == 0) {
            set_elements(item, SRNN__LEAF_BYTES, "U8", part->object, 0, part->bytes);
        }
        break;
    default:
        break;
    }
}

uint32_t srnn__part_kind_of(const void *object)
{
    const uint32_t count = (uint32_t)(sizeof tags / sizeof tags[0]);
    uint32_t i = 0;

    if ((uintptr_t)object % SRNN__ALIGNMENT != 0) {
        return 0;
    }
    while (i < count && !srnn__alive(object, tags[i])) {
        i++;
    }
    return i == count ? 0 : SRNN_PART_MODEL + i;
}

int srnn__part_alive(const struct srnn__part *part)
{
    return part->kind >= SRNN_PART_BYTES ||
           srnn__alive(part->object, tags[part->kind - SRNN_PART_MODEL]);
}

int srnn__parts_alive(const struct srnn__part *parts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!srnn__part_alive(&parts[i])) {
            return 0;
        }
    }
    return 1;
}

int32_t srnn__part_ready(const struct srnn__part *part)
{
    if (part->kind == SRNN_PART_REGULARIZER) {
        const srnn_regularizer *const regularizer = part->object;
        return regularizer->gathering ? SRNN_E_STATE : SRNN_OK;
    }
    return part->kind == SRNN_PART_MODEL ? srnn__model_ready(part->object) : SRNN_OK;
}
