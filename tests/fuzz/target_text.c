/* target_text.c - texts: a file to train on, and those in a model file
 *
 * The first byte of an input says which. A text is read line by line; bytes are escaped and come
 * back; a model's alphabet, labels, scale and steps are read from texts of any content, and those
 * that a model may have are saved as texts that are read as the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "said.h"
#include "storage/encoding.h"
#include "storage/lines.h"
#include "storage/texts.h"
#include "support/text_mark.h"

/* Whether `at` and `next` are where a line ends and where the next begins: between them is LF, CR
 * LF, or the end of the text, which may have a CR before it. */
static int is_line_end(const char *at, const char *next, const char *end)
{
    at += at < next && *at == '\r';
    return at == next ? next == end : at + 1 == next && *at == '\n';
}

/* Every line lies in the text, and the lines have all of it but its mark and the ends of lines. */
static void read_lines(const char *text, size_t size)
{
    struct lines lines;
    const char *next = text + text_mark(text, size);
    unsigned long count = 0;
    int result;

    (void)text_wide(text, size);
    said_begin();
    result = lines_open(&lines, "text", text, size);
    while (result == 0 && (result = lines_next(&lines)) == 0 && lines.line != NULL) {
        assert_ptr_equal(lines.line, next);
        assert_true(lines.line_end >= lines.line && lines.line_end <= lines.next &&
                    lines.next <= text + size);
        assert_null(memchr(lines.line, '\n', (size_t)(lines.line_end - lines.line)));
        assert_true(is_line_end(lines.line_end, lines.next, text + size));
        assert_int_equal(lines.number, ++count);
        assert_true(line_begin(&lines) >= lines.line && line_begin(&lines) <= lines.line_end);
        next = lines.next;
    }
    said_end(result);
    assert_true(result != 0 || next == text + size);
}

/* Bytes come back from their escaped form, and a text that no escape made is refused or comes back
 * as bytes whose escaped form means the same. */
static void escape(const char *text, size_t size)
{
    const int high = size % 2 == 0;
    char *escaped = malloc(3 * size + 1);
    unsigned char *bytes = malloc(size + 1), *again = malloc(size + 1);
    size_t length, count;

    assert_true(escaped != NULL && bytes != NULL && again != NULL);
    length = text_escape(text, size, high, escaped);
    assert_int_equal(strlen(escaped), length);
    assert_int_equal(text_unescape(escaped, length, bytes, size), size);
    assert_memory_equal(bytes, text, size);
    if (size > 0) {
        assert_true(text_unescape(escaped, length, bytes, size - 1) == SIZE_MAX);
    }
    count = text_unescape(text, size, bytes, size);
    if (count != SIZE_MAX) {
        assert_true(count <= size);
        length = text_escape(bytes, count, high, escaped);
        assert_int_equal(text_unescape(escaped, length, again, count), count);
        assert_memory_equal(again, bytes, count);
    }
    assert_true(text_lines(text) <= size);
    free(again);
    free(bytes);
    free(escaped);
}

/* A file of texts, which is open in `list`; NULL: they are not UTF-8. For free(). */
static unsigned char *write_texts(srnn_checkpoint *list, const char *const *texts)
{
    static const char *const names[] = {"alphabet", "labels", "scaling", "quarter-steps", "ahead"};
    unsigned char *file;
    size_t size = 0;

    for (size_t i = 0; i < ENCODING_TEXTS; i++) {
        if (texts[i] != NULL && srnn_checkpoint_add_text(list, names[i], texts[i]) != SRNN_OK) {
            return NULL;
        }
    }
    SUCCEEDS(srnn_checkpoint_save(list, NULL, 0, &size));
    file = malloc(size);
    assert_non_null(file);
    SUCCEEDS(srnn_checkpoint_save(list, file, size, &size));
    SUCCEEDS(srnn_checkpoint_open(list, file, size));
    return file;
}

/* Reads an encoding from texts, and leaves what it would be saved as in `saved`. Returns 0, or
 * another number where it is refused or no model may have it. */
static int read_encoding(const char *const *texts, struct encoding_texts *saved)
{
    struct encoding encoding;
    srnn_checkpoint *list = NULL, *other = NULL;
    unsigned char *file;
    int result = -1;

    memset(&encoding, 0, sizeof encoding);
    SUCCEEDS(srnn_checkpoint_create(NULL, NULL, ENCODING_TEXTS, &list));
    SUCCEEDS(srnn_checkpoint_create(NULL, NULL, ENCODING_TEXTS, &other));
    file = write_texts(list, texts);
    if (file != NULL) {
        said_begin();
        result = encoding_read(&encoding, list, "model");
        said_end(result);
    }
    if (result == 0) {
        result = encoding_valid(&encoding) ? 0 : 1;
    }
    if (result == 0) {
        SUCCEEDS(encoding_add(&encoding, other, saved));
    }
    srnn_checkpoint_destroy(other);
    srnn_checkpoint_destroy(list);
    encoding_destroy(&encoding);
    free(file);
    return result;
}

/* Both are missing, or the same. */
static int same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The texts of an encoding are what zeros separate. What is taken from them is saved as texts that
 * are taken again, and saved as the same. */
static void read_texts(const char *text, size_t size)
{
    const char *texts[ENCODING_TEXTS] = {NULL, NULL, NULL, NULL, NULL};
    struct encoding_texts once = {NULL, NULL, NULL, NULL, NULL};
    struct encoding_texts twice = {NULL, NULL, NULL, NULL, NULL};
    size_t at = 0;

    for (size_t i = 0; i < ENCODING_TEXTS && at < size; i++) {
        texts[i] = text[at] == '\0' ? NULL : text + at;
        at += strlen(text + at) + 1;
    }
    if (read_encoding(texts, &once) == 0) {
        const char *const again[] = {once.alphabet, once.labels, once.scaling, once.quarter_steps,
                                     once.ahead};

        assert_int_equal(read_encoding(again, &twice), 0);
        assert_true(same_text(once.alphabet, twice.alphabet));
        assert_true(same_text(once.labels, twice.labels));
        assert_true(same_text(once.scaling, twice.scaling));
        assert_true(same_text(once.quarter_steps, twice.quarter_steps));
        assert_true(same_text(once.ahead, twice.ahead));
    }
    encoding_texts_destroy(&once);
    encoding_texts_destroy(&twice);
}

static void run(const uint8_t *data, size_t size)
{
    char *text;

    if (size == 0) {
        return;
    }
    text = fuzz_text(data + 1, size - 1);
    switch (data[0] % 3) {
    case 0:
        read_lines(text, size - 1);
        break;
    case 1:
        escape(text, size - 1);
        break;
    default:
        read_texts(text, size - 1);
    }
    free(text);
}

const struct fuzz_target fuzz_target = {run, NULL};
