/* header.h - the names in a file, and the reader of its header
 *
 * A file is a safetensors file (safetensors.h). The library writes the header of a
 * model of 2 inputs, 3 hidden units and 1 output in one line, padded with spaces so
 * that the elements begin at a multiple of 64 bytes:
 *
 *     {"__metadata__":{"srnn.checksum":"c0ff6b3a","srnn.format":"2",
 *      "srnn.activation":"tanh","srnn.output":"softmax"},
 *      "w_in":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
 *      "w_rec":{"dtype":"F32","shape":[3,3],"data_offsets":[24,60]}, ...}
 *
 * A checkpoint has several parts, each with a name. What belongs to the part "clipper" is called
 * "srnn.clipper.options" and so on, and the metadata say its kind as "srnn.clipper.kind". Those of
 * the model "model" go by the short names above, so that a checkpoint is a model's file too.
 *
 * The library's own names are these short ones, and all that begin with "srnn.". A reader may not
 * know the word after the last dot. If it begins with a capital, the reader passes over it. If not,
 * the file is of a newer version: SRNN_E_VERSION. Texts of the user are metadata called
 * "user.NAME". All other names are other programs', and passed over.
 *
 * The library's names have no escapes, nor have the words that it knows: types, kinds, the format,
 * the checksum. A file in which one has is refused, so that all are found by their bytes. Of format
 * 1 this holds for the model's tensors and the metadata; its other names have no prefix, and an
 * escaped one counts as missing.
 *
 * The checksum is a sum modulo 2^32, so that order does not matter. Each of the library's tensors
 * adds the CRC-32C of its name, type, shape and elements; each of its metadata but the checksum
 * itself, and each text, that of its name and value.
 *
 * Format 1, of version 0.1, is read too. Its only names with "srnn." are the four
 * metadata above. Its parts are the model; "optimizer", "clipper" and "random", whose tensors begin
 * with these words; and the tensor "extra". Its checksum is the CRC-32C of the whole file, with its
 * own digits taken as zeros. */
#ifndef SRNN_HEADER_H
#define SRNN_HEADER_H

#include "files/safetensors.h"
#include "model/model.h"

/* The formats that are read. The last one is written. */
#define SRNN__OLD_FORMAT 1u
#define SRNN__FORMAT 2u

/* The name of the model whose tensors go by their short names. */
#define SRNN__MODEL_NAME "model"

/* The part of format 1 that is the caller's own bytes. */
#define SRNN__OLD_BYTES "extra"

/* The longest name of a tensor or of metadata of the library's, with its zero. */
#define SRNN__KEY_BYTES 64u

/* The tensors of parts, by the last word of their names: those of models in the order of model.h,
 * then those of other parts. */
enum {
    SRNN__LEAF_OPTIONS = SRNN__TENSORS,
    SRNN__LEAF_STATE,
    SRNN__LEAF_MOMENTS,
    SRNN__LEAF_STATISTICS,
    SRNN__LEAF_LEARNT,
    SRNN__LEAF_CARRIED,
    SRNN__LEAF_BYTES,
    SRNN__LEAVES
};

/* Returns the last word of the name of a tensor, SRNN__W_IN to SRNN__LEAF_BYTES. */
const char *srnn__leaf(uint32_t leaf);

/* Returns the bytes of an element of a "dtype" of the library's: "F64", "U64", "F32" or "U8". */
static inline uint32_t srnn__element_bytes(const char *type)
{
    return type[1] == '8' ? 1 : type[1] == '6' ? 8 : 4;
}

/* Returns whether the floats of such a tensor are finite in every file: parameters and moments. */
static inline int srnn__leaf_is_finite(uint32_t leaf)
{
    return leaf < SRNN__TENSORS || leaf == SRNN__LEAF_MOMENTS;
}

/* Returns the word for an activation or output kind; or the kind that a word names, 0 for none, of
 * the activations (`first` SRNN_HIDDEN_TANH) or of the output kinds (SRNN_OUTPUT_LINEAR). */
const char *srnn__kind_word(uint32_t kind);
uint32_t srnn__kind_of(const struct srnn__text *text, uint32_t first);

/* Returns the characters of a terminated text. */
size_t srnn__length(const char *text);

/* Returns whether two terminated texts are equal. */
int srnn__same_word(const char *a, const char *b);

/* Write the name of a tensor of a part, or of metadata about it, into `key`. */
void srnn__tensor_key(char key[SRNN__KEY_BYTES], const char *part, const char *leaf);
void srnn__metadata_key(char key[SRNN__KEY_BYTES], const char *part, const char *word);

/* Writes the name of a text in the metadata into `key`. */
void srnn__text_key(char key[SRNN__KEY_BYTES], const char *name);

/* A file whose header and checksum are right. */
struct srnn__file {
    const unsigned char *archive; /* [bytes] */
    size_t bytes;
    uint32_t format; /* SRNN__OLD_FORMAT or SRNN__FORMAT */
};

/* Opens the file `archive` [bytes]: checks its header, its checksum, and that the moments of
 * optimizers are finite. That its parts are there and make sense is not checked here. Errors:
 * ARGUMENT, FORMAT, VERSION, CHECKSUM, TRUNCATED, NONFINITE. */
int32_t srnn__file_open(const void *archive, size_t bytes, struct srnn__file *file);

/* Finds a tensor of a part, and where its elements are. `type` is its "dtype", "F64", "U64", "F32"
 * or "U8", and `rank` the number of its sides. With `type` NULL any will do, and `data` is not
 * used. Errors: STATE (the file lacks it), FORMAT (it comes twice, or is of another type or
 * rank). */
int32_t srnn__file_tensor(const struct srnn__file *file, const char *part, uint32_t leaf,
                          const char *type, uint32_t rank, struct srnn__tensor *tensor,
                          const unsigned char **data);

/* Finds the value of metadata, by the whole name. Errors: STATE (there is none), FORMAT (it comes
 * twice). */
int32_t srnn__file_value(const struct srnn__file *file, const char *key, struct srnn__text *value);

/* Begins to read the metadata of an opened file: makes a reader that is before their first key. The
 * caller reads on with srnn__reader_key and srnn__reader_string. */
void srnn__file_metadata(const struct srnn__file *file, struct srnn__reader *reader);

/* Returns whether a character may be in the name of a part: a letter, a digit, '_' or '-'. */
int srnn__is_name(unsigned char character);

/* Returns whether a terminated text may be the name of a part: 1 to SRNN_PART_NAME_BYTES - 1 such
 * characters. */
int srnn__is_part_name(const char *name);

/* Returns whether a text begins with `beginning`, which is terminated. */
int srnn__text_begins(const struct srnn__text *text, const char *beginning);

#endif
