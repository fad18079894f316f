/* object.c - how an object begins and ends. */
#include "base/base.h"

size_t srnn_alignment(void)
{
    return SRNN__ALIGNMENT;
}

int32_t srnn__place(const void *memory, size_t size, size_t need)
{
    if (memory == NULL) {
        return SRNN_E_ARGUMENT;
    }
    if ((uintptr_t)memory % SRNN__ALIGNMENT != 0) {
        return SRNN_E_ALIGNMENT;
    }
    return size < need ? SRNN_E_SPACE : SRNN_OK;
}

void srnn__object_begin(struct srnn__object *object, uint32_t tag, size_t bytes)
{
    SRNN__ASSERT(tag != 0 && bytes >= sizeof *object);
    object->tag = tag;
    object->has_allocator = 0;
    object->bytes = bytes;
    object->allocate = NULL;
    object->user = NULL;
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
