/* header.h - what lies in a file: the table of tensors, and reading a header
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
 * Flags are not stored: a model lacks the tensors that its file lacks. The
 * checksum is the CRC-32C of the whole file with its own eight digits as zeros.
 * A checkpoint has further tensors, the wider elements before the parameters, so
 * that each tensor is aligned for its elements. */
#ifndef SRNN_HEADER_H
#define SRNN_HEADER_H

#include "model/model.h"
#include "files/safetensors.h"

/* All tensors that a file can have, in the order in which they are written. The
 * model's own, from SRNN__FILE_PARAMETERS on, have the order of model.h. */
enum {
    SRNN__FILE_OPTIMIZER,
    SRNN__FILE_CLIPPER,
    SRNN__FILE_RANDOM,
    SRNN__FILE_PARAMETERS,
    SRNN__FILE_MOMENTS = SRNN__FILE_PARAMETERS + SRNN__TENSORS,
    SRNN__FILE_EXTRA,
    SRNN__FILE_TENSORS
};

/* The sides that their shapes are made of. A side is the same number wherever it
 * occurs in a file. SRNN__SIDE_ONE stands for the rows of what is a vector. */
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

/* The lengths of the vectors of state, which format 1 fixes (checkpoint.c). */
#define SRNN__OPTIMIZER_STATE 11
#define SRNN__CLIPPER_STATE 11
#define SRNN__RANDOM_STATE 2

/* How a tensor is told in a header, and the bytes of one element. Texts are kept
 * in place, so that the table needs no relocation. */
struct srnn__entry {
    char name[18];
    char type[4];
    uint8_t element;
    uint8_t rows;    /* SRNN__SIDE_ */
    uint8_t columns; /* SRNN__SIDE_ */
};

const struct srnn__entry *srnn__entry(uint32_t id);

/* The word for an activation or output kind, and the kind of a word: 0 for none. */
const char *srnn__kind_word(uint32_t kind);
uint32_t srnn__kind_of(const struct srnn__text *text);

/* What a file holds: on the way out, `data` points at elements in the machine's
 * order; on the way in, at little-endian ones in the file, aligned for nothing.
 * NULL where there is no such tensor. A side of 0 is not known. */
struct srnn__contents {
    uint32_t activation;
    uint32_t output;
    uint32_t flags;
    size_t side[SRNN__SIDES];
    const unsigned char *data[SRNN__FILE_TENSORS];
};

/* Nothing but the sides that format 1 fixes. */
void srnn__contents_begin(struct srnn__contents *contents);

/* The number of elements, or of bytes, of a tensor whose sides are known. */
size_t srnn__contents_count(const struct srnn__contents *contents, uint32_t id);
size_t srnn__contents_bytes(const struct srnn__contents *contents, uint32_t id);

/* Read the header of the `bytes` bytes at `archive` and find the tensors, which
 * fill the rest of the file exactly. `checksum` gets what is written there and
 * `digits` where. Nobody has vouched for the file yet: shapes agree with each
 * other and with the bytes, but need not be a model's.
 * Errors: FORMAT, VERSION, TRUNCATED. */
int32_t srnn__header_read(const unsigned char *archive, size_t bytes,
                          struct srnn__contents *contents, const unsigned char **digits,
                          uint32_t *checksum);

#endif
