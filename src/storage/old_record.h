/* old_record.h - what older versions wrote into model files
 *
 * Before there were parts and texts the program kept all that it had to say in one part of bytes,
 * with fields of its own. Such files are read; none is written.
 *
 *     8 bytes  "srnn-rec"
 *     u32      version, 1
 *     fields   u32 tag, u32 size, `size` bytes; tags ascend
 *
 * Numbers are little-endian on every machine. */
#ifndef OLD_RECORD_H
#define OLD_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "storage/encoding.h"

/* The part of a checkpoint that is the record: the name that the library gives the caller's bytes
 * of a file of format 1. */
#define RECORD_PART "extra"

#define RECORD_ALPHABET 1u /* of a text: distinct bytes, ascending; id i is the i-th byte */
#define RECORD_LABELS 2u   /* of a classification: names of 64 bytes */
#define RECORD_SCALING 3u  /* of a series: floats [width] means, [width] deviations */
#define RECORD_TASK 4u     /* u64 fingerprint of the data; name of the task */
#define RECORD_SETTINGS 5u /* lines "name value" */
#define RECORD_COUNTERS 6u /* as in run_checkpoint.c */
#define RECORD_STATE 7u    /* floats [sequences x hidden] */
#define RECORD_BEST 8u     /* floats [parameters]: weights of the lowest loss so far */

#define RECORD_FINGERPRINT_BYTES 8u

/* Whether a part [bytes] begins as a record does. What another program put there may be called the
 * same. */
int record_begins(const void *part, size_t bytes);

/* Find a field of record [bytes]: set a pointer into it and its size, or NULL and 0 when there is
 * none. Returns a status, SRNN_E_FORMAT when the record is not valid: a wrong head, a newer
 * version, a size beyond the end, tags that are unknown or out of order. */
int32_t record_find(const void *record, size_t bytes, uint32_t tag, const unsigned char **data,
                    size_t *size);

/* Read what is in a record [bytes] of every model into an empty encoding, and the name of the task
 * and the settings of a run into new strings, which the caller frees; NULL in that of a model.
 * Returns a status: SRNN_E_FORMAT when the record is not valid, SRNN_E_MEMORY. */
int32_t record_read(const void *record, size_t bytes, struct encoding *encoding, char **task,
                    char **settings);

#endif /* OLD_RECORD_H */
