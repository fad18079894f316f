/* live_parts.h - objects of the shapes that a checkpoint's parts have, or of others */
#ifndef LIVE_PARTS_H
#define LIVE_PARTS_H

#include "support.h"

/* The most parts that a list takes, and the most bytes of an object. */
#define LIVE_PARTS 12u
#define LIVE_BYTES 100000.0

struct live_part {
    char name[SRNN_PART_NAME_BYTES];
    uint32_t kind; /* of the part in the file */
    void *object;  /* a handle, or an array of bytes */
    size_t bytes;  /* of the array */
};

struct live_parts {
    struct heap *heap; /* of the objects */
    struct live_part part[LIVE_PARTS];
    uint32_t count;
};

/* What a part becomes. */
enum live_shape { LIVE_RIGHT, LIVE_OTHER_SHAPE, LIVE_OTHER_KIND };

/* Make an object for each part of the open file but for texts, kinds of later versions and what is
 * too large. Object `odd` (none: LIVE_PARTS) has the given shape, the others the right one.
 * Returns whether the odd part has become one that cannot be restored: not all have such shapes. */
int live_parts_make(struct live_parts *parts, struct heap *heap, const srnn_checkpoint *file,
                    uint32_t odd, enum live_shape shape);

/* Add them to a list that is empty. */
void live_parts_add(const struct live_parts *parts, srnn_checkpoint *list);

/* Change something of each object but of no shape, with this number where it takes one. */
void live_parts_disturb(const struct live_parts *parts, double value);

/* Every option that an object has and that may be set takes the value that it has. */
void live_parts_check_options(const struct live_parts *parts);

void live_parts_destroy(struct live_parts *parts);

#endif
