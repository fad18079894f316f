/* engine_files.c - runs a target on files
 *
 *     replay FILE...
 *
 * Writes how many files there were to standard error: a target may have ended standard output. It
 * ends by a signal where the target finds something wrong. A program that afl-clang-fast compiled
 * and that has no arguments takes its inputs from afl-fuzz, without being started anew for each. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)1 << 20)

#ifdef __AFL_FUZZ_TESTCASE_LEN
#include <unistd.h> /* which the macros of afl-clang-fast need */
__AFL_FUZZ_INIT()
#endif

/* Runs on data [size] in a block that ends where they end, for a sanitizer to see. */
static void run_exactly(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);

    assert_non_null(exact);
    memcpy(exact, data, size);
    fuzz_target.run(exact, size);
    free(exact);
}

/* Runs on one file. Returns 0, or 2 after a message. */
static int run_file(const char *path)
{
    uint8_t *data = malloc(MOST_BYTES);
    FILE *file = fopen(path, "rb");
    size_t size = 0;
    int result = 2;

    if (data != NULL && file != NULL) {
        size = fread(data, 1, MOST_BYTES, file);
        result = ferror(file) || fgetc(file) != EOF ? 2 : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    if (result == 0) {
        run_exactly(data, size);
    } else {
        fprintf(stderr, "replay: cannot read %s, or it is above a megabyte\n", path);
    }
    free(data);
    return result;
}

int main(int argc, char **argv)
{
    int result = 0;

    fuzz_begin();
#ifdef __AFL_FUZZ_TESTCASE_LEN
    if (argc < 2) {
        const uint8_t *data;

        __AFL_INIT();
        data = __AFL_FUZZ_TESTCASE_BUF;
        while (__AFL_LOOP(10000)) {
            run_exactly(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
        }
        return 0;
    }
#endif
    for (int i = 1; i < argc && result == 0; i++) {
        result = run_file(argv[i]);
    }
    if (result == 0) {
        fprintf(stderr, "%d inputs\n", argc - 1);
    }
    return result;
}
