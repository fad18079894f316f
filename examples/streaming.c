/* streaming.c - run a model step by step, save it between two steps, continue later
 *
 * A stream consists of the model and the hidden state, an array of the caller. Here both
 * are saved in one file, as two parts of a checkpoint. The stream that continues from the
 * file has the same outputs, to the bit, as one that was never interrupted.
 *
 *     cc streaming.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 3, HIDDEN = 24, OUTPUTS = 2, STEPS = 40, STOP = 25 };

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* A stream: states[now] is its state, the other array is for the next one. */
struct stream {
    const srnn_model *model;
    float states[2][HIDDEN];
    int now;
};

/* Runs one step with the inputs x [INPUTS] and writes the outputs y [OUTPUTS]. */
static void stream_step(struct stream *stream, const float *x, float *y)
{
    float logits[OUTPUTS];

    must(srnn_step(stream->model, x, stream->states[stream->now], stream->states[!stream->now],
                   logits));
    must(srnn_outputs(stream->model, logits, 1, y));
    stream->now = !stream->now;
}

/* The library writes the checkpoint through this function, an srnn_write_fn. */
static int32_t write_file(void *file, const void *data, size_t size)
{
    return fwrite(data, 1, size, file) == size ? 0 : -1;
}

/* Returns the contents of a file in a new block, which the caller frees. */
static unsigned char *read_file(FILE *file, size_t *bytes)
{
    unsigned char *data = NULL;
    long end = -1;

    if (fseek(file, 0, SEEK_END) == 0) {
        end = ftell(file);
        rewind(file);
    }
    if (end > 0) {
        data = malloc((size_t)end);
    }
    if (data == NULL || fread(data, 1, (size_t)end, file) != (size_t)end) {
        must(SRNN_E_IO);
    }
    *bytes = (size_t)end;
    return data;
}

int main(void)
{
    static float x[STEPS][INPUTS], unbroken[STEPS][OUTPUTS], resumed[STEPS][OUTPUTS];
    struct stream stream = {0};
    srnn_model *model;
    srnn_random *random;
    srnn_checkpoint *parts;
    size_t bytes;
    FILE *file = tmpfile();
    int same;

    if (file == NULL) {
        must(SRNN_E_IO);
    }
    must(srnn_random_create(NULL, NULL, 9, 0, &random));
    must(srnn_model_create(NULL, NULL, INPUTS, HIDDEN, OUTPUTS, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SIGMOID, 0, &model));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random)); /* or one that was trained */
    for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < INPUTS; i++) {
            x[t][i] = srnn_random_normal(random);
        }
    }

    must(srnn_checkpoint_create(NULL, NULL, 2, &parts));

    /* The unbroken stream, which is saved before step STOP. */
    stream.model = model;
    must(srnn_initial_state(model, stream.states[0], HIDDEN));
    for (int t = 0; t < STEPS; t++) {
        if (t == STOP) {
            must(srnn_checkpoint_add(parts, "model", model));
            must(srnn_checkpoint_add_bytes(parts, "state", stream.states[stream.now],
                                           sizeof stream.states[0]));
            must(srnn_checkpoint_write(parts, write_file, file));
            must(fflush(file) == 0 ? SRNN_OK : SRNN_E_IO); /* a disk may be full */
        }
        stream_step(&stream, x[t], unbroken[t]);
    }
    srnn_checkpoint_destroy(parts);
    srnn_model_destroy(model);

    /* Later, perhaps in another process. The state is in the byte order of this machine. */
    unsigned char *archive = read_file(file, &bytes);
    memset(&stream, 0, sizeof stream);
    must(srnn_model_load_create(NULL, NULL, archive, bytes, 0, &model));
    must(srnn_checkpoint_create(NULL, NULL, 1, &parts));
    must(srnn_checkpoint_add_bytes(parts, "state", stream.states[0], sizeof stream.states[0]));
    must(srnn_checkpoint_open(parts, archive, bytes));
    must(srnn_checkpoint_restore(parts));
    stream.model = model;
    for (int t = STOP; t < STEPS; t++) {
        stream_step(&stream, x[t], resumed[t]);
    }
    for (int t = STOP; t < STEPS; t += 7) {
        printf("step %d  unbroken %.9g %.9g  resumed %.9g %.9g\n", t, (double)unbroken[t][0],
               (double)unbroken[t][1], (double)resumed[t][0], (double)resumed[t][1]);
    }
    same = memcmp(unbroken[STOP], resumed[STOP], sizeof resumed[0] * (STEPS - STOP)) == 0;
    printf("%d steps after a file of %lu bytes: %s\n", STEPS - STOP, (unsigned long)bytes,
           same ? "the same bits" : "different");

    free(archive);
    fclose(file);
    srnn_checkpoint_destroy(parts);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return same ? 0 : 1;
}
