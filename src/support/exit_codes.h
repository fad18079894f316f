/* exit_codes.h - the exit codes of the program, as the manual page documents them */
#ifndef EXIT_CODES_H
#define EXIT_CODES_H

#define EXIT_DONE 0
#define EXIT_FAILED 1    /* an input, output or memory error, or a gradient that is not finite */
#define EXIT_MISUSED 2   /* an unknown command or option, or a value that it does not take */
#define EXIT_UNREACHED 3 /* a requested error rate was not reached */
#define EXIT_INTERRUPTED 130 /* ended by a signal, after saving */

#endif
