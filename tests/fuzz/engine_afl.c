/* engine_afl.c - what makes AFL++'s inputs files, for targets that read archives
 *
 * A library for AFL_CUSTOM_MUTATOR_LIBRARY, with the functions that AFL++ looks for in one. AFL++
 * changes bytes at random; before a target runs on them, lengths, offsets and checksum are made
 * right. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "repair_archive.h"

#define MOST_BYTES ((size_t)1 << 20)

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *buffer);
size_t afl_custom_post_process(void *buffer, unsigned char *bytes, size_t size,
                               unsigned char **repaired);

void *afl_custom_init(void *afl, unsigned seed)
{
    (void)afl;
    (void)seed;
    fuzz_begin();
    return malloc(MOST_BYTES);
}

void afl_custom_deinit(void *buffer)
{
    free(buffer);
}

size_t afl_custom_post_process(void *buffer, unsigned char *bytes, size_t size,
                               unsigned char **repaired)
{
    size_t result = 0;

    *repaired = bytes;
    /* Each 16th is left as it is: what is wrong there must be found too. */
    if (size <= MOST_BYTES && size > 0 && bytes[size - 1] % 16 != 0) {
        memcpy(buffer, bytes, size);
        result = repair_archive(buffer, size, MOST_BYTES);
    }
    if (result == 0) {
        return size;
    }
    *repaired = buffer;
    return result;
}
