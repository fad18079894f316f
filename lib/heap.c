/* heap.c - the create functions, which allocate an object's block
 *
 * The only file that uses the C library's heap. No other file depends on it: a build
 * without a heap leaves it out, and its objects are made by the init functions. */
#include "base/base.h"

/* base/hidden.h, which comes before, must not hide malloc and free: they are not the library's. */
#if defined(__ELF__) || defined(__APPLE__)
#pragma GCC visibility push(default)
#endif
#include <stdlib.h>
#if defined(__ELF__) || defined(__APPLE__)
#pragma GCC visibility pop
#endif

/* An allocator that uses malloc and free. */
static void *default_allocate(void *user, void *block, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (block != NULL) {
        free(block);
        return NULL;
    }
    return malloc(new_size);
}

/* A block from an allocator. */
struct block {
    srnn_allocate_fn allocate; /* where it comes from; never NULL */
    void *user;                /* first argument of `allocate` */
    void *memory;              /* [bytes] */
    size_t bytes;
};

/* Allocates `bytes` bytes, unless `status`, from finding the size, is an error. Returns that
 * error or MEMORY. */
static int32_t obtain(int32_t status, srnn_allocate_fn allocate, void *user, size_t bytes,
                      struct block *block)
{
    if (status != SRNN_OK) {
        return status;
    }
    block->allocate = allocate == NULL ? default_allocate : allocate;
    block->user = user;
    block->bytes = bytes;
    block->memory = block->allocate(user, NULL, 0, bytes);
    return block->memory == NULL ? SRNN_E_MEMORY : SRNN_OK;
}

/* Frees a block. */
static void release(const struct block *block)
{
    (void)block->allocate(block->user, block->memory, block->bytes, 0);
}

/* Ends a create function, with the status of init: records the allocator in the object, or
 * frees the block if init failed. Returns the status. */
static int32_t settle(int32_t status, const struct block *block)
{
    struct srnn__object *object = block->memory;

    if (status != SRNN_OK) {
        release(block);
        return status;
    }
    SRNN__ASSERT(object->tag != 0 && object->bytes <= block->bytes);
    object->has_allocator = 1;
    object->allocate = block->allocate;
    object->user = block->user;
    object->bytes = block->bytes;
    return SRNN_OK;
}

int32_t srnn_random_create(srnn_allocate_fn allocate, void *user, uint64_t seed, uint64_t stream,
                           srnn_random **random)
{
    struct block block;
    const int32_t status = obtain(random == NULL ? SRNN_E_ARGUMENT : SRNN_OK, allocate, user,
                                  srnn_random_size(), &block);

    return status != SRNN_OK
               ? status
               : settle(srnn_random_init(block.memory, block.bytes, seed, stream, random), &block);
}

int32_t srnn_model_create(srnn_allocate_fn allocate, void *user, uint32_t inputs, uint32_t hidden,
                          uint32_t outputs, uint32_t activation, uint32_t output, uint32_t flags,
                          srnn_model **model)
{
    struct block block;
    size_t bytes = 0;
    int32_t status =
        model == NULL ? SRNN_E_ARGUMENT
                      : srnn_model_size(inputs, hidden, outputs, activation, output, flags, &bytes);

    status = obtain(status, allocate, user, bytes, &block);
    return status != SRNN_OK ? status
                             : settle(srnn_model_init(block.memory, bytes, inputs, hidden, outputs,
                                                      activation, output, flags, model),
                                      &block);
}

int32_t srnn_batch_create(srnn_allocate_fn allocate, void *user, srnn_batch **batch)
{
    struct block block;
    const int32_t status = obtain(batch == NULL ? SRNN_E_ARGUMENT : SRNN_OK, allocate, user,
                                  srnn_batch_size(), &block);

    return status != SRNN_OK ? status
                             : settle(srnn_batch_init(block.memory, block.bytes, batch), &block);
}

