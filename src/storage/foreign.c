/* foreign.c - files of other programs in the place of a model */
#include "storage/foreign.h"

#include <string.h>

#include "srnn.h"
#include "support/bytes.h"
#include "support/message.h"
#include "support/printable.h"

/* The longest header of a safetensors file, as in its reference implementation. */
#define MOST_HEADER 100000000u

/* Whether data [bytes] begin as torch.save begins a file: a zip archive, or in old versions of
 * PyTorch a pickle of protocol 2 to 5. The fourth byte of a safetensors file is 0, unless its
 * header takes 16 MB. */
static int is_pickled(const unsigned char *data, size_t bytes)
{
    return bytes >= 4 && (memcmp(data, "PK\003\004", 4) == 0 ||
                          (data[0] == 0x80 && data[1] >= 2 && data[1] <= 5 && data[3] != 0));
}

int foreign_check(const char *path, const unsigned char *head, size_t count)
{
    const uint64_t header = count > 8 ? get_u64(head) : 0;

    if (is_pickled(head, count)) {
        return fail("%s: a file of torch.save; save its weights in Python with "
                    "safetensors.torch.save_file(torch.load('%s', weights_only=True), "
                    "'weights.safetensors'), then: srnn convert weights.safetensors --to srnn "
                    "--output MODEL",
                    path, plain_file_name(path, "FILE"));
    }
    return count <= 8 || (header > 0 && header <= MOST_HEADER && head[8] == '{')
               ? 0
               : fail("%s: cannot load the model: not a safetensors file", path);
}

/* Whether a byte is white space in JSON. */
static int is_white(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Whether data [bytes], which may be damaged, have the key of the library's format in what there is
 * of their header. */
static int is_own(const unsigned char *data, size_t bytes)
{
    static const char key[] = "\"srnn.format\"";
    const size_t size = sizeof key - 1;
    const size_t end = bytes > 8 && get_u64(data) < bytes - 8 ? (size_t)get_u64(data) + 8 : bytes;

    for (size_t at = 8; at + size < end; at++) {
        if (memcmp(data + at, key, size) == 0) {
            size_t behind = at + size;

            while (behind < end && is_white(data[behind])) {
                behind++;
            }
            if (behind < end && data[behind] == ':') {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether data [bytes] are a sound file of the library's that has other objects than a model. */
static int lacks_model(const unsigned char *data, size_t bytes)
{
    srnn_checkpoint *parts = NULL;
    double kind;
    const int lacks = srnn_checkpoint_create(NULL, NULL, 0, &parts) == SRNN_OK &&
                      srnn_checkpoint_open(parts, data, bytes) == SRNN_OK &&
                      srnn_checkpoint_get(parts, "model", SRNN_STORED_KIND, &kind) == SRNN_E_STATE;

    srnn_checkpoint_destroy(parts);
    return lacks;
}

int fail_foreign(int32_t status, const char *path, const unsigned char *data, size_t bytes)
{
    size_t block_bytes;
    int32_t as_weights;

    if (status == SRNN_E_MEMORY) { /* which says nothing of the file */
        return fail_status(status, "%s: cannot load the model", path);
    }
    /* Any kinds: the question is what the file has. */
    as_weights =
        srnn_pytorch_load_size(data, bytes, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, &block_bytes);
    if (as_weights == SRNN_OK) {
        return fail("%s: weights of PyTorch; srnn convert %s --to srnn --output MODEL makes a "
                    "model of them",
                    path, plain_file_name(path, "FILE"));
    }
    if (lacks_model(data, bytes)) {
        return fail("%s: a file of srnn without a model", path);
    }
    if (as_weights == SRNN_E_UNSUPPORTED && status != SRNN_E_VERSION && status != SRNN_E_CHECKSUM &&
        !is_own(data, bytes)) {
        return fail("%s: a safetensors file, but no model of srnn; srnn convert %s --to srnn "
                    "--output MODEL tells whether its weights can become one",
                    path, plain_file_name(path, "FILE"));
    }
    return fail_status(status, "%s: cannot load the model", path);
}
