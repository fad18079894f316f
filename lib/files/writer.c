/* writer.c - writes the contents of a file, in the format that header.h describes
 *
 * One function, emit, makes the file. It runs once for the checksum and once to write.
 * The size comes from the same functions, so size, save and write cannot disagree. */
#include "files/writer.h"
#include "files/elements.h"

/* The layout and the checksum of a file, known before its first byte is written. */
struct plan {
    size_t header;     /* bytes of the header with its padding */
    size_t padding;    /* spaces at the end of the header */
    size_t bytes;      /* bytes of the file */
    uint32_t checksum; /* checksum of the file; 0 while it is being found */
};

/* A write callback that adds bytes to the checksum in the uint32_t at `user`. */
static int32_t write_checksum(void *user, const void *data, size_t size)
{
    *(uint32_t *)user = srnn__checksum(*(uint32_t *)user, data, size);
    return 0;
}

/* Writes the digits of a checksum. */
static void put_checksum(struct srnn__sink *sink, uint32_t checksum)
{
    srnn__sink_number(sink, checksum, 16, SRNN__CHECKSUM_DIGITS);
}

/* Writes the description of a tensor whose data begin at `offset`. */
static void put_entry(struct srnn__sink *sink, const struct srnn__contents *contents, uint32_t id,
                      size_t offset)
{
    const struct srnn__entry *entry = srnn__entry(id);

    srnn__sink_tensor(sink, entry->name, entry->type,
                      entry->rows == SRNN__SIDE_ONE ? 0 : contents->side[entry->rows],
                      contents->side[entry->columns], offset,
                      offset + srnn__contents_bytes(contents, id));
}

/* Writes the text of the header, without its padding. */
static void put_header(struct srnn__sink *sink, const struct srnn__contents *contents,
                       uint32_t checksum)
{
    size_t offset = 0;

    srnn__sink_text(sink, "{\"__metadata__\":{\"srnn.format\":\"1\",\"srnn.checksum\":\"");
    put_checksum(sink, checksum);
    srnn__sink_text(sink, "\",\"srnn.activation\":\"");
    srnn__sink_text(sink, srnn__kind_word(contents->activation));
    srnn__sink_text(sink, "\",\"srnn.output\":\"");
    srnn__sink_text(sink, srnn__kind_word(contents->output));
    srnn__sink_text(sink, "\"}");
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            put_entry(sink, contents, id, offset);
            offset += srnn__contents_bytes(contents, id);
        }
    }
    srnn__sink_text(sink, "}");
}

/* Writes the elements of a tensor, in the file's byte order. */
static void put_tensor(struct srnn__sink *sink, const struct srnn__contents *contents, uint32_t id)
{
    const size_t element = srnn__entry(id)->element;
    const unsigned char *data = contents->data[id];
    size_t left = srnn__contents_count(contents, id);
    unsigned char bytes[64];

    SRNN__ASSERT(sizeof bytes % element == 0);
    while (left > 0 && sink->status == SRNN_OK) {
        const size_t most = sizeof bytes / element;
        const size_t now = left < most ? left : most;
        srnn__copy_elements(bytes, data, now, element);
        srnn__sink_put(sink, bytes, now * element);
        data += now * element;
        left -= now;
    }
}

/* Returns the length of the header's text. All checksums have the same length. */
static size_t measure_header(const struct srnn__contents *contents)
{
    struct srnn__sink sink;
    size_t length = 0;

    srnn__sink_begin(&sink, srnn__sink_count, &length);
    put_header(&sink, contents, 0);
    srnn__sink_flush(&sink);
    return length;
}

/* Writes the file. Errors: IO. */
static int32_t emit(const struct srnn__contents *contents, const struct plan *plan,
                    srnn_write_fn write, void *user)
{
    const uint64_t length = plan->header;
    unsigned char bytes[sizeof length];
    struct srnn__sink sink;

    srnn__sink_begin(&sink, write, user);
    srnn__copy_elements(bytes, &length, 1, sizeof length);
    srnn__sink_put(&sink, bytes, sizeof bytes);
    put_header(&sink, contents, plan->checksum);
    for (size_t padding = plan->padding; padding > 0; padding--) {
        srnn__sink_text(&sink, " ");
    }
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            put_tensor(&sink, contents, id);
        }
    }
    srnn__sink_flush(&sink);
    return sink.status;
}

/* Lays out the file, without its checksum. Errors: OVERFLOW. */
static int32_t plan_begin(const struct srnn__contents *contents, struct plan *plan)
{
    const size_t prefix = sizeof(uint64_t);
    const size_t text = measure_header(contents);
    struct srnn__layout file = {prefix, 0};

    (void)srnn__layout_take(&file, text, 1, 1);
    (void)srnn__layout_take(&file, 0, 1, SRNN__DATA_ALIGNMENT);
    plan->header = file.bytes - prefix;
    SRNN__ASSERT(file.overflow || plan->header >= text);
    plan->padding = plan->header - text;
    plan->checksum = 0;
    for (uint32_t id = 0; id < SRNN__FILE_TENSORS; id++) {
        if (contents->data[id] != NULL) {
            (void)srnn__layout_take(&file, srnn__contents_count(contents, id),
                                    srnn__entry(id)->element, 1);
        }
    }
    plan->bytes = file.bytes;
    return file.overflow ? SRNN_E_OVERFLOW : SRNN_OK;
}

/* Finds the checksum of a file that is laid out. Errors: NONFINITE (a parameter or a
 * moment; such a file is not written). */
static int32_t plan_seal(const struct srnn__contents *contents, struct plan *plan)
{
    uint32_t checksum = 0;

    if (!srnn__floats_finite(contents, 0)) {
        return SRNN_E_NONFINITE;
    }
    (void)emit(contents, plan, write_checksum, &checksum);
    plan->checksum = checksum;
    return SRNN_OK;
}

int32_t srnn__write_size(const struct srnn__contents *contents, size_t *bytes)
{
    struct plan plan;
    const int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK) {
        *bytes = plan.bytes;
    }
    return status;
}

int32_t srnn__write_memory(const struct srnn__contents *contents, void *buffer, size_t capacity,
                           size_t *written)
{
    struct plan plan;
    unsigned char *at = buffer;
    int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK && plan.bytes > capacity) {
        status = SRNN_E_SPACE;
    }
    if (status == SRNN_OK) {
        status = plan_seal(contents, &plan);
    }
    if (status == SRNN_OK) {
        (void)emit(contents, &plan, srnn__sink_memory, &at);
        SRNN__ASSERT(at == (unsigned char *)buffer + plan.bytes);
        *written = plan.bytes;
    }
    return status;
}

int32_t srnn__write_stream(const struct srnn__contents *contents, srnn_write_fn write, void *user)
{
    struct plan plan;
    int32_t status = plan_begin(contents, &plan);

    if (status == SRNN_OK) {
        status = plan_seal(contents, &plan);
    }
    return status == SRNN_OK ? emit(contents, &plan, write, user) : status;
}
