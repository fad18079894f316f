/* predict_file.c - what a model predicts of a whole file */
#include "commands/predict_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/midi.h"
#include "storage/music.h"
#include "storage/sequences.h"
#include "storage/series.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

/* ---------------------------------------------------------------------------
 * Reading
 * ------------------------------------------------------------------------ */

/* Read a series for the model: its labels and its width must fit. Returns 0, or EXIT_FAILED after a
 * message. */
static int read_series(const struct predictor *predictor, const char *path, const char *text,
                       size_t size, const struct series_form *form, struct sequences *sequences)
{
    struct encoding encoding; /* a copy: the reader takes one that it could add labels to */
    int result = encoding_copy(&encoding, &predictor->file->encoding);

    if (result == 0) {
        result =
            sequences_read_series(sequences, path, text, size, form, &encoding, LABELS_MAY_MISS);
    }
    encoding_destroy(&encoding);
    if (result == 0 && sequences->width != predictor->inputs) {
        return fail("%s: its steps have %lu numbers, those of the model %lu", path,
                    (unsigned long)sequences->width, (unsigned long)predictor->inputs);
    }
    return result;
}

/* Read the file, as music or as a series. *path becomes the name for messages. Returns 0, or
 * EXIT_FAILED after a message; sequences_destroy follows in either case. */
static int read_sequences(const struct predictor *predictor, const char **path,
                          const struct series_form *form, uint64_t quarter_steps, int music,
                          struct sequences *sequences)
{
    unsigned char *data;
    size_t bytes;
    int result;

    memset(sequences, 0, sizeof *sequences);
    TRY(file_read_input(path, &data, &bytes));
    if (bytes == 0) {
        result = fail("%s: is empty", *path);
    } else if (music) {
        result =
            sequences_read_music(sequences, *path, (const char *)data, bytes,
                                 midi_quarter_steps(quarter_steps, &predictor->file->encoding));
    } else {
        result = read_series(predictor, *path, (const char *)data, bytes, form, sequences);
    }
    free(data);
    return result;
}

/* ---------------------------------------------------------------------------
 * Steps
 * ------------------------------------------------------------------------ */

/* Number `i` of step `t`; NaN is missing. */
static double number_at(const struct sequences *sequences, size_t t, uint32_t i)
{
    const size_t at = t * sequences->width + i;

    return sequences->numbers != NULL ? sequences->numbers[at] : (double)sequences->values[at];
}

/* Run a step with step `t` of the sequences. Returns 0, or EXIT_FAILED after a message. */
static int run_step(struct predictor *predictor, const struct sequences *sequences, size_t t)
{
    int32_t status;

    for (uint32_t i = 0; i < predictor->inputs; i++) {
        const double number = number_at(sequences, t, i);

        if (predictor_set(predictor, i, number) != 0) {
            return fail("%s: the number %.9g is too large for the scale of the model",
                        sequences->path, number);
        }
    }
    status = predictor_step(predictor, NULL);
    return status == SRNN_OK ? 0 : fail_status(status, "%s", sequences->path);
}

/* Print number `i` of step `t` with as many digits as read back as the same, at least ten so that
 * 300 is not 3e+02; nothing if it is missing. */
