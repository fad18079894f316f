/* base.h - objects, their blocks, sizes that cannot wrap, and arrays that overlap
 *
 * Every object of the library is one block of memory: the header below, the
 * object's own members, then its arrays. */
#ifndef SRNN_BASE_H
#define SRNN_BASE_H

#include "base/assert.h"
#include "base/exact.h"
#include "base/hidden.h"
#include "srnn.h"

/* Widths and numbers of steps are uint32_t, and become sizes before these are checked. */
#if SIZE_MAX < 0xffffffff
#error "libsrnn needs a size_t of at least 32 bits"
#endif

/* The header that every object's block begins with. */
struct srnn__object {
    uint32_t tag;              /* SRNN__TAG_ of a live object, 0 of a dead one */
    uint32_t has_allocator;    /* 1 when a create function took the block from `allocate` */
    size_t bytes;              /* size of the block */
    srnn_allocate_fn allocate; /* allocator of the block; NULL in the caller's memory */
    void *user;                /* first argument of `allocate` */
};

#define SRNN__TAG_RANDOM 0x73726e01u
#define SRNN__TAG_MODEL 0x73726e02u
#define SRNN__TAG_BATCH 0x73726e03u
#define SRNN__TAG_WORKSPACE 0x73726e04u
#define SRNN__TAG_REGULARIZER 0x73726e05u
#define SRNN__TAG_CLIPPER 0x73726e06u
#define SRNN__TAG_OPTIMIZER 0x73726e07u
#define SRNN__TAG_CHECKPOINT 0x73726e08u

/* Alignment of every block. A workspace aligns its arrays to cache lines itself,
 * whatever the address of its block. */
#define SRNN__ALIGNMENT ((size_t)8)
#define SRNN__CACHE_LINE ((size_t)64)

/* Returns whether `object` is a live object of the kind `tag`; NULL is not. */
static inline int srnn__alive(const void *object, uint32_t tag)
{
    return object != NULL && ((const struct srnn__object *)object)->tag == tag;
}

/* Returns whether an object that may be left out is NULL, or live and of the kind `tag`. */
static inline int srnn__null_or_alive(const void *object, uint32_t tag)
{
    return object == NULL || srnn__alive(object, tag);
}

/* Returns whether the address of an array of floats or of uint32_t is not one that these may
 * have. NULL is. */
static inline int srnn__misaligned(const void *array)
{
    return (uintptr_t)array % sizeof(float) != 0;
}

/* Returns whether two arrays of floats, a [a_count] and b [b_count], share an element, if neither
 * is empty. It compares distances, which wrap where they are negative, and not ends: a + a_count
 * would overflow for a count that is too large. */
static inline int srnn__overlap(const float *a, const float *b, size_t a_count, size_t b_count)
{
    const uintptr_t behind_b = (uintptr_t)a - (uintptr_t)b;

    return behind_b / sizeof *a < b_count || (0 - behind_b) / sizeof *a < a_count;
}

/* Checks that `size` bytes at `memory` can hold a block of `need` bytes, and makes them a live
 * object whose first `zeroed` bytes are 0 but for the header. It is in the caller's memory until a
 * create function records its allocator. Errors: ARGUMENT, ALIGNMENT, SPACE. */
int32_t srnn__object_begin(void *memory, size_t size, size_t need, size_t zeroed, uint32_t tag);

/* Ends an object: marks it dead and frees its block if a create function
 * allocated it. Does nothing for NULL, a dead object or another kind. */
void srnn__object_end(void *object, uint32_t tag);

/* Position in a block that is being laid out, one array after the other. */
struct srnn__layout {
    size_t bytes;     /* end of what is laid out so far */
    int32_t overflow; /* 1 once a size did not fit in size_t; the offsets are then void */
};

/* Returns the offset of an array of `count` elements of `element` bytes, and moves
 * the layout past it. `alignment` is a power of two. */
static inline size_t srnn__layout_take(struct srnn__layout *layout, size_t count, size_t element,
                                       size_t alignment)
{
    const size_t start = (layout->bytes + (alignment - 1)) & ~(alignment - 1);
    SRNN__ASSERT(alignment != 0 && (alignment & (alignment - 1)) == 0 && element != 0);
    if (start < layout->bytes || count > (SIZE_MAX - start) / element) {
        layout->overflow = 1;
        return 0;
    }
    layout->bytes = start + count * element;
    return start;
}

/* Ends a layout: stores the size of the block in *bytes. Errors: OVERFLOW, which leaves *bytes as
 * it is. */
static inline int32_t srnn__layout_end(const struct srnn__layout *layout, size_t *bytes)
{
    if (layout->overflow) {
        return SRNN_E_OVERFLOW;
    }
    *bytes = layout->bytes;
    return SRNN_OK;
}

/* Stores a * b in *product. Returns nonzero when it does not fit in size_t. */
static inline int srnn__multiply_sizes(size_t a, size_t b, size_t *product)
{
    *product = a * b;
    return b != 0 && a > SIZE_MAX / b;
}

#endif
