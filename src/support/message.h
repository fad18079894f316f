/* message.h - one line on standard error for each failure */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>

/* Compilers that know the attribute check a format against its arguments. */
#if defined(__GNUC__)
#define MESSAGE_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define MESSAGE_FORMAT(text, first)
#endif

/* Write "srnn: MESSAGE" as a line and return the exit code, so that a function can end with
 * `return fail(...)`. A message says what is wrong and where, and what would be accepted. */
int fail(const char *format, ...) MESSAGE_FORMAT(1, 2);   /* returns EXIT_FAILED */
int misuse(const char *format, ...) MESSAGE_FORMAT(1, 2); /* returns EXIT_MISUSED */

/* As fail; the message ends with srnn_status_text(status) in brackets. */
int fail_status(int32_t status, const char *format, ...) MESSAGE_FORMAT(2, 3);

/* Write the same kind of line about something that does not end the work. */
void warn(const char *format, ...) MESSAGE_FORMAT(1, 2);

/* Flush standard output: the last act of a command. Returns `result`, or EXIT_FAILED after a
 * message when a write to standard output has failed. A `result` of EXIT_FAILED is returned
 * as it is: its failure has had a message, and one is enough. */
int finish_output(int result);

#endif /* MESSAGE_H */