static void print_value(const struct sequences *sequences, size_t t, uint32_t i)
{
    const double number = number_at(sequences, t, i);
    char text[32] = "";

    for (int digits = 10; number == number && digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    fputs(text, stdout);
}

/* ---------------------------------------------------------------------------
 * Series with labels: a line for each sequence
 * ------------------------------------------------------------------------ */

static int predict_labels(struct predictor *predictor, const struct sequences *sequences)
{
    char(*const names)[MAX_LABEL + 1] = predictor->labels->names;

    fputs("sequence,label,prediction", stdout);
    for (uint32_t i = 0; i < predictor->outputs; i++) {
        putchar(',');
        print_field("p_", names[i]);
    }
    putchar('\n');
    for (size_t s = 0; s < sequences->count && !ferror(stdout); s++) {
        TRY(predictor_restart(predictor));
        for (size_t t = sequences->first[s]; t < sequences->first[s + 1]; t++) {
            TRY(run_step(predictor, sequences, t));
        }
        printf("%lu,", (unsigned long)s + 1);
        if (sequences->label != NULL && sequences->label[s] < predictor->outputs) {
            print_field("", names[sequences->label[s]]);
        }
        putchar(',');
        print_field("", names[predictor_best(predictor)]);
        for (uint32_t i = 0; i < predictor->outputs; i++) {
            putchar(',');
            predictor_print(predictor, i);
        }
        putchar('\n');
    }
    return 0;
}

/* ---------------------------------------------------------------------------
 * Plain series: a line for each step
 * ------------------------------------------------------------------------ */

/* Print ",NAME" for each number of a step; with numbers of their own if there are several. */
static void print_heads(const char *name, uint32_t width)
{
    for (uint32_t i = 1; i <= width; i++) {
        printf(width > 1 ? ",%s%lu" : ",%s", name, (unsigned long)i);
    }
}

/* Print step `step` of sequence `s`, from 1: its values, if it has them, and what was predicted of
 * it; of the first step of a sequence nothing was. */
static void print_step(const struct predictor *predictor, const struct sequences *sequences,
                       size_t s, uint64_t step)
{
    printf("%lu,%llu", (unsigned long)s + 1, (unsigned long long)step);
    for (uint32_t i = 0; i < predictor->inputs; i++) {
        putchar(',');
        if (step <= sequences_length(sequences, s)) {
            print_value(sequences, sequences->first[s] + (size_t)step - 1, i);
        }
    }
    for (uint32_t i = 0; i < predictor->outputs; i++) {
        putchar(',');
        if (step > 1) {
            predictor_print(predictor, i);
        }
    }
    putchar('\n');
}

/* Print the steps after the end of sequence `s`, each from those before it. Returns 0, or
 * EXIT_FAILED after a message. */
static int forecast(struct predictor *predictor, const struct sequences *sequences, size_t s,
                    uint64_t ahead)
{
    const uint64_t steps = sequences_length(sequences, s);

    for (uint64_t i = 1; i <= ahead && !ferror(stdout); i++) {
        if (i > 1) {
            int32_t status;

            predictor_feed_back(predictor);
            status = predictor_step(predictor, NULL);
            if (status != SRNN_OK) {
                return fail_status(status, "%s: step %llu after the end", sequences->path,
                                   (unsigned long long)i);
            }
        }
        for (uint32_t k = 0; k < predictor->outputs; k++) {
            if (!isfinite(predictor->output[k])) {
                return fail("%s: step %llu after the end: the forecast grows without bound",
                            sequences->path, (unsigned long long)i);
            }
        }
        print_step(predictor, sequences, s, steps + i);
    }
    return 0;
}

static int predict_values(struct predictor *predictor, const struct sequences *sequences,
                          uint64_t ahead)
{
    fputs("sequence,step", stdout);
    print_heads("value", predictor->inputs);
    print_heads("prediction", predictor->outputs);
    putchar('\n');
    for (size_t s = 0; s < sequences->count && !ferror(stdout); s++) {
        const size_t first = sequences->first[s];

        TRY(predictor_restart(predictor));
        for (size_t t = first; t < sequences->first[s + 1] && !ferror(stdout); t++) {
            print_step(predictor, sequences, s, t - first + 1);
            TRY(run_step(predictor, sequences, t));
        }
        TRY(forecast(predictor, sequences, s, ahead));
    }
    return 0;
}

/* ---------------------------------------------------------------------------
 * Music: a line for each piece
 * ------------------------------------------------------------------------ */

/* Each step is predicted from silence and the steps before it, as in training. */
static int predict_notes(struct predictor *predictor, const struct sequences *sequences)
{
    for (size_t s = 0; s < sequences->count && !ferror(stdout); s++) {
        int32_t status;

        TRY(predictor_restart(predictor));
        status = predictor_step(predictor, NULL);
        if (status != SRNN_OK) {
            return fail_status(status, "%s", sequences->path);
        }
        music_print_step(predictor->output);
        for (size_t t = sequences->first[s]; t < sequences->first[s + 1]; t++) {
            putchar(';');
            TRY(run_step(predictor, sequences, t));
            music_print_step(predictor->output);
        }
        putchar('\n');
    }
    return 0;
}

/* ------------------------------------------------------------------------ */

/* Report that the model is not one of data that have such files. Returns EXIT_FAILED. */
static int refuse_model(const struct model_file *file, const char *trained_on)
{
    if (trained_on == NULL) {
        return fail("%s: nothing tells what the model was trained on; it takes steps on standard "
                    "input, without a FILE",
                    file->path);
    }
    if (file->encoding.alphabet.count > 0) {
        return fail("%s: the model was trained on text; srnn eval judges a text, and srnn sample "
                    "--prime-file continues one",
                    file->path);
    }
    return fail("%s: the model was trained on %s, which has no files; it takes steps on standard "
                "input",
                file->path, trained_on);
}

int predict_file(struct predictor *predictor, const char *path, const struct series_form *form,
                 uint64_t quarter_steps, uint64_t ahead)
{
    const char *trained_on = model_file_trained_on(predictor->file);
    const int music = predictor_plays(predictor->file);
    const int series = predictor->labels != NULL || predictor_forecasts(predictor);
    struct sequences sequences;
    int result;

    if (!music && !series) {
        return refuse_model(predictor->file, trained_on);
    }
    if (ahead > 1 && !predictor_forecasts(predictor)) {
        return fail("%s: --ahead %llu: forecasts are of plain series, and the model was trained on "
                    "%s",
                    predictor->file->path, (unsigned long long)ahead,
                    music ? "music" : "a series with labels");
    }
    result = read_sequences(predictor, &path, form, quarter_steps, music, &sequences);
    if (result == 0) {
        result = music                       ? predict_notes(predictor, &sequences)
                 : predictor->labels != NULL ? predict_labels(predictor, &sequences)
                                             : predict_values(predictor, &sequences, ahead);
    }
    sequences_destroy(&sequences);
    return result;
}
