/* failing_memory.c - opens the model argv[1] again and again: the first time its first allocation
 * fails, the second time its second, until none does. Prints how many failed. The messages are
 * those of the program.
 *
 * The program's files are compiled with malloc, calloc and realloc replaced by these. */
#undef malloc
#undef calloc
#undef realloc
#include <stdio.h>
#include <stdlib.h>

#include "storage/model_file.h"

void *failing_malloc(size_t size);
void *failing_calloc(size_t count, size_t size);
void *failing_realloc(void *block, size_t size);

static unsigned long left; /* allocations that succeed; the next one and all after it fail */

static int may_go_on(void)
{
    return left > 0 ? (left--, 1) : 0;
}

void *failing_malloc(size_t size)
{
    return may_go_on() ? malloc(size) : NULL;
}

void *failing_calloc(size_t count, size_t size)
{
    return may_go_on() ? calloc(count, size) : NULL;
}

void *failing_realloc(void *block, size_t size)
{
    return may_go_on() ? realloc(block, size) : NULL;
}

int main(int argc, char **argv)
{
    struct model_file file;
    unsigned long failures = 0;
    int result = argc == 2 ? 1 : 0;

    while (result != 0 && failures < 1000) {
        left = failures;
        result = model_file_open(&file, argv[1]);
        model_file_close(&file);
        failures += result != 0;
    }
    printf("%lu\n", failures);
    return result;
}
