/* planted.c - faults that the tools of check_static.sh must report, with their names for them
 *
 * gcc -Wanalyzer-malloc-leak
 * gcc -Wanalyzer-use-after-free
 * gcc -Wanalyzer-use-of-uninitialized-value
 * clang-tidy bugprone-branch-clone
 * clang-tidy cert-err34-c
 * clang-tidy clang-analyzer-core.NonNullParamChecker
 * clang-tidy clang-analyzer-core.uninitialized.UndefReturn
 * clang-tidy clang-analyzer-unix.Malloc
 * cppcheck arrayIndexOutOfBounds
 * cppcheck identicalConditionAfterEarlyExit
 * cppcheck nullPointerRedundantCheck
 *
 * Nothing runs these functions. */
#include <stdlib.h>
#include <string.h>

#include "planted.h"

int planted_leak(size_t count);
int planted_leak(size_t count)
{
    int *numbers = malloc(count * sizeof *numbers);

    if (numbers == NULL || count < 2) {
        return 1;
    }
    numbers[0] = 3;
    free(numbers);
    return numbers[0];
}

int planted_index(const char *text);
int planted_index(const char *text)
{
    int places[4] = {0, 1, 2, 3};

    return text == NULL ? (int)strlen(text) : places[4];
}

int planted_branch(int kind);
int planted_branch(int kind)
{
    int wheels;

    if (kind == 1) {
        return 2;
    }
    if (kind == 1) {
        return 3;
    }
    if (kind == 2) {
        wheels = kind;
    } else {
        wheels = kind;
    }
    return wheels + atoi("4") + planted_number(kind);
}
