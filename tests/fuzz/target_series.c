/* target_series.c - files of series: tables, labelled lines, .ts, .arff and .npy
 *
 * The first two bytes of an input are what the user says of the file, which is the rest. What is
 * read has finite numbers or none, steps in each sequence and labels that exist; it can be scaled;
 * and a model's encoding, saved and read again, reads the same file as it was read. A refusal has a
 * message. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "said.h"
#include "storage/series.h"

static struct series_form form_of(const uint8_t *data)
{
    struct series_form form;

    memset(&form, 0, sizeof form);
    form.skip_lines = data[0] < 224 ? 0 : data[0] % 4;
    form.separator = data[0] % 8 < 5 ? data[0] % 8 : 0;
    form.first_column = data[1] % 8 < 5 ? data[1] % 8 : 0;
    form.last_column = data[1] >= 224;
    return form;
}

/* Reads the file, checks that refusals are told, and what is read. */
static int read_file(struct sequences *sequences, const char *text, size_t size,
                     const struct series_form *form, struct encoding *encoding, int fixed)
{
    int result;

    said_begin();
    result = sequences_read_series(sequences, "series", text, size, form, encoding, fixed);
    said_end(result);
    if (result == 0) {
        const size_t numbers = sequences->first[sequences->count] * sequences->width;

        assert_true(sequences->count >= 1 && sequences->width >= 1);
        for (size_t i = 0; i < sequences->count; i++) {
            assert_true(sequences_length(sequences, i) >= 1);
            assert_true(sequences->label == NULL ||
                        sequences->label[i] < encoding->labels.count + (fixed == LABELS_MAY_MISS));
        }
        for (size_t i = 0; i < numbers; i++) {
            assert_true(!isinf(sequences->numbers[i]));
        }
    }
    return result;
}

/* Saves an encoding as texts of a file, and reads it from there. */
static void save_encoding(const struct encoding *encoding, struct encoding *again)
{
    struct encoding_texts texts = {NULL, NULL, NULL, NULL, NULL};
    srnn_checkpoint *list = NULL;
    unsigned char *file;
    size_t size = 0;
    int result;

    SUCCEEDS(srnn_checkpoint_create(NULL, NULL, ENCODING_TEXTS, &list));
    SUCCEEDS(encoding_add(encoding, list, &texts));
    SUCCEEDS(srnn_checkpoint_save(list, NULL, 0, &size));
    file = malloc(size);
    assert_non_null(file);
    SUCCEEDS(srnn_checkpoint_save(list, file, size, &size));
    SUCCEEDS(srnn_checkpoint_open(list, file, size));
    memset(again, 0, sizeof *again);
    said_begin();
    result = encoding_read(again, list, "series");
    said_end(result);
    assert_int_equal(result, 0);
    assert_true(encoding_valid(again));
    assert_int_equal(again->labels.count, encoding->labels.count);
    assert_int_equal(again->scaling.width, encoding->scaling.width);
    for (uint32_t i = 0; i < encoding->scaling.width; i++) {
        assert_true(again->scaling.mean[i] == encoding->scaling.mean[i]);
        assert_true(again->scaling.deviation[i] == encoding->scaling.deviation[i]);
    }
    for (uint32_t i = 0; i < encoding->labels.count; i++) {
        assert_string_equal(again->labels.names[i], encoding->labels.names[i]);
    }
    srnn_checkpoint_destroy(list);
    encoding_texts_destroy(&texts);
    free(file);
}

/* The file reads the same by the encoding that was learnt from it. */
static void read_again(const struct sequences *sequences, const char *text, size_t size,
                       const struct series_form *form, struct encoding *encoding)
{
    const size_t steps = sequences->first[sequences->count];
    struct sequences again;

    assert_int_equal(read_file(&again, text, size, form, encoding, LABELS_FIXED), 0);
    assert_int_equal(again.count, sequences->count);
    assert_int_equal(again.width, sequences->width);
    assert_memory_equal(again.first, sequences->first, (again.count + 1) * sizeof *again.first);
    assert_true((again.label == NULL) == (sequences->label == NULL));
    if (again.label != NULL) {
        assert_memory_equal(again.label, sequences->label, again.count * sizeof *again.label);
    }
    for (size_t i = 0; i < steps * sequences->width; i++) {
        assert_true(again.numbers[i] == sequences->numbers[i] ||
                    (isnan(again.numbers[i]) && isnan(sequences->numbers[i])));
    }
    sequences_destroy(&again);
}

/* Scales what was read, as a model's encoding does. */
static void scale(struct sequences *sequences, const char *text, size_t size,
                  const struct series_form *form, struct encoding *encoding)
{
    const size_t steps = sequences->first[sequences->count];
    struct encoding saved;
    char described[192];
    int result;

    said_begin();
    result = scaling_fit(&encoding->scaling, sequences->numbers, steps, sequences->width, "series");
    said_end(result);
    if (result != 0) {
        return;
    }
    assert_true(encoding_valid(encoding));
    save_encoding(encoding, &saved);
    read_again(sequences, text, size, form, &saved);
    said_begin();
    result = sequences_scale(sequences, &saved.scaling);
    said_end(result);
    for (size_t i = 0; result == 0 && i < steps * sequences->width; i++) {
        assert_true(isfinite(sequences->values[i]));
    }
    sequences_describe(sequences, encoding->labels.count, described, sizeof described);
    (void)sequences_cut(sequences, 1);
    encoding_destroy(&saved);
}

static void run(const uint8_t *data, size_t size)
{
    struct encoding encoding;
    struct sequences sequences;
    struct series_form form;
    char *text;

    if (size < 2) {
        return;
    }
    form = form_of(data);
    text = fuzz_text(data + 2, size - 2);
    memset(&encoding, 0, sizeof encoding);
    if (read_file(&sequences, text, size - 2, &form, &encoding, 0) == 0) {
        scale(&sequences, text, size - 2, &form, &encoding);
    }
    sequences_destroy(&sequences);
    encoding_destroy(&encoding);
    free(text);
}

const struct fuzz_target fuzz_target = {run, NULL};
