/* pytorch_load.c - loads a model from PyTorch's weights
 *
 * Such files come from other programs: names can have any prefix, the metadata can hold
 * anything, and there is no checksum. The tensors must be one layer and its head. */
#include "files/elements.h"
#include "files/pytorch.h"
#include "files/text.h"

/* The types of elements that are read. */
enum { TYPE_FLOAT, TYPE_HALF, TYPE_BFLOAT, TYPES };
static const char type_names[TYPES][5] = {"F32", "F16", "BF16"};
static const uint8_t type_bytes[TYPES] = {4, 2, 2};

/* The network in a file. */
struct network {
    uint32_t activation;        /* SRNN_HIDDEN_TANH .. of the hidden units, 0 if not known */
    uint32_t output;            /* SRNN_OUTPUT_LINEAR .. kind of the outputs, 0 if not known */
    uint32_t flags;             /* flags of its model */
    uint32_t side[SRNN__SIDES]; /* length of each side, 0 if not known */
    const unsigned char *data[SRNN__PYTORCH_TENSORS]; /* elements of each tensor, or NULL */
    uint8_t type[SRNN__PYTORCH_TENSORS];              /* TYPE_ of each tensor's elements */
};

/* A file that is being read. */
struct weights_reading {
    struct srnn__reader reader;
    struct network *network;
    struct srnn__text prefix[SRNN__MODULES]; /* prefix of each module seen */
    uint32_t modules_seen;                   /* bits of the modules with a tensor */
    uint32_t metadata_seen;                  /* bits of what was read of "__metadata__" */
};

/* Stops reading with SRNN_E_UNSUPPORTED: a valid file, but of another network. */
static void refuse(struct weights_reading *reading)
{
    srnn__reader_fail(&reading->reader, SRNN_E_UNSUPPORTED);
}

/* Bits of metadata_seen. */
enum { METADATA_SEEN, ACTIVATION_SEEN, OUTPUT_SEEN };

/* Reads the metadata. The two keys that srnn_pytorch_save writes count, and others are
 * skipped. */
static void read_metadata(struct weights_reading *reading)
{
    struct srnn__reader *const reader = &reading->reader;
    struct srnn__text key, value;

    srnn__reader_claim(reader, &reading->metadata_seen, METADATA_SEEN);
    for (uint32_t i = 0; srnn__reader_key(reader, i, &key); i++) {
        srnn__reader_string(reader, &value);
        if (reader->status != SRNN_OK) {
            return;
        }
        if (srnn__text_is(&key, "srnn.activation")) {
            srnn__reader_claim(reader, &reading->metadata_seen, ACTIVATION_SEEN);
            reading->network->activation = srnn__kind_of(&value, SRNN_HIDDEN_TANH);
        } else if (srnn__text_is(&key, "srnn.output")) {
            srnn__reader_claim(reader, &reading->metadata_seen, OUTPUT_SEEN);
            reading->network->output = srnn__kind_of(&value, SRNN_OUTPUT_LINEAR);
        }
    }
}

/* Splits a key after its last dot: "a.b.weight" into the prefix "a.b." and the name
 * "weight". */
static void split_name(struct srnn__text *name, struct srnn__text *prefix)
{
    *prefix = *name;
    prefix->length = srnn__text_last_dot(name);
    name->at += prefix->length;
    name->length -= prefix->length;
}

/* Finds the tensor called `name`, in which there may be escapes. A torch.nn.RNNCell has the names
 * of a layer without "_l0". Returns SRNN__PYTORCH_TENSORS for another name.
 * Errors: FORMAT (a wrong escape). */
static uint32_t find_tensor(struct weights_reading *reading, const struct srnn__text *name)
{
    char word[sizeof(((const struct srnn__pytorch *)0)->name) + 3];
    const size_t length = srnn__text_decode(name, word, sizeof word);
    struct srnn__text decoded = {(const unsigned char *)word, length};
    uint32_t id;

    if (length == SIZE_MAX) {
        srnn__reader_fail(&reading->reader, SRNN_E_FORMAT);
    }
    if (length > sizeof word - 3) {
        return SRNN__PYTORCH_TENSORS;
    }
    id = srnn__text_find(&decoded, srnn__pytorch(), sizeof(struct srnn__pytorch),
                         SRNN__PYTORCH_TENSORS);
    if (id < SRNN__PYTORCH_TENSORS) {
        return id;
    }
    memcpy(word + length, "_l0", 3);
    decoded.length = length + 3;
    return srnn__text_find(&decoded, srnn__pytorch(), sizeof(struct srnn__pytorch),
                           SRNN__PYTORCH_TENSORS);
}

