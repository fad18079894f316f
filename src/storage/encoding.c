/* encoding.c - how the data of a file became numbers */
#include "storage/encoding.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/texts.h"
#include "support/message.h"
#include "support/number.h"
#include "support/try.h"

void encoding_destroy(struct encoding *encoding)
{
    free(encoding->labels.names);
    free(encoding->scaling.mean);
    free(encoding->scaling.deviation);
    memset(encoding, 0, sizeof *encoding);
}

int scaling_create(struct scaling *scaling, size_t width)
{
    if (width > SRNN_MODEL_MAX_WIDTH) {
        return -1;
    }
    scaling->width = (uint32_t)width;
    scaling->mean = calloc(width + 1, sizeof *scaling->mean);
    scaling->deviation = calloc(width + 1, sizeof *scaling->deviation);
    return scaling->mean != NULL && scaling->deviation != NULL ? 0 : -1;
}

/* Report that there was no room for a scaling. Returns EXIT_FAILED. */
static int fail_scaling(size_t width)
{
    return width > SRNN_MODEL_MAX_WIDTH
               ? fail("a step has %lu numbers, more than a model can have", (unsigned long)width)
               : fail("no memory to scale the %lu numbers of a step", (unsigned long)width);
}

int encoding_present(const struct encoding *encoding)
{
    return encoding->alphabet.count > 0 || encoding->labels.count > 0 ||
           encoding->scaling.width > 0 || encoding->quarter_steps > 0;
}

int encoding_copy(struct encoding *to, const struct encoding *from)
{
    const size_t width = from->scaling.width;

    memset(to, 0, sizeof *to);
    to->alphabet = from->alphabet;
    to->quarter_steps = from->quarter_steps;
    to->ahead = from->ahead;
    for (uint32_t i = 0; i < from->labels.count; i++) {
        if (labels_add(&to->labels, from->labels.names[i], strlen(from->labels.names[i])) != 0) {
            return fail("no memory for %lu labels", (unsigned long)from->labels.count);
        }
    }
    if (width > 0) {
        if (scaling_create(&to->scaling, width) != 0) {
            return fail_scaling(width);
        }
        memcpy(to->scaling.mean, from->scaling.mean, width * sizeof(double));
        memcpy(to->scaling.deviation, from->scaling.deviation, width * sizeof(double));
    }
    return 0;
}

uint32_t labels_find(const struct labels *labels, const char *name, size_t length)
{
    uint32_t i = 0;

    while (i < labels->count &&
           (strlen(labels->names[i]) != length || memcmp(labels->names[i], name, length) != 0)) {
        i++;
    }
    return i;
}

int labels_add(struct labels *labels, const char *name, size_t length)
{
    char(*grown)[MAX_LABEL + 1] = realloc(labels->names, (labels->count + 1) * sizeof *grown);

    if (grown == NULL) {
        return -1;
    }
    labels->names = grown;
    memset(grown[labels->count], 0, sizeof *grown);
    memcpy(grown[labels->count++], name, length);
    return 0;
}

/* Whether number `i` of a step is scaled in double precision. The mean is rounded first: so the
 * answer is the same after it was written as text. */
static int is_far(const struct scaling *scaling, uint32_t i)
{
    return fabs((double)(float)scaling->mean[i]) > SCALING_FAR * scaling->deviation[i];
}

/* Make the mean of number `i` a float, unless it is scaled in double precision: the nine digits
 * that are written of it are then read as the same number. A second fit in doubles may find a mean
 * no longer far from 0. */
static void round_mean(struct scaling *scaling, uint32_t i)
{
    if (!is_far(scaling, i)) {
        scaling->mean[i] = (double)(float)scaling->mean[i];
    }
}

int scaling_digits(const struct scaling *scaling, uint32_t i)
{
    return is_far(scaling, i) ? 17 : 9;
}

/* Set mean and deviation of number `i` by the steps that have it; `precise`: by the doubles, or
 * else by the floats that they become. Returns the number of these steps. */
static size_t fit(struct scaling *scaling, uint32_t i, const double *numbers, size_t steps,
                  int precise)
{
    const double *const end = numbers + steps * scaling->width;
    double sum = 0.0;
    double squares = 0.0;
    double mean;
    size_t count = 0;

    for (const double *at = numbers + i; at < end; at += scaling->width) {
        if (*at == *at) {
            sum += precise ? *at : (double)(float)*at;
            count++;
        }
    }
    mean = sum / (double)(count > 0 ? count : 1);
    scaling->mean[i] = precise ? mean : (double)(float)mean;
    for (const double *at = numbers + i; at < end; at += scaling->width) {
        if (*at == *at) {
            const double off = (precise ? *at : (double)(float)*at) - scaling->mean[i];
            squares += off * off;
        }
    }
    scaling->deviation[i] = (double)(float)sqrt(squares / (double)(count > 0 ? count : 1));
    if (!(scaling->deviation[i] > 0.0) || !isfinite(scaling->deviation[i])) {
        scaling->deviation[i] = 1.0;
    }
    return count;
}

