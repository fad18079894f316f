/* string.c - memcpy, memmove, memset and memcmp for images without a C library
 *
 * Short rather than fast. gcc may turn these loops into calls of the functions themselves: build
 * with -fno-tree-loop-distribute-patterns. clang does not, under -ffreestanding. */
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    unsigned char *at = to;
    const unsigned char *byte = from;

    while (count-- > 0) {
        *at++ = *byte++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    unsigned char *at = to;
    const unsigned char *byte = from;

    if (at <= byte) {
        return memcpy(to, from, count);
    }
    while (count-- > 0) {
        at[count] = byte[count];
    }
    return to;
}

void *memset(void *to, int value, size_t count)
{
    unsigned char *at = to;

    while (count-- > 0) {
        *at++ = (unsigned char)value;
    }
    return to;
}

int memcmp(const void *one, const void *other, size_t count)
{
    const unsigned char *a = one;
    const unsigned char *b = other;

    for (; count > 0; count--, a++, b++) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}
