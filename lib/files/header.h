/* header.h - the contents of a file: the table of its tensors, and the reader of its
 * header
 *
 * A file is a safetensors file (safetensors.h). The library writes the header of a
 * model of 2 inputs, 3 hidden units and 1 output in one line, padded with spaces so
 * that the elements begin at a multiple of 64 bytes:
 *
 *     {"__metadata__":{"srnn.format":"1","srnn.checksum":"209eba0b",
 *      "srnn.activation":"tanh","srnn.output":"softmax"},
 *      "w_in":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
 *      "w_rec":{"dtype":"F32","shape":[3,3],"data_offsets":[24,60]}, ...}
 *
 * Flags are not stored: a model lacks the tensors that its file lacks. The checksum is
 * the CRC-32C of the whole file, with its own eight digits taken as zeros. A checkpoint
 * has further tensors. Those of 8-byte elements come before the parameters, so that
 * every tensor is aligned for its elements. */
#ifndef SRNN_HEADER_H
#define SRNN_HEADER_H

#include "files/safetensors.h"
#include "model/model.h"

/* All tensors that a file can have, in the order in which they are written. The model's
 * own begin at SRNN__FILE_PARAMETERS and have the order of model.h. */
enum {
    SRNN__FILE_OPTIMIZER,
    SRNN__FILE_CLIPPER,
    SRNN__FILE_RANDOM,
    SRNN__FILE_PARAMETERS,
    SRNN__FILE_MOMENTS = SRNN__FILE_PARAMETERS + SRNN__TENSORS,
    SRNN__FILE_EXTRA,
    SRNN__FILE_TENSORS
};

/* The sides of the tensors' shapes. A side has the same length wherever it occurs in a
 * file. SRNN__SIDE_ONE is the one row of a vector. */
enum {
    SRNN__SIDE_ONE,
    SRNN__SIDE_INPUTS,
    SRNN__SIDE_HIDDEN,
    SRNN__SIDE_OUTPUTS,
    SRNN__SIDE_OPTIMIZER,
    SRNN__SIDE_CLIPPER,
    SRNN__SIDE_RANDOM,
    SRNN__SIDE_MOMENTS,
    SRNN__SIDE_UPDATED,
    SRNN__SIDE_EXTRA,
    SRNN__SIDES
};

/* The lengths of the vectors of state (checkpoint.c), fixed by format 1. A clipper's without rules
 * was shorter, and such files are still read. */
#define SRNN__OPTIMIZER_STATE 11
#define SRNN__CLIPPER_STATE 42
#define SRNN__CLIPPER_OLD_STATE 11
#define SRNN__RANDOM_STATE 2

/* A tensor of the format, as a header describes it. Texts are arrays in the struct,
 * because a table of pointers would have to be relocated at load time. */
struct srnn__entry {
    char name[18];   /* key of the tensor */
    char type[4];    /* its "dtype" */
    uint8_t element; /* bytes of one element */
    uint8_t rows;    /* SRNN__SIDE_ of its rows; SRNN__SIDE_ONE for a vector */
    uint8_t columns; /* SRNN__SIDE_ of its columns */
};

/* Returns the description of a tensor, SRNN__FILE_OPTIMIZER to SRNN__FILE_EXTRA. */
const struct srnn__entry *srnn__entry(uint32_t id);

/* Returns the word for an activation or output kind, or the kind that a word names, 0 for
 * none. */
const char *srnn__kind_word(uint32_t kind);
uint32_t srnn__kind_of(const struct srnn__text *text);

/* The contents of a file. When it is written, `data` points at elements in the machine's
 * byte order. When it is read, `data` points into the file: little-endian elements, at
 * any alignment. */
struct srnn__contents {
    uint32_t activation;                           /* SRNN_TANH .. of the hidden units */
    uint32_t output;                               /* SRNN_LINEAR .. kind of the outputs */
    uint32_t flags;                                /* flags of the model */
    size_t side[SRNN__SIDES];                      /* length of each side, 0 if not known */
    const unsigned char *data[SRNN__FILE_TENSORS]; /* elements of each tensor, or NULL */
};

/* Sets `contents` to no tensors, with only those sides known that format 1 fixes. */
void srnn__contents_begin(struct srnn__contents *contents);

/* Returns the number of elements, or of bytes, of a tensor whose sides are known. */
size_t srnn__contents_count(const struct srnn__contents *contents, uint32_t id);
size_t srnn__contents_bytes(const struct srnn__contents *contents, uint32_t id);

/* Reads the header of the file `archive` [bytes] and finds its tensors, which fill the
 * rest of the file exactly. *checksum receives the checksum in the header, and *digits
 * where its digits are. Shapes agree with each other and with the bytes; whether they
 * are a model's, and whether the checksum is right, is not checked here.
 * Errors: FORMAT, VERSION, TRUNCATED. */
int32_t srnn__header_read(const unsigned char *archive, size_t bytes,
                          struct srnn__contents *contents, const unsigned char **digits,
                          uint32_t *checksum);

#endif
