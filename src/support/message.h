/* message.h - one clear line on standard error for everything that goes wrong */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>

/* Lets compilers that can do so check a format against its arguments. */
#if defined(__GNUC__)
#define MESSAGE_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define MESSAGE_FORMAT(text, first)
#endif

/* Write "srnn: MESSAGE" as a line and give the exit code, so that a function can
 * end with `return fail(...)`. */
int fail(const char *format, ...) MESSAGE_FORMAT(1, 2);   /* gives EXIT_FAILED */
int misuse(const char *format, ...) MESSAGE_FORMAT(1, 2); /* gives EXIT_MISUSED */

/* As fail, with what the library says about `status` added at the end. */
int fail_status(int32_t status, const char *format, ...) MESSAGE_FORMAT(2, 3);

/* The same line without a verdict: the work goes on. */
void warn(const char *format, ...) MESSAGE_FORMAT(1, 2);

/* Bring out what standard output still buffers. Gives `result`, or EXIT_FAILED
 * after a message when any write to it has failed. The last act of a command;
 * when `result` is EXIT_FAILED a message was told, and one is enough. */
int finish_output(int result);

#endif /* MESSAGE_H */
