/* series_reader.c - what the readers of the kinds of series files share */
#include "storage/series_reader.h"

#include <string.h>

#include "support/try.h"

int reader_next_content(struct series_reader *reader, const char *comments)
{
    struct lines *lines = &reader->lines;

    do {
        TRY(lines_next(lines));
    } while (lines->line != NULL &&
             (line_is_empty(lines) || strchr(comments, *line_begin(lines)) != NULL));
    return 0;
}

/* Copy a field to name [MAX_LABEL + 1], with one quote for two. Returns its length, or SIZE_MAX if
 * that is too long. */
static size_t copy_label(const struct field *field, char *name)
{
    size_t length = 0;

    for (size_t i = 0; i < field->length; i++) {
        if (length == MAX_LABEL) {
            return SIZE_MAX;
        }
        name[length++] = field->text[i];
        i += field->quote != 0 && field->text[i] == field->quote;
    }
    name[length] = '\0';
    return length;
}

int reader_label(struct series_reader *reader, const struct field *field, uint32_t *label)
{
    struct labels *labels = &reader->encoding->labels;
    char name[MAX_LABEL + 1];
    const size_t length = copy_label(field, name);

    if (reader->fixed == LABELS_MAY_MISS && labels->count > 0 &&
        (length == 0 || strcmp(name, "?") == 0)) {
        *label = labels_find(labels, name, length);
        return 0;
    }
    if (length == 0 || length > MAX_LABEL) {
        return fail_at(&reader->lines, field->text, "a label has 1 to 63 bytes");
    }
    *label = labels_find(labels, name, length);
    if (*label < labels->count) {
        return 0;
    }
    if (reader->fixed && labels->count == 0) {
        return fail_at(&reader->lines, field->text,
                       "a label; the model was trained without labels");
    }
    if (reader->fixed) {
        return fail_at(&reader->lines, field->text, "the label %s is none of the model's", name);
    }
    if (labels->count == MAX_LABELS) {
        return fail_at(&reader->lines, field->text, "more than 1000 labels");
    }
    if (labels_add(labels, name, length) != 0) {
        return fail_at(&reader->lines, field->text, "no memory for another label");
    }
    return 0;
}

int reader_end_labelled(struct series_reader *reader, const char *at, uint32_t label)
{
    struct sequences *sequences = reader->sequences;
    const size_t width = sequences->width;
    const size_t first = sequences_last_end(sequences);
    const double *numbers = sequences->numbers; /* NULL without a step */
    size_t count = sequences->steps * width;

    while (count > first * width && numbers[count - 1] != numbers[count - 1]) {
        count--;
    }
    /* A step that has one value stays. */
    sequences->steps = (count + width - 1) / width;
    if (sequences->steps == first) {
        return fail_at(&reader->lines, at, "the sequence has no value");
    }
    return sequences_end(sequences, label);
}
