/* safetensors.h - reading the container that every file is, whatever its tensors
 * are called
 *
 * A file is the length of its header (8 bytes, little-endian), the header in JSON,
 * and the tensors' elements, little-endian and without gaps. The header is an object:
 * "__metadata__" has texts under texts, and every other key names a tensor, which has
 * the members dtype, shape and data_offsets.
 *
 * Reading is strict. JSON keys may come in any order and with white space between the
 * tokens, as other programs write them; but nothing may be missing or told twice, and
 * numbers are written in one way only. header.c knows the names of the
 * library's own files and pytorch_load.c those of PyTorch's. */
#ifndef SRNN_SAFETENSORS_H
#define SRNN_SAFETENSORS_H

#include "base/base.h"

/* The most sides that a tensor may have. */
#define SRNN__MAX_RANK 3u

/* A string's characters, where they lie. */
struct srnn__text {
    const unsigned char *at;
    size_t length;
};

/* Where reading stands. The first error stays in `status`; from then on nothing
 * is left to read, and every loop ends. */
struct srnn__reader {
    const unsigned char *at;
    const unsigned char *end;
    const unsigned char *data;
    size_t data_bytes;
    int32_t status;
};

/* What the header says about one tensor. */
struct srnn__tensor {
    struct srnn__text type;
    uint32_t rank;
    uint64_t shape[SRNN__MAX_RANK];
    uint64_t offsets[2];
};

/* Stand before the header of the `bytes` bytes at `archive`. Errors: FORMAT, TRUNCATED. */
int32_t srnn__reader_begin(struct srnn__reader *reader, const unsigned char *archive, size_t bytes);

/* Behind the header: nothing but white space is left, and the tensors that were placed
 * fill the data without gap or overlap: the `count` that lie at `data`, NULL where there is
 * none, of `bytes` each. Gives what reading has come to. */
int32_t srnn__reader_end(struct srnn__reader *reader, const unsigned char *const *data,
                         const size_t *bytes, uint32_t count);

/* Note an error, unless there is one. */
void srnn__reader_fail(struct srnn__reader *reader, int32_t status);

/* Before member `index` of an object: its key, and whether there is one. */
int srnn__reader_key(struct srnn__reader *reader, uint32_t index, struct srnn__text *key);

/* A string, as it is written: what has an escape is no name or word of ours. */
void srnn__reader_string(struct srnn__reader *reader, struct srnn__text *text);

/* The members of a tensor, all three of them. */
void srnn__reader_tensor(struct srnn__reader *reader, struct srnn__tensor *tensor);

/* Where a tensor of elements of `element` bytes lies: it has some, and fills its bytes
 * there. NULL after an error. */
const unsigned char *srnn__reader_place(struct srnn__reader *reader,
                                        const struct srnn__tensor *tensor, size_t element);

int srnn__text_is(const struct srnn__text *text, const char *word);

/* The place of a text among `count` words that lie `stride` bytes apart; `count` for one
 * that is not there. */
uint32_t srnn__text_find(const struct srnn__text *text, const void *words, size_t stride,
                         uint32_t count);

/* Mark that a key was met; twice is an error. */
void srnn__reader_claim(struct srnn__reader *reader, uint32_t *seen, uint32_t key);

#endif
