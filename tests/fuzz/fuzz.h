/* fuzz.h - what a target and an engine know of each other
 *
 * A target is one file target_NAME.c, which defines `fuzz_target`. An engine makes inputs and runs
 * the target on them: engine_libfuzzer.c makes them itself, engine_files.c reads files, as AFL++
 * and the tests need it. A target asserts with cmocka's assertions, which here end the program. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "expect.h"
#undef fail /* a function of the program has this name */

/* Changes bytes [size] in place, at most to `capacity` of them. Returns their new number. */
typedef size_t (*fuzz_mutate_fn)(uint8_t *bytes, size_t size, size_t capacity);

struct fuzz_target {
    /* Runs on one input. It leaves nothing behind that the next one could see. */
    void (*run)(const uint8_t *data, size_t size);
    /* Changes an input, as drawn from `seed`; `plain` changes bytes that have no structure. NULL:
     * inputs have none. */
    size_t (*mutate)(uint8_t *data, size_t size, size_t capacity, uint32_t seed,
                     fuzz_mutate_fn plain);
};

extern const struct fuzz_target fuzz_target;

/* Prepares the program; for engines, before the first input. */
void fuzz_begin(void);

/* A copy of data [size] that ends in a zero, as the program reads files. For free(). */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
