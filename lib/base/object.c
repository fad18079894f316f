/* object.c - how an object begins and ends. */
#include "base/base.h"

#include <string.h>

size_t srnn_alignment(void)
{
    return SRNN__ALIGNMENT;
}

int32_t srnn__object_begin(void *memory, size_t size, size_t need, size_t zeroed, uint32_t tag)
{
    struct srnn__object *object = memory;

    SRNN__ASSERT(tag != 0 && zeroed >= sizeof *object && need >= zeroed);
    if (memory == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if ((uintptr_t)memory % SRNN__ALIGNMENT != 0) {
        return SRNN_E_ALIGNMENT;
    }
    if (size < need) {
        return SRNN_E_SPACE;
    }
    memset(memory, 0, zeroed);
    object->tag = tag;
    object->bytes = need;
    return SRNN_OK;
}

/* The tag is cleared before the block is freed: an allocator may keep the memory
 * readable, and a dead object must not look alive. */
void srnn__object_end(void *object, uint32_t tag)
{
    struct srnn__object *head = object;
    if (!srnn__alive(object, tag)) {
        return;
    }
    head->tag = 0;
    if (head->has_allocator) {
        SRNN__ASSERT(head->allocate != NULL);
        (void)head->allocate(head->user, head, head->bytes, 0);
    }
}
