/* train.c - the smallest complete training: the temporal order problem
 *
 * Each sequence has two symbols that matter, far apart among distractors. The network
 * answers at the end which two they were and in which order. It is trained on batches of
 * twenty sequences, with Omega and a clipper that sets its own threshold, until it answers
 * a thousand new sequences correctly. ffi/ has the same program in other languages, which
 * prints the same hash.
 *
 *     cc train.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000 };

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Draws ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second
 * tenth and one just after the middle; 2 to 5 distract. */
static void draw(srnn_random *random, uint32_t *ids, uint32_t *classes, uint32_t count)
{
    const uint32_t tenth = STEPS / 10;

    for (uint32_t i = 0; i < STEPS * count; i++) {
        ids[i] = 2 + srnn_random_below(random, 4);
    }
    for (uint32_t s = 0; s < count; s++) {
        const uint32_t first = srnn_random_below(random, 2);
        const uint32_t second = srnn_random_below(random, 2);
        ids[(tenth + srnn_random_below(random, tenth)) * count + s] = first;
        ids[(STEPS / 2 + srnn_random_below(random, tenth)) * count + s] = second;
        classes[s] = first + 2 * second;
    }
}

/* Runs the network forward on a batch of `count` sequences. */
static void show(const srnn_model *model, srnn_workspace *workspace, srnn_batch *batch,
                 const uint32_t *ids, const uint32_t *classes, uint32_t count)
{
    must(srnn_batch_begin(batch, STEPS, count));
    must(srnn_batch_input_ids(batch, ids, count, 1));
    must(srnn_batch_target_ids(batch, classes, 0, 1));
    must(srnn_forward(model, workspace, batch));
}

/* Returns the FNV-1a hash, 64 bits, of values [count] as 32-bit words with the least
 * significant byte first. */
static uint64_t hash_of(const float *values, size_t count)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, values + i, sizeof word);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ (word >> shift & 0xff)) * UINT64_C(0x100000001b3);
        }
    }
    return hash;
}

int main(void)
{
    static uint32_t ids[STEPS * TEST];
    static uint32_t classes[TEST];
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *gradient;
    size_t n;
    double rate;
    uint64_t wrong = TEST;

    must(srnn_model_create(NULL, NULL, 6, HIDDEN, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    n = srnn_model_parameter_count(model);
    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_model_initialize(model, SRNN_START_SMART_TANH, random));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_workspace_create(NULL, NULL, model, STEPS, TEST, SRNN_WORKSPACE_LAST_OUTPUT,
                               &workspace));
    must(srnn_regularizer_create(NULL, NULL, model, SRNN_OMEGA_PAPER, &regularizer));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_clipper_set(clipper, SRNN_CLIP_RULE, SRNN_CLIP_RULE_AUTO));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, n, &optimizer));
    must(srnn_optimizer_get(optimizer, SRNN_OPTIMIZER_RATE, &rate));
    gradient = calloc(n, sizeof *gradient);
    if (gradient == NULL) {
        must(SRNN_E_MEMORY);
    }

    for (int update = 1; update <= UPDATES && wrong > 0; update++) {
        double loss, weight, omega, norm;
        draw(random, ids, classes, BATCH);
        memset(gradient, 0, n * sizeof *gradient);
        show(model, workspace, batch, ids, classes, BATCH);
        must(srnn_loss(model, workspace, batch, 1.0 / BATCH, &loss, &weight));
        must(srnn_backward(model, workspace, regularizer, gradient, n));
        must(srnn_regularizer_apply(regularizer, model, gradient, n, &omega));
        must(srnn_clipper_tell(clipper, loss / BATCH, rate, STEPS));
        must(srnn_clipper_apply(clipper, model, gradient, n, &norm));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
        if (update % 500 == 0) {
            draw(random, ids, classes, TEST);
            show(model, workspace, batch, ids, classes, TEST);
            must(srnn_count_errors(model, workspace, batch, 0, NULL, NULL, &wrong, NULL));
            printf("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d\n", update,
                   loss / weight, norm, omega, (int)wrong, TEST);
        }
    }

    printf("hash %016" PRIx64 "\n", hash_of(srnn_model_parameters(model), n));
    free(gradient);
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_regularizer_destroy(regularizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return wrong == 0 ? 0 : 1;
}
