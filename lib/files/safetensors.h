/* safetensors.h - a strict reader of the safetensors format
 *
 * A file is the length of its header (8 bytes, little-endian), the header in JSON, and
 * the tensors' elements, little-endian and without gaps. The header is a JSON object. Its
 * member "__metadata__" is an object of strings. Every other member is a tensor, an
 * object with the members dtype, shape and data_offsets.
 *
 * JSON keys may come in any order and with white space between the tokens, as other
 * programs write them. No member may be missing, and a number has only one way to be
 * written. The names of tensors are for the caller: header.c knows those of the library's own
 * files, and pytorch_load.c those of PyTorch's. What a caller does not look for is read as
 * strictly, and then passed over. No member that a caller looks for may be repeated. To find
 * repeated ones among all would take memory, or time that grows with the square. */
#ifndef SRNN_SAFETENSORS_H
#define SRNN_SAFETENSORS_H

#include "base/base.h"

/* The bytes of the longest header that is read or written, as in the reference implementation of
 * safetensors. */
#define SRNN__MAX_HEADER 100000000u

/* The most sides that a tensor may have. */
#define SRNN__MAX_RANK 8u

/* A string, in the file. */
struct srnn__text {
    const unsigned char *at; /* [length] its characters, not terminated */
    size_t length;
};

/* A reader of one header. An error moves it to the end of the header, so that every loop
 * over members ends. */
struct srnn__reader {
    const unsigned char *at;   /* next character of the header */
    const unsigned char *end;  /* end of the header */
    const unsigned char *data; /* [data_bytes] the tensors' elements */
    size_t data_bytes;
    uint64_t data_end; /* end of the last tensor in the data, of those read so far */
    uint64_t joints;   /* sum over them of mix(first byte) - mix(byte after the last) */
    int32_t status;    /* first error, or SRNN_OK */
};

/* The description of one tensor in a header. */
struct srnn__tensor {
    struct srnn__text type;         /* its "dtype" */
    uint32_t rank;                  /* number of sides */
    uint64_t shape[SRNN__MAX_RANK]; /* [rank] lengths of the sides */
    uint64_t offsets[2];            /* first byte, and byte after the last, in the data */
};

/* Makes a reader of the header of the file `archive` [bytes]. Errors: FORMAT, TRUNCATED. */
int32_t srnn__reader_begin(struct srnn__reader *reader, const unsigned char *archive, size_t bytes);

/* Ends reading: checks that only white space is left of the header, and that the tensors
 * that were read fill the data without gap or overlap. Returns the reader's status.
 * Errors: FORMAT, or the first error of the reader. */
int32_t srnn__reader_end(struct srnn__reader *reader);

/* Reads the whole header and finds the bytes of the data that it describes, which need not be
 * there. Errors: FORMAT; TRUNCATED (more than a size_t counts). */
int32_t srnn__reader_length(struct srnn__reader *reader, uint64_t *data_bytes);

/* Moves past the members of "__metadata__", or of an object of strings like it. */
void srnn__reader_skip_metadata(struct srnn__reader *reader);

/* Sets the reader's status to an error, unless it has one, and ends reading. */
void srnn__reader_fail(struct srnn__reader *reader, int32_t status);

/* Reads the key of member `index` of an object. Returns whether there is such a member. */
int srnn__reader_key(struct srnn__reader *reader, uint32_t index, struct srnn__text *key);

/* Reads a string. Escapes are not decoded: no name or word of the library has one. */
void srnn__reader_string(struct srnn__reader *reader, struct srnn__text *text);

/* Reads the description of a tensor, which must have all three members. Its bytes are in the
 * data. Errors: FORMAT, TRUNCATED (they are not). */
void srnn__reader_tensor(struct srnn__reader *reader, struct srnn__tensor *tensor);

/* Returns where the elements of a tensor are, `element` bytes each, which must fill the tensor's
 * bytes exactly, or NULL. No error came before. Errors: FORMAT. */
const unsigned char *srnn__reader_place(struct srnn__reader *reader,
                                        const struct srnn__tensor *tensor, size_t element);

/* Returns whether a character is a decimal digit. */
static inline int srnn__is_digit(unsigned char character)
{
    return character >= '0' && character <= '9';
}

/* Returns whether a text is `word`, which is terminated. */
int srnn__text_is(const struct srnn__text *text, const char *word);

/* Returns the index of a text among `count` words, which are `stride` bytes apart; `count`
 * when it is none of them. */
uint32_t srnn__text_find(const struct srnn__text *text, const void *words, size_t stride,
                         uint32_t count);

/* Sets bit `key` of *seen. A bit that is already set is an error: a repeated member. */
void srnn__reader_claim(struct srnn__reader *reader, uint32_t *seen, uint32_t key);

#endif
