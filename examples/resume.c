/* resume.c - a training on a stream that stops, and goes on later with the same bits
 *
 * One file has all that an update changes, the state that is carried from chunk to chunk, and
 * bytes of the program's own. It is complete before it takes the place of the last one.
 * The clipper sets its own threshold from the loss, the rate and the steps that it is told before
 * it clips. The inputs are random bits; each is the target of two steps later.
 *
 *     cc resume.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 10, STREAMS = 16, DELAY = 2, HIDDEN = 20, CHUNKS = 60 };
enum { N = (2 + HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * 2 }; /* parameters */

#define NAME "resume.safetensors"

static srnn_model *model;
static srnn_random *random_bits;
static srnn_batch *batch;
static srnn_workspace *workspace;
static srnn_clipper *clipper;
static srnn_optimizer *optimizer;
static srnn_checkpoint *parts; /* what is saved and restored */
/* The last DELAY steps of the chunk before, then the inputs of this one. */
static uint32_t bits[(DELAY + CHUNK) * STREAMS];

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

static void begin(uint64_t seed)
{
    static const float zeros[HIDDEN];

    must(srnn_model_create(NULL, NULL, 2, HIDDEN, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    must(srnn_random_create(NULL, NULL, seed, 0, &random_bits));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random_bits));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_workspace_create(NULL, NULL, model, CHUNK, STREAMS, 0, &workspace));
    must(srnn_workspace_set_state(workspace, zeros, 0, STREAMS));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_AUTO));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_MOMENTUM, N, &optimizer));
    must(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.02));
    memset(bits, 0, sizeof bits);
    must(srnn_checkpoint_create(NULL, NULL, 6, &parts));
    must(srnn_checkpoint_add(parts, "model", model));
    must(srnn_checkpoint_add(parts, "random", random_bits));
    must(srnn_checkpoint_add(parts, "workspace", workspace));
    must(srnn_checkpoint_add(parts, "clipper", clipper));
    must(srnn_checkpoint_add(parts, "optimizer", optimizer));
    /* In the byte order of this machine. */
    must(srnn_checkpoint_add_bytes(parts, "bits", bits, sizeof bits));
}

static void end(void)
{
    srnn_checkpoint_destroy(parts);
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random_bits);
    srnn_model_destroy(model);
}

/* Goes on until the optimizer has made `updates`, those before a stop included. */
static void train(int updates)
{
    static float gradient[N];
    double loss, rate, momentum, done;

    must(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_RATE, &rate));
    must(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_MOMENTUM_FACTOR, &momentum));
    must(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_UPDATES, &done));
    for (; done < updates; done++) {
        memmove(bits, bits + CHUNK * STREAMS, DELAY * STREAMS * sizeof *bits);
        for (uint32_t i = DELAY * STREAMS; i < (DELAY + CHUNK) * STREAMS; i++) {
            bits[i] = srnn_random_below(random_bits, 2);
        }
        must(srnn_batch_begin(batch, CHUNK, STREAMS));
        must(srnn_batch_input_ids(batch, bits + DELAY * STREAMS, STREAMS, 1));
        must(srnn_batch_target_ids(batch, bits, STREAMS, 1));
        must(srnn_forward_continue(model, workspace, batch));
        must(srnn_loss(model, workspace, batch, 1.0 / STREAMS, &loss, NULL));
        memset(gradient, 0, sizeof gradient);
        must(srnn_backward(model, workspace, NULL, gradient, N));
        /* The loss in the gradient's unit, a mean over the streams; the rate of momentum's sum; 1,
         * as each step has a target. */
        loss = isfinite(loss) ? loss / STREAMS : 1e30;
        must(srnn_clipper_tell(clipper, loss, rate / (1 - momentum), 1));
        must(srnn_clipper_apply(clipper, model, gradient, N, NULL));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, N));
    }
}

static int32_t write_file(void *file, const void *data, size_t size)
{
    return fwrite(data, 1, size, file) == size ? 0 : -1;
}

static void save(void)
{
    FILE *file = fopen(NAME ".new", "wb");

    must(file != NULL ? srnn_checkpoint_write(parts, write_file, file) : SRNN_E_IO);
    /* A full disk may show only here. Against a loss of power, on POSIX: fflush and
     * fsync(fileno(file)) before this, and fsync of the folder after rename. */
    must(fclose(file) == 0 ? SRNN_OK : SRNN_E_IO);
    /* On Windows rename replaces no file: MoveFileEx with MOVEFILE_REPLACE_EXISTING. */
    must(rename(NAME ".new", NAME) == 0 ? SRNN_OK : SRNN_E_IO);
}

/* The options come from the file too: set those that should differ after this. `parts` keeps
 * `archive` open: restore once. */
static void restore(void)
{
    static unsigned char archive[8 * N + 4 * STREAMS * HIDDEN + sizeof bits + 8192];
    FILE *file = fopen(NAME, "rb");
    const size_t bytes = file != NULL ? fread(archive, 1, sizeof archive, file) : 0;

    must(file != NULL && fclose(file) == 0 ? SRNN_OK : SRNN_E_IO);
    must(bytes < sizeof archive ? srnn_checkpoint_open(parts, archive, bytes) : SRNN_E_SPACE);
    must(srnn_checkpoint_restore(parts));
}

int main(void)
{
    static float whole[N];
    double mean_norm, norm;

    begin(1);
    train(CHUNKS);
    memcpy(whole, srnn_model_parameters(model), sizeof whole);
    must(srnn_clipper_get(clipper, SRNN_CLIP_MEAN_NORM, &mean_norm));
    end();
    begin(1);
    train(CHUNKS / 2);
    save();
    end();
    begin(2); /* perhaps in another process; the file replaces what this seed draws */
    restore();
    train(CHUNKS);
    must(srnn_clipper_get(clipper, SRNN_CLIP_MEAN_NORM, &norm));
    const int same = memcmp(whole, srnn_model_parameters(model), sizeof whole) == 0;
    printf("mean norm of the gradients: %.9g, with a stop %.9g\n", mean_norm, norm);
    printf("%d parameters after %d chunks: %s\n", N, CHUNKS, same ? "the same bits" : "different");
    end();
    return remove(NAME) == 0 && same && norm == mean_norm ? 0 : 1;
}
