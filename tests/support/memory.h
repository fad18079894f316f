/* memory.h - memory that detects wrong use
 *
 * A heap that counts its requests, fails on demand, surrounds every block with sentinels, and
 * proves that a call has changed nothing. And buffers that end at a page without access rights. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

#include "expect.h"

/* ------------------------------------------------------------------------
 * Heap
 * ------------------------------------------------------------------------ */

struct heap_block;

struct heap {
    struct heap_block *first; /* all blocks that are allocated */
    size_t objects;           /* how many of them are the allocator's */
    size_t requests;          /* for blocks, so far */
    size_t returns;           /* of blocks, so far */
    size_t fail_from;         /* the request, counted from 1, that fails first; 0: none */
    size_t fail_count;        /* how many requests fail from there on */
};

/* An empty heap that never fails. */
void heap_open(struct heap *heap);

/* Fails the test unless all blocks of the allocator were returned; frees the arrays. */
void heap_close(struct heap *heap);

/* A srnn_allocate_fn; `user` is the heap. Blocks are filled with arbitrary bytes when they
 * are allocated and again when they are freed. Their alignment is srnn_alignment() and no more. */
void *heap_allocate(void *user, void *block, size_t old_size, size_t new_size);

/* An array of the test's own, filled with arbitrary bytes. Never NULL, not counted. */
void *heap_array(struct heap *heap, size_t count, size_t element);

/* The bytes of a block of a heap. */
size_t heap_bytes(const void *block);

/* Remember what is in all blocks, or in one; fail the test unless it is still there. */
void heap_remember(struct heap *heap);
void heap_remember_block(const void *block);
void heap_unchanged(const struct heap *heap, const char *call, const char *file, int line);

/* The call returns this status and changes nothing in any block of the heap: no object, no array of
 * the caller's and no result that lies there. */
#define REFUSES(heap, expected, call)                                                              \
    do {                                                                                           \
        heap_remember(heap);                                                                       \
        expect_status((expected), (call), #call, __FILE__, __LINE__);                              \
        heap_unchanged((heap), #call, __FILE__, __LINE__);                                         \
    } while (0)

/* ------------------------------------------------------------------------
 * Guard pages
 * ------------------------------------------------------------------------ */

struct guard {
    unsigned char *map;
    size_t map_bytes;
    unsigned char *start; /* of the room between two pages without access */
    unsigned char *end;
};

/* A room for blocks of up to `bytes`. */
void guard_open(struct guard *guard, size_t bytes);
void guard_close(struct guard *guard);

/* A block of `bytes` at an address that is `residue` modulo `modulus` (a power of two), as close
 * to the end of the room as that allows; it ends there when its size is such. The whole room is
 * filled with a pattern first. */
void *guard_block(const struct guard *guard, size_t bytes, size_t modulus, size_t residue);

/* Fail the test unless the room outside the block still holds the pattern. */
void guard_intact(const struct guard *guard, const void *block, size_t bytes);

#endif