int scaling_fit(struct scaling *scaling, const double *numbers, size_t steps, uint32_t width,
                const char *path)
{
    if (scaling_create(scaling, width) != 0) {
        return fail_scaling(width);
    }
    for (uint32_t i = 0; i < width; i++) {
        if (fit(scaling, i, numbers, steps, 0) == 0) {
            return fail("%s: value %lu of a step is missing in all steps that are trained on", path,
                        (unsigned long)i + 1);
        }
        if (is_far(scaling, i)) {
            (void)fit(scaling, i, numbers, steps, 1);
            round_mean(scaling, i);
        }
    }
    return 0;
}

float scaling_apply(const struct scaling *scaling, uint32_t i, double number)
{
    const double mean = scaling->mean[i];
    const double deviation = scaling->deviation[i];

    if (is_far(scaling, i)) {
        const double scaled = (number - mean) / deviation;

        return fabs(scaled) > (double)FLT_MAX ? (float)copysign(INFINITY, scaled) : (float)scaled;
    }
    return ((float)number - (float)mean) / (float)deviation;
}

double scaling_undo(const struct scaling *scaling, uint32_t i, float value)
{
    return (double)value * scaling->deviation[i] + scaling->mean[i];
}

int encoding_valid(const struct encoding *encoding)
{
    const struct alphabet *alphabet = &encoding->alphabet;
    const struct scaling *scaling = &encoding->scaling;
    int valid = 1;

    for (uint32_t i = 1; i < alphabet->count; i++) {
        valid &= alphabet->bytes[i - 1] < alphabet->bytes[i];
    }
    for (uint32_t i = 0; i < encoding->labels.count; i++) {
        valid &= encoding->labels.names[i][0] != '\0';
    }
    for (uint32_t i = 0; i < scaling->width; i++) {
        valid &= isfinite(scaling->mean[i]) && isfinite(scaling->deviation[i]) &&
                 scaling->deviation[i] > 0.0f;
    }
    return valid;
}

/* ---------------------------------------------------------------------------
 * As texts
 * ------------------------------------------------------------------------ */

/* Write one part of an encoding to a new string. Each returns it, or NULL when there is no memory.
 */
static char *write_alphabet(const struct alphabet *alphabet)
{
    char *text = malloc(3 * sizeof alphabet->bytes + 1);

    if (text != NULL) {
        text_escape(alphabet->bytes, alphabet->count, 1, text);
    }
    return text;
}

static char *write_labels(const struct labels *labels, int high)
{
    char *text = malloc(labels->count * (3 * MAX_LABEL + (size_t)1) + 1);
    char *at = text;

    for (uint32_t i = 0; text != NULL && i < labels->count; i++) {
        at += text_escape(labels->names[i], strlen(labels->names[i]), high, at);
        *at++ = '\n';
        *at = '\0';
    }
    return text;
}

static char *write_scaling(const struct scaling *scaling)
{
    enum { LINE = 48 }; /* at least the characters of a line */
    char *text = malloc(scaling->width * (size_t)LINE + 1);
    char *at = text;

    for (uint32_t i = 0; text != NULL && i < scaling->width; i++) {
        at += snprintf(at, LINE, "%.*g %.9g\n", scaling_digits(scaling, i), scaling->mean[i],
                       scaling->deviation[i]);
    }
    return text;
}

static char *write_count(uint32_t count)
{
    char *text = malloc(16);

    if (text != NULL) {
        snprintf(text, 16, "%lu", (unsigned long)count);
    }
    return text;
}

static int32_t add_text(srnn_checkpoint *parts, const char *name, const char *text)
{
    return text != NULL ? srnn_checkpoint_add_text(parts, name, text) : SRNN_E_MEMORY;
}

int32_t encoding_add(const struct encoding *encoding, srnn_checkpoint *parts,
                     struct encoding_texts *texts)
{
    int32_t status = SRNN_OK;

    if (encoding->quarter_steps > 0) {
        texts->quarter_steps = write_count(encoding->quarter_steps);
        TRY(add_text(parts, "quarter-steps", texts->quarter_steps));
    }
    if (encoding->ahead > 1) {
        texts->ahead = write_count(encoding->ahead);
        TRY(add_text(parts, "ahead", texts->ahead));
    }
    if (encoding->alphabet.count > 0) {
        texts->alphabet = write_alphabet(&encoding->alphabet);
        TRY(add_text(parts, "alphabet", texts->alphabet));
    }
    if (encoding->scaling.width > 0) {
        texts->scaling = write_scaling(&encoding->scaling);
        TRY(add_text(parts, "scaling", texts->scaling));
    }
    if (encoding->labels.count > 0) {
        texts->labels = write_labels(&encoding->labels, 0);
        status = add_text(parts, "labels", texts->labels);
    }
    if (status == SRNN_E_RANGE) { /* not UTF-8 */
        free(texts->labels);
        texts->labels = write_labels(&encoding->labels, 1);
        status = add_text(parts, "labels", texts->labels);
    }
    return status;
}

