/* message.h - one line on standard error for each failure */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "srnn.h"
#include "support/exit_codes.h"

/* Compilers that know the attribute check a format against its arguments. */
#if defined(__GNUC__)
#define MESSAGE_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define MESSAGE_FORMAT(text, first)
#endif

/* Write "srnn: MESSAGE" as a line, with `reason` in brackets at its end unless it is NULL. The
 * message has '?' for bytes that could control a terminal, and for ends of lines (printable.h).
 * Returns `result`. */
int write_message(int result, const char *reason, const char *format, ...) MESSAGE_FORMAT(3, 4);

/* Write a line on standard error that is no failure, such as where a file went. */
void note(const char *format, ...) MESSAGE_FORMAT(1, 2);

/* Write a message, a format and its arguments, and return the exit code, so that a function can
 * end with `return fail(...)`. A message says what is wrong and where, and what would be
 * accepted. fail_status adds the text of a status of the library. */
#define fail(...) write_message(EXIT_FAILED, NULL, __VA_ARGS__)
#define misuse(...) write_message(EXIT_MISUSED, NULL, __VA_ARGS__)
#define fail_status(status, ...) write_message(EXIT_FAILED, srnn_status_text(status), __VA_ARGS__)

/* Write a message about something that does not end the work. */
#define warn(...) ((void)write_message(EXIT_DONE, NULL, __VA_ARGS__))

/* For a message: append `name` to the list "a, b or c" in text [size], as far as it has room. */
void message_list(char *text, size_t size, const char *name, int is_last);

/* From here on keep the last message instead of writing it, and write no notes. */
void message_hold(void);

/* Write the message that is kept, if there is one, as "srnn: ", `who` and the message; and write
 * again from here on. */
void message_release(const char *who);

/* Flush standard output: the last act of a command. Returns `result`, or EXIT_FAILED after a
 * message when a write to standard output has failed. A `result` of EXIT_FAILED is returned
 * as it is: its failure has had a message, and one is enough. */
int finish_output(int result);

#endif /* MESSAGE_H */
