/* inspect.c - the command `inspect`: the contents of a model file */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/model_file.h"
#include "storage/texts.h"
#include "support/message.h"
#include "support/options.h"
#include "support/printable.h"
#include "support/try.h"
#include "training/run_checkpoint.h"
#include "training/weights.h"

/* The most parts that are listed: finding each reads the header again, and a hostile file can have
 * as many as its header has room for. The program's own have ten. */
#define MOST_PARTS 100

static const struct option_table table = {
    "inspect",
    "MODEL",
    "Print what a model or a checkpoint contains, as lines \"key value\": the shape; rows,\n"
    "columns and norm of each tensor; spectral radius and largest singular value of the\n"
    "recurrent weights; the encoding of the data (alphabet of a text, labels, scaling, steps\n"
    "of a quarter note); the task; of a checkpoint the settings of its run, its parts, the\n"
    "number of updates and the command that resumes it. With a spectral radius below 1 a\n"
    "linear network forgets. With a largest singular value below 1 (tanh) or 4 (sigmoid) the\n"
    "gradient always vanishes.",
    1,
    1,
    NULL,
    0,
    NULL};

/* Print a line about each tensor. A clipper with an infinite threshold measures the norms; it
 * works on a copy in copy [parameters]. Returns a status. */
static int32_t print_tensors(const srnn_model *model, srnn_clipper *clipper, float *copy)
{
    const float *parameters = srnn_model_parameters_const(model);
    const char *name;
    size_t offset;
    uint32_t rows, columns;

    for (uint32_t i = 0; srnn_model_tensor(model, i, &name, &offset, &rows, &columns) == SRNN_OK;
         i++) {
        const size_t count = (size_t)rows * columns;
        double norm;

        memcpy(copy, parameters + offset, count * sizeof *copy);
        TRY(srnn_clipper_apply(clipper, NULL, copy, count, &norm));
        printf("tensor %s %lux%lu norm %.6g\n", name, (unsigned long)rows, (unsigned long)columns,
               norm);
    }
    return SRNN_OK;
}

/* Print the numbers about the weights. `scratch` has room for the parameters and for twice
 * the hidden units, whichever is more. Returns a status. */
static int32_t print_weights(const srnn_model *model, float *scratch)
{
    double radius, singular;
    srnn_clipper *clipper;
    int32_t status;

    TRY(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    status = srnn_clipper_set(clipper, SRNN_CLIP_THRESHOLD, INFINITY);
    if (status == SRNN_OK) {
        status = print_tensors(model, clipper, scratch);
    }
    srnn_clipper_destroy(clipper);
    TRY(status);
    TRY(weights_spectrum(model, scratch, 2 * (size_t)srnn_model_hidden(model), &radius, &singular));
    printf("spectral-radius %.6g\nlargest-singular-value %.6g\n", radius, singular);
    return SRNN_OK;
}

/* Print the encoding of the data: the alphabet as hexadecimal bytes, and a line for each label
 * and each number of a step. */
static void print_encoding(const struct encoding *encoding)
{
    if (encoding->alphabet.count > 0) {
        printf("alphabet");
        for (uint32_t i = 0; i < encoding->alphabet.count; i++) {
            printf(" %02x", encoding->alphabet.bytes[i]);
        }
        putchar('\n');
    }
    for (uint32_t i = 0; i < encoding->labels.count; i++) {
        fputs("label ", stdout);
        print_text(stdout, encoding->labels.names[i], strlen(encoding->labels.names[i]));
        putchar('\n');
    }
    if (encoding->quarter_steps > 0) {
        printf("quarter-steps %lu\n", (unsigned long)encoding->quarter_steps);
    }
    if (encoding->ahead > 1) {
        printf("ahead %lu\n", (unsigned long)encoding->ahead);
    }
    for (uint32_t i = 0; i < encoding->scaling.width; i++) {
        printf("scaling %.*g %.9g\n", scaling_digits(&encoding->scaling, i),
               encoding->scaling.mean[i], encoding->scaling.deviation[i]);
    }
}

/* Print a text of a file, which may be NULL: `name` before each of its lines. */
static void print_lines(const char *name, const char *text)
{
    while (text != NULL && *text != '\0') {
        const size_t length = text_line(text);

        printf("%s ", name);
        print_text(stdout, text, length);
        putchar('\n');
        text += length + (text[length] == '\n');
    }
}

/* Print the parts of a checkpoint, where its run stands and how it goes on. */
static void print_run(const struct model_file *file)
{
    static const char *const kinds[] = {"model",  "optimizer", "clipper", "regularizer",
                                        "random", "workspace", "bytes",   "text"};
    const struct task_kind *kind = task_find(file->task);
    char name[SRNN_PART_NAME_BYTES];
    uint32_t part;

    for (uint32_t i = 0; srnn_checkpoint_part(file->parts, i, &part, name) == SRNN_OK; i++) {
        if (i == MOST_PARTS) {
            puts("part ... and more");
            break;
        }
        fputs("part ", stdout);
        print_text(stdout, name, strlen(name));
        printf(" %s\n", part >= SRNN_PART_MODEL && part <= SRNN_PART_TEXT
                            ? kinds[part - SRNN_PART_MODEL]
                            : "unknown");
    }
    printf("updates %llu\n", (unsigned long long)run_checkpoint_updates(file));
    if (kind != NULL) {
        printf("resume srnn train %s%s%s --resume ", kind->name, kind->needs_file ? " FILE" : "",
               run_checkpoint_valid_hint(file));
        print_file_name(stdout, file->path);
        putchar('\n');
    }
}

/* Print everything about an opened model. Returns 0, or EXIT_FAILED after a message. */
static int inspect(const struct model_file *file)
{
    const srnn_model *model = file->model;
    const size_t count = srnn_model_parameter_count(model);
    const size_t hidden = srnn_model_hidden(model);
    float *scratch = malloc((count > 2 * hidden ? count : 2 * hidden) * sizeof *scratch);
    int32_t status;

    if (scratch == NULL) {
        return fail("%s: no memory", file->path);
    }
    printf("bytes %lu\n", (unsigned long)file->bytes);
    model_print_shape(model);
    printf("parameters %lu\n", (unsigned long)count);
    status = print_weights(model, scratch);
    free(scratch);
    print_encoding(&file->encoding);
    print_lines("task", file->task);
    print_lines("setting", file->settings);
    if (status != SRNN_OK) {
        return fail_status(status, "%s", file->path);
    }
    if (run_checkpoint_present(file)) {
        print_run(file);
    }
    return 0;
}

int command_inspect(int argc, char **argv)
{
    struct arguments arguments;
    struct model_file file;
    int result = options_read(&table, argc, argv, NULL, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0) {
        result = inspect(&file);
    }
    model_file_close(&file);
    return finish_output(result);
}
