/* base.h - what every file of the library stands on
 *
 * The header that each object begins with, the cursor that lays out an object's
 * block, and sums and products of sizes that notice when they overflow. */
#ifndef SRNN_BASE_H
#define SRNN_BASE_H

#include "base/assert.h"
#include "srnn.h"

/* Every object's block starts with this. `tag` names the kind of a live object
 * and is 0 in a dead one. `allocate` and `user` are set by create and stay NULL
 * in the caller's memory; `bytes` is the size of the block. */
struct srnn__object {
    uint32_t tag;
    uint32_t created;
    size_t bytes;
    srnn_allocate_fn allocate;
    void *user;
};

#define SRNN__TAG_RANDOM 0x73726e01u
#define SRNN__TAG_MODEL 0x73726e02u
#define SRNN__TAG_BATCH 0x73726e03u
#define SRNN__TAG_WORKSPACE 0x73726e04u
#define SRNN__TAG_REGULARIZER 0x73726e05u
#define SRNN__TAG_CLIPPER 0x73726e06u
#define SRNN__TAG_OPTIMIZER 0x73726e07u

/* Alignment of every block, and of the arrays inside a workspace, which start on
 * a cache line whatever the block's own address. */
#define SRNN__ALIGNMENT ((size_t)8)
#define SRNN__CACHE_LINE ((size_t)64)

/* Whether `object` is a live object of this kind. NULL is not. */
static inline int srnn__alive(const void *object, uint32_t tag)
{
    return object != NULL && ((const struct srnn__object *)object)->tag == tag;
}

/* Check that `size` bytes at `memory` can hold a block of `need` bytes. */
int32_t srnn__place(const void *memory, size_t size, size_t need);

/* Make a placed block an object of a kind, in the caller's memory so far. */
void srnn__object_begin(struct srnn__object *object, uint32_t tag, size_t bytes);

/* End an object: mark it dead and give its block back if create took it. */
void srnn__object_end(void *object, uint32_t tag);

/* Lays out a block: each take gives the offset of an array of `count` elements
 * and moves on. Once a sum overflows, `overflow` stays set and offsets are
 * meaningless. */
struct srnn__layout {
    size_t bytes;
    int32_t overflow;
};

static inline size_t srnn__layout_take(struct srnn__layout *layout, size_t count, size_t element,
                                       size_t alignment)
{
    const size_t start = (layout->bytes + (alignment - 1)) & ~(alignment - 1);
    SRNN__ASSERT(alignment != 0 && (alignment & (alignment - 1)) == 0);
    if (start < layout->bytes || (element != 0 && count > (SIZE_MAX - start) / element)) {
        layout->overflow = 1;
        return 0;
    }
    layout->bytes = start + count * element;
    return start;
}

/* *product = a * b; nonzero when it does not fit. */
static inline int srnn__multiply_sizes(size_t a, size_t b, size_t *product)
{
    *product = a * b;
    return b != 0 && a > SIZE_MAX / b;
}

#endif
