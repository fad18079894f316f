/* engine_libfuzzer.c - a target as libFuzzer calls it */
#include "fuzz.h"

/* libFuzzer's interface: the last is its own, the others are called by it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_begin();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_target.run(data, size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed)
{
    if (fuzz_target.mutate == NULL) {
        return LLVMFuzzerMutate(data, size, capacity);
    }
    return fuzz_target.mutate(data, size, capacity, seed, LLVMFuzzerMutate);
}