void encoding_texts_destroy(struct encoding_texts *texts)
{
    free(texts->alphabet);
    free(texts->labels);
    free(texts->scaling);
    free(texts->quarter_steps);
    free(texts->ahead);
    memset(texts, 0, sizeof *texts);
}

/* Read one part of an encoding from its text. Each returns a status: SRNN_E_FORMAT when the text is
 * damaged, SRNN_E_MEMORY. */
static int32_t read_alphabet(struct alphabet *alphabet, const char *text)
{
    const size_t count = text_unescape(text, strlen(text), alphabet->bytes, sizeof alphabet->bytes);

    alphabet->count = count <= sizeof alphabet->bytes ? (uint32_t)count : 0;
    return alphabet->count > 0 ? SRNN_OK : SRNN_E_FORMAT;
}

static int32_t read_labels(struct labels *labels, const char *text)
{
    unsigned char name[MAX_LABEL];

    if (*text == '\0' || text_lines(text) > MAX_LABELS) {
        return SRNN_E_FORMAT;
    }
    while (*text != '\0') {
        const size_t line = text_line(text);
        const size_t length = text_unescape(text, line, name, sizeof name);

        if (length > sizeof name) {
            return SRNN_E_FORMAT;
        }
        if (labels_add(labels, (const char *)name, length) != 0) {
            return SRNN_E_MEMORY;
        }
        text += line + (text[line] == '\n');
    }
    return SRNN_OK;
}

/* Read a number of a scaling, which is finite as a float, and the character `after` behind it; the
 * end of the text stands for the end of a line. Nine digits may round the largest float up. */
static int32_t read_number(const char **text, char after, double *value)
{
    double number;

    if (number_read(*text, &number, text) != NULL || !isfinite((float)number) ||
        (**text != after && (after == ' ' || **text != '\0'))) {
        return SRNN_E_FORMAT;
    }
    *value = number;
    *text += **text != '\0';
    return SRNN_OK;
}

static int32_t read_scaling(struct scaling *scaling, const char *text)
{
    const size_t width = text_lines(text);

    if (width == 0 || width > SRNN_MODEL_MAX_WIDTH) {
        return SRNN_E_FORMAT;
    }
    if (scaling_create(scaling, width) != 0) {
        return SRNN_E_MEMORY;
    }
    for (uint32_t i = 0; i < scaling->width; i++) {
        TRY(read_number(&text, ' ', scaling->mean + i));
        TRY(read_number(&text, '\n', scaling->deviation + i));
        scaling->deviation[i] = (double)(float)scaling->deviation[i];
        round_mean(scaling, i);
    }
    return SRNN_OK;
}

static int32_t read_count(uint32_t *count, const char *text, uint32_t most)
{
    uint64_t number;

    if (count_read(text, &number, &text) != NULL || *text != '\0' || number == 0 || number > most) {
        return SRNN_E_FORMAT;
    }
    *count = (uint32_t)number;
    return SRNN_OK;
}

/* Read the parts of an encoding whose texts there are. Returns a status, as each of them does. */
static int32_t read_parts(struct encoding *encoding, const struct encoding_texts *texts)
{
    TRY(texts->alphabet != NULL ? read_alphabet(&encoding->alphabet, texts->alphabet) : SRNN_OK);
    TRY(texts->labels != NULL ? read_labels(&encoding->labels, texts->labels) : SRNN_OK);
    TRY(texts->quarter_steps != NULL
            ? read_count(&encoding->quarter_steps, texts->quarter_steps, MOST_QUARTER_STEPS)
            : SRNN_OK);
    encoding->ahead = 1;
    TRY(texts->ahead != NULL ? read_count(&encoding->ahead, texts->ahead, MOST_AHEAD) : SRNN_OK);
    return texts->scaling != NULL ? read_scaling(&encoding->scaling, texts->scaling) : SRNN_OK;
}

int encoding_check_next(const struct encoding *encoding, const char *path, const char *user)
{
    return encoding->ahead > 1
               ? fail("%s: the model predicts the character %lu places ahead; %s needs one of the "
                      "next character",
                      path, (unsigned long)encoding->ahead, user)
               : 0;
}

int encoding_read(struct encoding *encoding, const srnn_checkpoint *file, const char *path)
{
    struct encoding_texts texts = {NULL, NULL, NULL, NULL, NULL};
    int32_t status = SRNN_OK;
    int result = text_read(file, "alphabet", path, &texts.alphabet);

    result = result != 0 ? result : text_read(file, "labels", path, &texts.labels);
    result = result != 0 ? result : text_read(file, "scaling", path, &texts.scaling);
    result = result != 0 ? result : text_read(file, "quarter-steps", path, &texts.quarter_steps);
    result = result != 0 ? result : text_read(file, "ahead", path, &texts.ahead);
    if (result == 0) {
        status = read_parts(encoding, &texts);
    }
    encoding_texts_destroy(&texts);
    if (status == SRNN_E_MEMORY) {
        return fail("%s: no memory for the encoding of its data", path);
    }
    return status != SRNN_OK ? fail("%s: the encoding of its data is damaged", path) : result;
}
