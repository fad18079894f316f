/* record.h - the program's own bytes inside a checkpoint
 *
 * The library's files have room for bytes of the caller's. The program keeps a
 * record there: the encoding of a model's data (encoding.h), and for a run that can
 * be resumed its settings, its counters, the state that is carried on and the best
 * weights so far.
 *
 *     8 bytes  "srnn-rec"
 *     u32      version, 1
 *     fields   u32 tag, u32 size, `size` bytes; tags ascend
 *
 * Numbers are little-endian on every machine. */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

#define RECORD_ALPHABET 1u /* of a text: distinct bytes, ascending; id i is the i-th byte */
#define RECORD_LABELS 2u   /* of a classification: names of 64 bytes */
#define RECORD_SCALING 3u  /* of a series: floats [width] means, [width] deviations */
#define RECORD_TASK 4u     /* u64 fingerprint of the data; name of the task */
#define RECORD_SETTINGS 5u /* lines "name value" */
#define RECORD_COUNTERS 6u /* see run_checkpoint.c */
#define RECORD_STATE 7u    /* floats [sequences x hidden] */
#define RECORD_BEST 8u     /* floats [parameters]: weights of the lowest loss so far */
#define RECORD_LAST RECORD_BEST

/* The bytes of a record without fields, and of a field without its content. */
#define RECORD_HEAD_BYTES 12u
#define RECORD_FIELD_BYTES 8u

/* A record being written into `data` [capacity], the caller's. */
struct record_writer {
    unsigned char *data;
    size_t capacity;
    size_t size; /* 0 when a field did not fit: an invalid record */
};

/* Start a record in `data` [capacity]. */
void record_begin(struct record_writer *writer, void *data, size_t capacity);

/* Add a field; tags must ascend. Returns the place of its `size` bytes, for the caller to fill in,
 * or NULL when they do not fit. */
unsigned char *record_add(struct record_writer *writer, uint32_t tag, size_t size);

/* Find a field of record [bytes]: set a pointer into it and its size, or NULL and 0 when there is
 * none. Returns 0, or -1 when the record is not valid: a wrong head, a newer version, a size beyond
 * the end, tags that are unknown or out of order. */
int record_find(const void *record, size_t bytes, uint32_t tag, const unsigned char **data,
                size_t *size);

/* Numbers in little-endian bytes. */
void put_u32(unsigned char *bytes, uint32_t value);
void put_u64(unsigned char *bytes, uint64_t value);
void put_float(unsigned char *bytes, float value);
uint32_t get_u32(const unsigned char *bytes);
uint64_t get_u64(const unsigned char *bytes);
float get_float(const unsigned char *bytes);

#endif /* RECORD_H */
