/* exit_codes.h - how the program ends; documented in the manual page */
#ifndef EXIT_CODES_H
#define EXIT_CODES_H

#define EXIT_DONE 0
#define EXIT_FAILED 1        /* a file, memory, or a number that is not finite */
#define EXIT_MISUSED 2       /* a command line that can't be used */
#define EXIT_UNREACHED 3     /* the requested target was not reached */
#define EXIT_INTERRUPTED 130 /* stopped by a signal, after saving */

#endif
