/* handles.c - size, init, create and destroy of the eight handles, under one signature each */
#include "rig.h"

/* The functions differ in their arguments and in the type of the handle that they write. Each
 * wrapper passes a typed handle that starts as the caller's, so that a call that fails and yet
 * writes is found. */
#define DOORS(name, size_call, arguments)                                                         \
    static int32_t name##_size(const struct shape *shape, const srnn_model *model, size_t *bytes) \
    {                                                                                             \
        (void)shape;                                                                              \
        (void)model;                                                                              \
        size_call;                                                                                \
    }                                                                                             \
    static int32_t name##_init(void *memory, size_t size, const struct shape *shape,              \
                               const srnn_model *model, void **object)                            \
    {                                                                                             \
        srnn_##name *handle = object == NULL ? NULL : *object;                                    \
        const int32_t status =                                                                    \
            srnn_##name##_init(memory, size, arguments object == NULL ? NULL : &handle);          \
        (void)shape;                                                                              \
        (void)model;                                                                              \
        if (object != NULL) {                                                                     \
            *object = handle;                                                                     \
        }                                                                                         \
        return status;                                                                            \
    }                                                                                             \
    static int32_t name##_create(srnn_allocate_fn allocate, void *user,                           \
                                 const struct shape *shape, const srnn_model *model,              \
                                 void **object)                                                   \
    {                                                                                             \
        srnn_##name *handle = object == NULL ? NULL : *object;                                    \
        const int32_t status =                                                                    \
            srnn_##name##_create(allocate, user, arguments object == NULL ? NULL : &handle);      \
        (void)shape;                                                                              \
        (void)model;                                                                              \
        if (object != NULL) {                                                                     \
            *object = handle;                                                                     \
        }                                                                                         \
        return status;                                                                            \
    }                                                                                             \
    static void name##_destroy(void *object)                                                      \
    {                                                                                             \
        srnn_##name##_destroy(object);                                                            \
    }

/* A size that cannot fail, under the signature of the others. */
#define FIXED_SIZE(call)                                                                          \
    if (bytes == NULL) {                                                                          \
        return SRNN_E_ARGUMENT;                                                                   \
    }                                                                                             \
    *bytes = call;                                                                                \
    return SRNN_OK

#define COMMA ,
#define MODEL_ARGUMENTS                                                                           \
    shape->inputs, shape->hidden, shape->outputs, shape->activation, shape->output,               \
        shape->model_flags
#define WORKSPACE_ARGUMENTS model, shape->steps, shape->sequences, shape->workspace_flags
#define REGULARIZER_ARGUMENTS model, shape->regularizer_kind
#define OPTIMIZER_ARGUMENTS shape->optimizer_kind, shape_parameters(shape)

DOORS(random, FIXED_SIZE(srnn_random_size()), 42 COMMA 54 COMMA)
DOORS(model, return srnn_model_size(MODEL_ARGUMENTS, bytes), MODEL_ARGUMENTS COMMA)
DOORS(batch, FIXED_SIZE(srnn_batch_size()), )
DOORS(workspace, return srnn_workspace_size(WORKSPACE_ARGUMENTS, bytes),
      WORKSPACE_ARGUMENTS COMMA)
DOORS(regularizer, return srnn_regularizer_size(REGULARIZER_ARGUMENTS, bytes),
      REGULARIZER_ARGUMENTS COMMA)
DOORS(clipper, FIXED_SIZE(srnn_clipper_size()), shape->clipper_kind COMMA)
DOORS(optimizer, return srnn_optimizer_size(OPTIMIZER_ARGUMENTS, bytes),
      OPTIMIZER_ARGUMENTS COMMA)
DOORS(checkpoint, return srnn_checkpoint_size(RIG_PARTS, bytes), RIG_PARTS COMMA)

#define ROW(name) {#name, name##_size, name##_init, name##_create, name##_destroy}

const struct handle handles[HANDLES] = {
    ROW(random),      ROW(model),   ROW(batch),     ROW(workspace),
    ROW(regularizer), ROW(clipper), ROW(optimizer), ROW(checkpoint),
};

size_t shape_parameters(const struct shape *shape)
{
    const size_t hidden = shape->hidden;
    size_t count = shape->inputs * hidden + hidden * hidden + hidden * shape->outputs;

    if ((shape->model_flags & SRNN_MODEL_NO_RECURRENT_BIAS) == 0) {
        count += hidden;
    }
    if ((shape->model_flags & SRNN_MODEL_NO_OUTPUT_BIAS) == 0) {
        count += shape->outputs;
    }
    if ((shape->model_flags & SRNN_MODEL_LEARNED_STATE) != 0) {
        count += hidden;
    }
    return count;
}