int32_t srnn_workspace_create(srnn_allocate_fn allocate, void *user, const srnn_model *model,
                              uint32_t max_steps, uint32_t max_sequences, uint32_t flags,
                              srnn_workspace **workspace)
{
    struct block block;
    size_t bytes = 0;
    int32_t status = workspace == NULL
                         ? SRNN_E_ARGUMENT
                         : srnn_workspace_size(model, max_steps, max_sequences, flags, &bytes);

    status = obtain(status, allocate, user, bytes, &block);
    return status != SRNN_OK ? status
                             : settle(srnn_workspace_init(block.memory, bytes, model, max_steps,
                                                          max_sequences, flags, workspace),
                                      &block);
}

int32_t srnn_regularizer_create(srnn_allocate_fn allocate, void *user, const srnn_model *model,
                                uint32_t kind, srnn_regularizer **regularizer)
{
    struct block block;
    size_t bytes = 0;
    int32_t status =
        regularizer == NULL ? SRNN_E_ARGUMENT : srnn_regularizer_size(model, kind, &bytes);

    status = obtain(status, allocate, user, bytes, &block);
    return status != SRNN_OK
               ? status
               : settle(srnn_regularizer_init(block.memory, bytes, model, kind, regularizer),
                        &block);
}

int32_t srnn_clipper_create(srnn_allocate_fn allocate, void *user, uint32_t kind,
                            srnn_clipper **clipper)
{
    struct block block;
    const int32_t status = obtain(clipper == NULL ? SRNN_E_ARGUMENT : SRNN_OK, allocate, user,
                                  srnn_clipper_size(), &block);

    return status != SRNN_OK
               ? status
               : settle(srnn_clipper_init(block.memory, block.bytes, kind, clipper), &block);
}

int32_t srnn_optimizer_create(srnn_allocate_fn allocate, void *user, uint32_t kind, size_t count,
                              srnn_optimizer **optimizer)
{
    struct block block;
    size_t bytes = 0;
    int32_t status = optimizer == NULL ? SRNN_E_ARGUMENT : srnn_optimizer_size(kind, count, &bytes);

    status = obtain(status, allocate, user, bytes, &block);
    return status != SRNN_OK
               ? status
               : settle(srnn_optimizer_init(block.memory, bytes, kind, count, optimizer), &block);
}

int32_t srnn_checkpoint_create(srnn_allocate_fn allocate, void *user, uint32_t parts,
                               srnn_checkpoint **checkpoint)
{
    struct block block;
    size_t bytes = 0;
    int32_t status = checkpoint == NULL ? SRNN_E_ARGUMENT : srnn_checkpoint_size(parts, &bytes);

    status = obtain(status, allocate, user, bytes, &block);
    return status != SRNN_OK
               ? status
               : settle(srnn_checkpoint_init(block.memory, bytes, parts, checkpoint), &block);
}

int32_t srnn_model_load_create(srnn_allocate_fn allocate, void *user, const void *archive,
                               size_t bytes, uint32_t flags, srnn_model **model)
{
    struct block block;
    size_t size = 0;
    int32_t status =
        model == NULL ? SRNN_E_ARGUMENT : srnn_model_load_size(archive, bytes, flags, &size);

    status = obtain(status, allocate, user, size, &block);
    return status != SRNN_OK
               ? status
               : settle(srnn_model_load(block.memory, size, archive, bytes, flags, model), &block);
}

int32_t srnn_pytorch_load_create(srnn_allocate_fn allocate, void *user, const void *archive,
                                 size_t bytes, uint32_t activation, uint32_t output,
                                 srnn_model **model)
{
    struct block block;
    size_t size = 0;
    int32_t status = model == NULL
                         ? SRNN_E_ARGUMENT
                         : srnn_pytorch_load_size(archive, bytes, activation, output, &size);

    status = obtain(status, allocate, user, size, &block);
    return status != SRNN_OK ? status
                             : settle(srnn_pytorch_load(block.memory, size, archive, bytes,
                                                        activation, output, model),
                                      &block);
}