/* Checks that all tensors of a module have the prefix of its first one. */
static void match_prefix(struct weights_reading *reading, uint32_t module,
                         const struct srnn__text *prefix)
{
    const struct srnn__text *first = &reading->prefix[module];

    if ((reading->modules_seen & (uint32_t)1 << module) == 0) {
        reading->modules_seen |= (uint32_t)1 << module;
        reading->prefix[module] = *prefix;
    } else if (!srnn__text_same(first, prefix)) {
        refuse(reading);
    }
}

/* Checks the shape of a tensor and stores its sides. The rank must be that of
 * the table. h0 may have sides of 1 before its own, like PyTorch's [layers x sequences x
 * hidden]; they are removed. */
static void match_shape(struct weights_reading *reading, uint32_t id, struct srnn__tensor *tensor)
{
    const struct srnn__pytorch *const entry = &srnn__pytorch()[id];
    const uint32_t rank = entry->rows == SRNN__SIDE_ONE ? 1 : 2;
    uint64_t *const shape = tensor->shape;
    uint32_t *const side = reading->network->side;

    while (id == SRNN__INITIAL_STATE && tensor->rank > 1 && shape[0] == 1) {
        tensor->rank--;
        memmove(shape, shape + 1, tensor->rank * sizeof *shape);
    }
    if (tensor->rank != rank || !srnn__match_side(side, entry->rows, rank == 1 ? 1 : shape[0]) ||
        !srnn__match_side(side, entry->columns, shape[rank - 1])) {
        refuse(reading);
    }
}

/* Reads a member of the header that describes the tensor `key`. */
static void read_tensor(struct weights_reading *reading, const struct srnn__text *key)
{
    struct srnn__text name = *key, prefix;
    struct srnn__tensor tensor;
    uint32_t id, type;

    split_name(&name, &prefix);
    id = find_tensor(reading, &name);
    srnn__reader_tensor(&reading->reader, &tensor);
    if (reading->reader.status != SRNN_OK) {
        return;
    }
    type = srnn__text_find(&tensor.type, type_names, sizeof type_names[0], TYPES);
    if (id == SRNN__PYTORCH_TENSORS || type == TYPES || reading->network->data[id] != NULL) {
        refuse(reading);
        return;
    }
    match_prefix(reading, srnn__pytorch()[id].module, &prefix);
    match_shape(reading, id, &tensor);
    if (reading->reader.status == SRNN_OK) {
        reading->network->type[id] = (uint8_t)type;
        reading->network->data[id] =
            srnn__reader_place(&reading->reader, &tensor, type_bytes[type]);
    }
}

/* Returns the number of elements of a tensor; 0 when a side is not known. */
static size_t count_of(const struct network *network, uint32_t id)
{
    const struct srnn__pytorch *entry = &srnn__pytorch()[id];

    return (size_t)network->side[entry->rows] * network->side[entry->columns];
}

/* Returns element `index` of a tensor in the file. */
static float element_of(const struct network *network, uint32_t id, size_t index)
{
    const uint32_t type = network->type[id];
    const unsigned char *at = network->data[id] + index * type_bytes[type];
    float value;
    uint16_t bits;

    SRNN__ASSERT(network->data[id] != NULL && index < count_of(network, id));
    if (type == TYPE_FLOAT) {
        srnn__copy_elements(&value, at, 1, sizeof value);
        return value;
    }
    srnn__copy_elements(&bits, at, 1, sizeof bits);
    return type == TYPE_HALF ? srnn__half_value(bits) : srnn__bfloat_value(bits);
}

/* Returns the bias of a hidden unit: the sum of PyTorch's two. A second bias of zero keeps
 * the first exactly, also its sign when it is -0. */
static float bias_of(const struct network *network, size_t index)
{
    const float first = element_of(network, SRNN__BIAS_IH, index);
    const float second = element_of(network, SRNN__BIAS_HH, index);

    return second == 0.0f ? first : first + second;
}

/* Returns whether all parameters of the model will be finite. */
static int network_finite(const struct network *network)
{
    for (uint32_t id = 0; id < SRNN__PYTORCH_TENSORS; id++) {
        const size_t count = count_of(network, id);
        for (size_t i = 0; network->data[id] != NULL && i < count; i++) {
            const float value =
                id == SRNN__BIAS_HH ? bias_of(network, i) : element_of(network, id, i);
            if (!(value - value == 0.0f)) {
                return 0;
            }
        }
    }
    return 1;
}

/* Checks that a model of this network can exist, and finds its flags and kinds. `activation`
 * and `output` override those in the file unless they are 0.
 * Errors: UNSUPPORTED, RANGE, NONFINITE. */
