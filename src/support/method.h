/* method.h - values of the form KIND[:RULE][:NUMBER], such as norm:1 or norm:quantile:0.9 */
#ifndef METHOD_H
#define METHOD_H

#include <stddef.h>
#include <stdint.h>

#include "support/nearest.h"

/* A kind with a rule, and its number. The rows of a kind stand together in a list, which ends with
 * a NULL kind. The first of them is what a value without a RULE means. */
struct form {
    const char *kind;
    const char *rule; /* NULL: the kind has no rules, and this is its only row */
    uint32_t kind_value;
    uint32_t rule_value;
    double fallback;    /* the number of a value without one */
    double least, most; /* inclusive bounds of the number; most 0: there is no number */
};

/* What such a value stands for. */
struct method {
    uint32_t kind;
    uint32_t rule; /* that of the form's row */
    double number; /* 0 where there is none */
};

/* Read `text`. Returns NULL, or what is wrong; then the method stays as it was. */
const char *method_read(const struct form *forms, const char *text, struct method *method);

/* The following write at most `size` bytes to `text`, the final zero included. */

/* Write a method as it could be typed; equal methods give equal text. */
void method_describe(const struct form *forms, const struct method *method, char *text,
                     size_t size);

/* Write what is accepted in place of `wrong`, which was refused: the kinds, the rules of its kind,
 * or the bounds of its number. `wrong` may be NULL. */
void method_accepted(const struct form *forms, const char *wrong, char *text, size_t size);

/* Find the kind or the rule that was meant by `wrong`, which was refused. */
void method_nearest(const struct form *forms, const char *wrong, struct nearest *nearest);

#endif /* METHOD_H */
