/* explain_weights.c - why a file has no weights that could become a model (weights_fail)
 *
 *     explain_weights FILE
 *
 * The library refuses a damaged header before the program looks for the reason, which must not
 * depend on that. */
#include <stdio.h>
#include <stdlib.h>

#include "storage/weights_fault.h"
#include "support/file.h"

int main(int count, char **arguments)
{
    unsigned char *bytes;
    unsigned char *exact;
    size_t size;
    int result;

    if (count != 2 || file_read(arguments[1], &bytes, &size) != 0) {
        return 2;
    }
    /* Without a byte behind them, so that a sanitizer sees a look beyond. */
    exact = malloc(size > 0 ? size : 1);
    for (size_t i = 0; exact != NULL && i < size; i++) {
        exact[i] = bytes[i];
    }
    result = exact != NULL ? weights_fail(arguments[1], exact, size) : 2;
    free(exact);
    free(bytes);
    return result;
}
