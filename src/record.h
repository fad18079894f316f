/* record.h - the program's own bytes inside a checkpoint
 *
 * The library's files have room for bytes of the caller's. The program keeps a
 * record there: the alphabet of a text model, and for a run that can be resumed
 * its settings, its counters and the state that the text is carried on from.
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

#define RECORD_ALPHABET 1u /* distinct bytes, ascending: what each id stands for */
#define RECORD_TASK 2u     /* its name; the fingerprint of its data */
#define RECORD_SETTINGS 3u /* lines "name value" */
#define RECORD_COUNTERS 4u /* see run.c */
#define RECORD_STATE 5u    /* floats [streams x hidden] */

/* The bytes of a record without fields, and of a field without its contents. */
#define RECORD_HEAD_BYTES 12u
#define RECORD_FIELD_BYTES 8u

/* A record being written into `data` [capacity], the caller's. */
struct record_writer {
    unsigned char *data;
    size_t capacity;
    size_t size; /* 0 when a field did not fit: an invalid record */
};

/* Start a record, and add fields in ascending order of tags: `size` bytes, for
 * which the caller gets the place to fill in, or NULL when they do not fit. */
void record_begin(struct record_writer *writer, void *data, size_t capacity);
unsigned char *record_add(struct record_writer *writer, uint32_t tag, size_t size);

/* A field of a record of `bytes` bytes: a pointer into it and its size, or NULL
 * and 0 when there is none. Gives 0, or -1 when the record is not sound: wrong
 * head, newer version, a size beyond the end, tags unknown or out of order. */
int record_find(const void *record, size_t bytes, uint32_t tag, const unsigned char **data,
                size_t *size);

/* Numbers in little-endian bytes. */
void put_u32(unsigned char *bytes, uint32_t value);
void put_u64(unsigned char *bytes, uint64_t value);
void put_double(unsigned char *bytes, double value);
void put_float(unsigned char *bytes, float value);
uint32_t get_u32(const unsigned char *bytes);
uint64_t get_u64(const unsigned char *bytes);
double get_double(const unsigned char *bytes);
float get_float(const unsigned char *bytes);

#endif /* RECORD_H */
