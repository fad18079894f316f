/* ranks_one.c - the ranks of a program that is built without MPI: one */
#include <string.h>

#include "support/launcher.h"
#include "support/ranks.h"

int ranks_open(const char *command, int divides)
{
    return launcher_refuse_several(command, divides ? "this program was built without MPI: make "
                                                      "MPI=1 builds one that divides the work"
                                                    : "it runs as one process");
}

int ranks_close(int result)
{
    return result;
}

const char *ranks_description(void)
{
    return NULL;
}

uint32_t ranks_count(void)
{
    return 1;
}

uint32_t ranks_own(void)
{
    return 0;
}

void ranks_divide(uint32_t count, uint32_t *first, uint32_t *own)
{
    *first = 0;
    *own = count;
}

uint32_t ranks_largest_share(uint32_t count)
{
    return count;
}

int ranks_agree(int result)
{
    return result;
}

int ranks_have_same(uint64_t value)
{
    (void)value;
    return 1;
}

int32_t ranks_add(int32_t status, float *values, size_t count, double *numbers, size_t number_count)
{
    (void)values;
    (void)count;
    (void)numbers;
    (void)number_count;
    return status;
}

void ranks_collect(const float *own, uint32_t rows, uint32_t width, float *all)
{
    memcpy(all, own, (size_t)rows * width * sizeof *all);
}
