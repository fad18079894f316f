/* number.h - numbers as text */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* The length of the decimal number at the beginning of `text`, with its sign and its exponent; 0 if
 * there is none. */
size_t number_length(const char *text);

/* Read a decimal number, or a whole number, from the beginning of `text`; `*end` is the first
 * character after it. Return NULL, or what is wrong. */
const char *number_read(const char *text, double *number, const char **end);
const char *count_read(const char *text, uint64_t *count, const char **end);

/* Write a number to text [size] with the fewest digits that read back as the same number. */
void number_describe(double number, char *text, size_t size);

/* Write a number to text [size] with `digits` significant digits. NaN is `nan`, to which printf
 * gives a sign on some machines. Returns `text`. */
const char *rounded_describe(double number, int digits, char *text, size_t size);

/* Write a number to text [size] with `digits` digits after the point. It has an exponent from 1e9
 * on, as after a run that diverged, and below 10^(2 - digits), where fewer than three digits would
 * be significant. Returns `text`. */
const char *fixed_describe(double number, int digits, char *text, size_t size);

#endif /* NUMBER_H */
