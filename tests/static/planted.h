/* planted.h - a fault in a header, as those of planted.c
 *
 * clang-tidy clang-analyzer-core.uninitialized.UndefReturn
 * cppcheck uninitvar
 */
static inline int planted_number(int kind)
{
    int number;

    if (kind > 1) {
        number = kind;
    }
    return number;
}
