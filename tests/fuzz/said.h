/* said.h - what the program's functions write on standard error */
#ifndef SAID_H
#define SAID_H

/* Begin to keep what is written on standard error. */
void said_begin(void);

/* End it, and check what was written: whole lines that begin with "srnn: ", without characters that
 * control a terminal. A `result` other than 0 has such a line. Where the C library cannot show what
 * it keeps, nothing is checked. */
void said_end(int result);

/* Let standard output go nowhere from here on. */
void said_nothing(void);

#endif
