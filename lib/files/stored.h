/* stored.h - the parts of a file other than models, as they are read
 *
 * They come from two formats, and from later versions, whose vectors may be longer than those here.
 * A vector has at least the numbers that the first version with its format wrote. */
#ifndef SRNN_STORED_H
#define SRNN_STORED_H

#include "files/parts.h"

/* A vector of doubles in a file, little-endian, at any alignment. */
struct srnn__numbers {
    const unsigned char *at;
    size_t count;
};

/* Returns number `index` of a vector; 0 beyond its end. */
double srnn__number_at(const struct srnn__numbers *numbers, size_t index);

/* The largest count in a file, 2^52: more than any run has, and few enough that adding 1 to the
 * double still counts. */
#define SRNN__MAX_COUNT 4503599627370496.0

/* Returns whether a number is a count: an integer from 0 to SRNN__MAX_COUNT. */
static inline int srnn__is_count(double value)
{
    return value >= 0.0 && value <= SRNN__MAX_COUNT && value == (double)(uint64_t)value;
}

/* Finds the vector `leaf` of a part. Errors: FORMAT (it is missing, or has less than `least`
 * numbers). */
int32_t srnn__stored_numbers(const struct srnn__file *file, const char *part, uint32_t leaf,
                             size_t least, struct srnn__numbers *numbers);

/* An optimizer in a file. */
struct srnn__stored_optimizer {
    struct srnn__numbers options;
    struct srnn__numbers progress; /* updates and the two powers */
    double kind;
    double count;                 /* of parameters */
    const unsigned char *moments; /* [moment_rows x moment_columns] floats; NULL: none */
    uint64_t moment_rows;
    uint64_t moment_columns;
};

/* A clipper in a file. */
struct srnn__stored_clipper {
    int is_old; /* format 1, which numbers policies and rules from 0 on */
    double kind;
    struct srnn__numbers options;
    struct srnn__numbers statistics;
    struct srnn__numbers learnt;
};

/* Find such a part, whose kind is known to be right. What the numbers say is not checked here.
 * Errors: FORMAT. */
int32_t srnn__stored_optimizer(const struct srnn__file *file, const char *part,
                               struct srnn__stored_optimizer *stored);
int32_t srnn__stored_clipper(const struct srnn__file *file, const char *part,
                             struct srnn__stored_clipper *stored);

/* Finds the kind of a part: SRNN_PART_MODEL .., 0 for one that is not known. Errors: STATE (no such
 * part), FORMAT. */
int32_t srnn__stored_kind(const struct srnn__file *file, const char *part, uint32_t *kind);

/* The parts of format 1 besides the model: name and kind of number `index`, below
 * SRNN__OLD_PARTS. */
#define SRNN__OLD_PARTS 4u
const char *srnn__old_part(uint32_t index, uint32_t *kind);

#endif
