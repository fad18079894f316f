/* forge.h - files made and damaged without the library
 *
 * The checksum and the byte order are written a second time here, from the definition of CRC-32C
 * and of safetensors, so that hostile files can carry a checksum that is right. */
#ifndef FORGE_H
#define FORGE_H

#include <stddef.h>
#include <stdint.h>

#include "support.h"

/* The most that a forged file may have. */
#define FORGE_BYTES 8192

/* Bytes of the caller's own, for a part called "extra". */
#define FORGE_EXTRA "settings of my own\0and more"

/* A file from a header, which may have "srnn.checksum":"00000000" in it, and `count` floats.
 * Returns its size. The checksum is made right. */
size_t forge_file(unsigned char *file, const char *header, const float *data, size_t count);

/* Make a file's checksum right after a change. Bytes that have no header, or no place for a
 * checksum in it, stay as they are. */
void forge_seal(unsigned char *file, size_t bytes);

/* The length of a file's header, and where the header has `wanted`; NULL: nowhere. */
size_t forge_header_bytes(const unsigned char *file);
unsigned char *forge_find(unsigned char *file, const char *wanted);

/* Writes a file [bytes] to `to` [FORGE_BYTES] with `instead` in the place of the first `wanted` in
 * its header, which has it. The checksum stays as it is. Returns the bytes at `to`. */
size_t forge_replace(unsigned char *file, size_t bytes, const char *wanted, const char *instead,
                     unsigned char *to);

/* Write a file of the library's anew, as another program may: with white space, the members of each
 * tensor in another order, and the metadata last. The checksum is not made right. Returns the bytes
 * at `to` [FORGE_BYTES]. */
struct forge_change {
    int reversed;         /* tensors and their data in reverse order */
    const char *name;     /* a vector of 8-byte numbers, or NULL */
    size_t numbers;       /* that it is cut to, or filled up to with zeros */
    const char *tensor;   /* the name of a further tensor, or NULL */
    const char *metadata; /* further metadata, from their comma on, or NULL */
};
size_t forge_rewrite(const unsigned char *file, struct forge_change change, unsigned char *to);

/* Where the elements of a tensor begin, found by its data_offsets. */
unsigned char *forge_tensor(unsigned char *file, const char *name);

/* Little-endian numbers. */
void forge_put(unsigned char *to, uint64_t value, size_t bytes);
void forge_put_double(unsigned char *to, double value);

/* The status of a call on a bad file is `expected`, or with SRNN_OK any error. */
void forge_expect_refusal(int32_t expected, int32_t status);

/* load_size, load and restore, which do the checks of all other functions that read a file, and
 * load_size for a view refuse this one with `expected`, or with any code when that is SRNN_OK. They
 * change nothing: not the rig's objects, its results or the handle. */
void forge_refused(struct rig *rig, const void *file, size_t bytes, int32_t expected);

/* The functions that load a model, all of them, refuse `flags` with `expected`, and change nothing.
 */
void forge_refuse_flags(struct rig *rig, const void *file, size_t bytes, uint32_t flags,
                        int32_t expected);

/* Whether a model can be a view of a file, which needs a little-endian machine. Where none can,
 * forge_views expects that those who load this one with SRNN_LOAD_VIEW say so. */
int forge_has_views(void);
int forge_views(struct rig *rig, const void *file, size_t bytes);

/* The functions that load PyTorch's files, all of them, do so with this one. */
void forge_refused_by_pytorch(struct rig *rig, const void *file, size_t bytes, int32_t expected);

/* Each of `headers` [count], as a file with the first `floats` of 1, 2, 3 ... 8 and with a right
 * checksum, is refused by forge_refused or forge_refused_by_pytorch. */
typedef void (*forge_refused_fn)(struct rig *rig, const void *file, size_t bytes, int32_t expected);
extern const float forge_numbers[8];
void forge_refuse_headers(struct rig *rig, forge_refused_fn refused, int32_t expected,
                          const char *const *headers, size_t count, size_t floats);

/* What a header says of a tensor of floats; all four are string literals. */
#define TENSOR(name, shape, from, to)                                                              \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"

