/* memory.c - memory that detects wrong use */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#define RUBBISH_OUT 0xa5
#define RUBBISH_BACK 0xdb
#define SENTINEL 0x5e
#define SENTINELS 24

/* What lies before a block: this, then sentinels, then the block, then sentinels. */
struct heap_block {
    struct heap_block *next;
    size_t bytes;
    unsigned char *copy; /* what heap_remember saw */
    int array;           /* of the test's own */
};

/* Bytes from the start of the whole to the block. A multiple of 16 plus 8, so that malloc's
 * alignment becomes the least that the library requires. */
#define FRONT ((sizeof(struct heap_block) + SENTINELS + 15) / 16 * 16 + 8)

static unsigned char *data_of(const struct heap_block *block)
{
    return (unsigned char *)(uintptr_t)block + FRONT;
}

static struct heap_block *block_of(const void *data)
{
    return (struct heap_block *)((uintptr_t)data - FRONT);
}

/* Memory for the tests themselves. Ends the program when there is none. */
static void *obtain(size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);

    if (memory == NULL) {
        print_error("the test itself has no memory left\n");
        exit(99);
    }
    return memory;
}

static int filled_with(const unsigned char *bytes, size_t count, unsigned char value)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != value) {
            return 0;
        }
    }
    return 1;
}

static void *take(struct heap *heap, size_t bytes, int array)
{
    struct heap_block *block = obtain(FRONT + bytes + SENTINELS);
    unsigned char *data = data_of(block);

    block->next = heap->first;
    block->bytes = bytes;
    block->copy = obtain(bytes);
    block->array = array;
    memset(data - SENTINELS, SENTINEL, SENTINELS);
    memset(data, RUBBISH_OUT, bytes);
    memset(data + bytes, SENTINEL, SENTINELS);
    heap->first = block;
    return data;
}

static void give_back(struct heap *heap, struct heap_block *block)
{
    struct heap_block **link = &heap->first;
    unsigned char *data = data_of(block);

    while (*link != NULL && *link != block) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        fail_msg("a block came back that is not out");
    }
    *link = block->next;
    if (!filled_with(data - SENTINELS, SENTINELS, SENTINEL) ||
        !filled_with(data + block->bytes, SENTINELS, SENTINEL)) {
        fail_msg("somebody wrote outside a block of %zu bytes", block->bytes);
    }
    memset(data, RUBBISH_BACK, block->bytes);
    free(block->copy);
    free(block);
}

void heap_open(struct heap *heap)
{
    memset(heap, 0, sizeof *heap);
}

void heap_close(struct heap *heap)
{
    assert_int_equal(heap->objects, 0);
    while (heap->first != NULL) {
        give_back(heap, heap->first);
    }
}

void *heap_allocate(void *user, void *block, size_t old_size, size_t new_size)
{
    struct heap *heap = user;

    if (block != NULL) {
        assert_int_equal(new_size, 0);
        assert_int_equal(old_size, heap_bytes(block));
        give_back(heap, block_of(block));
        heap->objects--;
        heap->returns++;
        return NULL;
    }
    assert_int_equal(old_size, 0);
    assert_int_not_equal(new_size, 0);
    heap->requests++;
    if (heap->fail_from != 0 && heap->requests >= heap->fail_from &&
        heap->requests - heap->fail_from < heap->fail_count) {
        return NULL;
    }
    heap->objects++;
    return take(heap, new_size, 0);
}

void *heap_array(struct heap *heap, size_t count, size_t element)
{
    return take(heap, count * element, 1);
}

size_t heap_bytes(const void *block)
{
    return block_of(block)->bytes;
}

void heap_remember(struct heap *heap)
{
    for (struct heap_block *block = heap->first; block != NULL; block = block->next) {
        memcpy(block->copy, data_of(block), block->bytes);
    }
}

void heap_remember_block(const void *block)
{
    memcpy(block_of(block)->copy, block, block_of(block)->bytes);
}

void heap_unchanged(const struct heap *heap, const char *call, const char *file, int line)
{
    for (const struct heap_block *block = heap->first; block != NULL; block = block->next) {
        const unsigned char *data = data_of(block);
        size_t i = 0;
        if (memcmp(data, block->copy, block->bytes) != 0) {
            while (data[i] == block->copy[i]) {
                i++;
            }
            print_error("%s\n    fails, but has changed byte %zu of %s of %zu bytes\n", call, i,
                        block->array ? "an array" : "an object", block->bytes);
            _fail(file, line);
        }
    }
}

/* The system's part of a guard: the bytes of a page, and memory of guard->map_bytes at guard->map,
 * whose first and last page nobody may read or write. */
#if defined(_WIN32)
static size_t page_bytes(void)
{
    SYSTEM_INFO system;

    GetSystemInfo(&system);
    return system.dwPageSize;
}

static void map_pages(struct guard *guard, size_t page)
{
    DWORD before;

    guard->map = VirtualAlloc(NULL, guard->map_bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(guard->map);
    assert_true(VirtualProtect(guard->map, page, PAGE_NOACCESS, &before));
    assert_true(VirtualProtect(guard->map + guard->map_bytes - page, page, PAGE_NOACCESS, &before));
}

static void unmap_pages(struct guard *guard)
{
    assert_true(VirtualFree(guard->map, 0, MEM_RELEASE));
}
#else
static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* /dev/zero and not MAP_ANONYMOUS, which POSIX does not have. */
static void map_pages(struct guard *guard, size_t page)
{
    const int zero = open("/dev/zero", O_RDWR);
    void *map;

    assert_int_not_equal(zero, -1);
    map = mmap(NULL, guard->map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    (void)close(zero);
    assert_true(map != MAP_FAILED);
    guard->map = map;
    assert_int_equal(mprotect(guard->map, page, PROT_NONE), 0);
    assert_int_equal(mprotect(guard->map + guard->map_bytes - page, page, PROT_NONE), 0);
}

static void unmap_pages(struct guard *guard)
{
    assert_int_equal(munmap(guard->map, guard->map_bytes), 0);
}
#endif

void guard_open(struct guard *guard, size_t bytes)
{
    const size_t page = page_bytes();
    const size_t room = (bytes + 64 + page - 1) / page * page;

    guard->map_bytes = room + 2 * page;
    map_pages(guard, page);
    guard->start = guard->map + page;
    guard->end = guard->start + room;
}

void guard_close(struct guard *guard)
{
    unmap_pages(guard);
    guard->map = NULL;
}

void *guard_block(const struct guard *guard, size_t bytes, size_t modulus, size_t residue)
{
    const uintptr_t last = (uintptr_t)guard->end - bytes;
    const size_t back = (size_t)(last - residue) & (modulus - 1);

    memset(guard->start, SENTINEL, (size_t)(guard->end - guard->start));
    assert_true((uintptr_t)guard->start + back <= last);
    return guard->end - bytes - back;
}

void guard_intact(const struct guard *guard, const void *block, size_t bytes)
{
    const unsigned char *start = block;

    if (!filled_with(guard->start, (size_t)(start - guard->start), SENTINEL) ||
        !filled_with(start + bytes, (size_t)(guard->end - start) - bytes, SENTINEL)) {
        fail_msg("somebody wrote outside a placed block of %zu bytes", bytes);
    }
}
