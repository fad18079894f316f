/* parts.h - the parts of a file, as they are written
 *
 * A part is an object, bytes or a text under a name. It is written as up to SRNN__MAX_ITEMS
 * tensors, each the whole of an array in the object or a few numbers; a text is metadata. */
#ifndef SRNN_PARTS_H
#define SRNN_PARTS_H

#include "files/header.h"

/* A part. Names have at most SRNN_PART_NAME_BYTES - 1 characters. */
struct srnn__part {
    uint32_t kind; /* SRNN_PART_MODEL .. */
    char name[SRNN_PART_NAME_BYTES];
    const void *object; /* the caller's object, bytes, or terminated text; it is written */
    void *target;       /* the same, to restore; NULL for a text */
    size_t bytes;       /* of bytes only */
};

/* Where numbers are in the tensors called "state". A generator's are its state and its increment.
 * Later versions may add more behind them; a reader passes over those. */
enum { SRNN__CLIPPER_KIND };
enum {
    SRNN__OPTIMIZER_KIND,
    SRNN__OPTIMIZER_COUNT,
    SRNN__OPTIMIZER_UPDATES,
    SRNN__OPTIMIZER_POWER, /* and the number after it */
    SRNN__OPTIMIZER_STATE_NUMBERS = SRNN__OPTIMIZER_POWER + 2
};
enum { SRNN__OMEGA_HIDDEN, SRNN__OMEGA_VALUE, SRNN__OMEGA_SIGNAL, SRNN__OMEGA_STATE_NUMBERS };
#define SRNN__MAX_NUMBERS SRNN__OPTIMIZER_STATE_NUMBERS

#define SRNN__MAX_ITEMS SRNN__TENSORS

/* One tensor of a part, in the machine's byte order. */
struct srnn__item {
    uint32_t leaf;    /* SRNN__W_IN .. SRNN__LEAF_BYTES */
    uint32_t element; /* bytes of one element */
    const char *type; /* its "dtype" */
    size_t rows;      /* 0 for a vector */
    size_t columns;
    const void *data;                 /* NULL: the part lacks it */
    double number[SRNN__MAX_NUMBERS]; /* for `data` to point at */
};

/* Returns the word for a kind of part; the kind that a word names, 0 for none. */
const char *srnn__part_word(uint32_t kind);
uint32_t srnn__part_kind(const struct srnn__text *text);

/* Describes tensor `index` of a part, below SRNN__MAX_ITEMS. The description points into the
 * object, and may point into itself. */
void srnn__part_item(const struct srnn__part *part, uint32_t index, struct srnn__item *item);

/* Returns the number of elements of a tensor. */
static inline size_t srnn__item_count(const struct srnn__item *item)
{
    return item->columns * (item->rows == 0 ? 1 : item->rows);
}

/* Returns the kind of part that an object makes; 0 for NULL, a dead object, a batch, a checkpoint,
 * and what is no object. Reads no more of it than its tag, and nothing of what is not aligned to
 * srnn_alignment(): some processors trap there. */
uint32_t srnn__part_kind_of(const void *object);

/* Returns whether the object of a part is a live one of its kind. */
int srnn__part_alive(const struct srnn__part *part);

/* Returns whether those of all `parts` [count] are. To be asked before a part is asked for more: a
 * dead object is the first of errors, wherever it is in a list. */
int srnn__parts_alive(const struct srnn__part *parts, uint32_t count);

/* Checks that a part whose object is live can be written. Errors: STATE (a model that is not bound;
 * a regularizer between backward and apply). */
int32_t srnn__part_ready(const struct srnn__part *part);

#endif