/* Both models are the same in all that a file holds. */
void forge_same(const srnn_model *a, const srnn_model *b);

/* A place in the rig's heap for a model's handle. */
srnn_model **forge_out(struct rig *rig);

/* A list of the objects that are not NULL, as "model", "optimizer", "clipper" and "random", and a
 * copy of `extra` [extra_bytes], as "extra". Begin returns the first status of an add that is an
 * error. End frees the list and returns `status`. */
struct forge_list {
    double block[128];
    srnn_checkpoint *checkpoint;
    void *extra;
};
int32_t forge_list_begin(struct forge_list *list, srnn_model *model, srnn_optimizer *optimizer,
                         srnn_clipper *clipper, srnn_random *random, const void *extra,
                         size_t extra_bytes);
int32_t forge_list_end(struct forge_list *list, int32_t status);

/* The rig's clipper, which has been restored, clips a gradient or refuses it by its limit, and has
 * possible statistics. */
void forge_check_clipper(struct rig *rig);

/* With `value` in the place of the double `at` in the file [bytes], restore of the rig's list
 * returns `expected` and changes nothing. Then the file is as it was, and its checksum is right. */
void forge_refuse_number(struct rig *rig, unsigned char *file, size_t bytes, unsigned char *at,
                         double value, int32_t expected);

/* Restore from a file, or save, with such a list. */
int32_t forge_restore(const void *file, size_t bytes, srnn_model *model, srnn_optimizer *optimizer,
                      srnn_clipper *clipper, srnn_random *random);
int32_t forge_save(srnn_model *model, srnn_optimizer *optimizer, srnn_clipper *clipper,
                   srnn_random *random, const void *extra, size_t extra_bytes, void *buffer,
                   size_t capacity, size_t *written);

/* Make the rig's checkpoint one with an empty list and no open file. */
void forge_empty_list(struct rig *rig);

/* Add to the list all objects of a rig but its batch, as "model", "optimizer", "clipper", "omega",
 * "random" and "workspace". */
void forge_add_rig(srnn_checkpoint *checkpoint, const struct rig *rig);

/* Train so that the generator takes part: it draws an input before each update. Returns `hash`,
 * continued with what was drawn and with the results. */
uint64_t forge_train(struct rig *rig, int updates, uint64_t hash);

/* The file of the list of the rig's own checkpoint, in its heap. */
unsigned char *forge_parts(struct rig *rig, size_t *bytes);

/* The rig's model, optimizer, clipper and generator with `extra_bytes` of extra, in its heap. */
unsigned char *forge_checkpoint(struct rig *rig, const void *extra, size_t extra_bytes,
                                size_t *bytes);

/* The functions that save to a buffer, under one signature. */
typedef int32_t (*forge_save_fn)(const void *object, void *buffer, size_t capacity, size_t *bytes);
int32_t forge_save_model(const void *model, void *buffer, size_t capacity, size_t *bytes);
int32_t forge_save_for_pytorch(const void *model, void *buffer, size_t capacity, size_t *bytes);
int32_t forge_save_list(const void *checkpoint, void *buffer, size_t capacity, size_t *bytes);

/* Such a function, for an object of the rig, finds the size without a buffer or where it is too
 * small, and writes nothing else. `file` [bytes], in the rig's heap, is what it saves. */
void forge_check_save(struct rig *rig, forge_save_fn save, const void *object,
                      const unsigned char *file, size_t bytes);

/* The file of an object, in the heap; that of a model; the same for PyTorch. */
unsigned char *forge_saved_by(forge_save_fn save, struct heap *heap, const void *object,
                              size_t *bytes);
unsigned char *forge_saved(struct heap *heap, const srnn_model *model, size_t *bytes);
unsigned char *forge_saved_for_pytorch(struct heap *heap, const srnn_model *model, size_t *bytes);

/* A stream to memory. Call number `fail_at` of the callback, counted from 1, fails (0: none). */
struct stream {
    unsigned char *data; /* [bytes] */
    size_t bytes;
    size_t at;
    size_t calls;
    size_t fail_at;
};
int32_t stream_write(void *user, const void *data, size_t size);

#endif
