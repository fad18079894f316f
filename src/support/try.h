/* try.h - a line of calls, of which the first that fails ends the function */
#ifndef TRY_H
#define TRY_H

#include <stdint.h>

/* Evaluate `call`. If its result is not 0, return that result from the function around it. 0 is
 * success for the library's statuses and for the program's exit codes. Not for use where the
 * function has something to free or close before it returns. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const int32_t result_of_call = (call);                                                     \
        if (result_of_call != 0) {                                                                 \
            return result_of_call;                                                                 \
        }                                                                                          \
    } while (0)

#endif /* TRY_H */