static int32_t check_network(struct network *network, uint32_t activation, uint32_t output)
{
    if (network->data[SRNN__WEIGHT_IH] == NULL || network->data[SRNN__WEIGHT_HH] == NULL ||
        network->data[SRNN__HEAD_WEIGHT] == NULL ||
        (network->data[SRNN__BIAS_IH] == NULL) != (network->data[SRNN__BIAS_HH] == NULL)) {
        return SRNN_E_UNSUPPORTED;
    }
    network->flags = (network->data[SRNN__BIAS_IH] != NULL ? 0 : SRNN_MODEL_NO_RECURRENT_BIAS) |
                     (network->data[SRNN__HEAD_BIAS] != NULL ? 0 : SRNN_MODEL_NO_OUTPUT_BIAS) |
                     (network->data[SRNN__INITIAL_STATE] != NULL ? SRNN_MODEL_LEARNED_STATE : 0);
    network->activation = activation != 0 ? activation : network->activation;
    network->output = output != 0 ? output : network->output;
    if (network->activation != SRNN_HIDDEN_TANH && network->activation != SRNN_HIDDEN_RELU) {
        return SRNN_E_RANGE;
    }
    return network_finite(network) ? SRNN_OK : SRNN_E_NONFINITE;
}

/* Finds the network in a file and the size of its model's block. srnn_model_size reports
 * an output kind that does not exist. */
static int32_t open_network(const void *archive, size_t bytes, uint32_t activation, uint32_t output,
                            struct network *network, size_t *block_bytes)
{
    struct weights_reading reading;
    struct srnn__text key;
    int32_t status;

    if (archive == NULL) {
        return SRNN_E_ARGUMENT;
    }
    status = srnn__reader_begin(&reading.reader, archive, bytes);
    if (status != SRNN_OK) {
        return status;
    }
    memset(network, 0, sizeof *network);
    network->side[SRNN__SIDE_ONE] = 1;
    reading.network = network;
    reading.modules_seen = 0;
    reading.metadata_seen = 0;
    for (uint32_t i = 0; srnn__reader_key(&reading.reader, i, &key); i++) {
        if (srnn__text_is(&key, "__metadata__")) {
            read_metadata(&reading);
        } else {
            read_tensor(&reading, &key);
        }
    }
    status = srnn__reader_end(&reading.reader);
    if (status == SRNN_OK) {
        status = check_network(network, activation, output);
    }
    return status != SRNN_OK
               ? status
               : srnn_model_size(network->side[SRNN__SIDE_INPUTS], network->side[SRNN__SIDE_HIDDEN],
                                 network->side[SRNN__SIDE_OUTPUTS], network->activation,
                                 network->output, network->flags, block_bytes);
}

/* Copies the parameters of a network, transposed, into a model of its shape. */
static void take_parameters(const struct network *network, srnn_model *model)
{
    for (uint32_t id = 0; id < SRNN__PYTORCH_TENSORS; id++) {
        const size_t rows = network->side[srnn__pytorch()[id].rows];
        const size_t columns = network->side[srnn__pytorch()[id].columns];
        float *to;

        if (network->data[id] == NULL || id == SRNN__BIAS_HH) {
            continue;
        }
        SRNN__ASSERT(model->offset[srnn__pytorch()[id].tensor] != SRNN__ABSENT);
        to = srnn_model_parameters(model) + model->offset[srnn__pytorch()[id].tensor];
        for (size_t i = 0; i < rows * columns; i++) {
            to[i % columns * rows + i / columns] =
                id == SRNN__BIAS_IH ? bias_of(network, i) : element_of(network, id, i);
        }
    }
}

int32_t srnn_pytorch_load_size(const void *archive, size_t bytes, uint32_t activation,
                               uint32_t output, size_t *block_bytes)
{
    struct network network;

    return block_bytes == NULL
               ? SRNN_E_ARGUMENT
               : open_network(archive, bytes, activation, output, &network, block_bytes);
}

int32_t srnn_pytorch_load(void *memory, size_t size, const void *archive, size_t bytes,
                          uint32_t activation, uint32_t output, srnn_model **model)
{
    struct network network;
    size_t need;
    int32_t status = memory == NULL || model == NULL
                         ? SRNN_E_ARGUMENT
                         : open_network(archive, bytes, activation, output, &network, &need);

    if (status == SRNN_OK) {
        status = srnn_model_init(memory, size, network.side[SRNN__SIDE_INPUTS],
                                 network.side[SRNN__SIDE_HIDDEN], network.side[SRNN__SIDE_OUTPUTS],
                                 network.activation, network.output, network.flags, model);
    }
    if (status == SRNN_OK) {
        take_parameters(&network, *model);
    }
    return status;
}
