/* learn_order.c - the training of learn_order.h */
#include "learn_order.h"

#include <srnn.h>

#include <stdio.h>
#include <string.h>

enum { SYMBOLS = 6, CLASSES = 4, STEPS = 16, SEQUENCES = 4, HIDDEN = 10 };
enum { UPDATES_A_LINE = 20, MOST_UPDATES = 1000, TESTS = 100 };

/* Found by trial: so the network learns with each of the seeds 1 to 20, in 100 to 640 updates. */
#define SEED 1
#define RATE 0.01
#define OMEGA 0.5

/* The workspace keeps the states of some steps only, and the logits of the last. It takes 5.1 KB,
 * and would take 7.7 KB without these flags. */
#define WORKSPACE_FLAGS (SRNN_WORKSPACE_LAST_OUTPUT | SRNN_WORKSPACE_FRUGAL)

/* What all objects take. Pointers make them larger on 64-bit processors, and on i386 the library's
 * faster products do. */
#ifdef __i386__
#define ARENA (12u * 1024u)
#else
#define ARENA (sizeof(void *) > 4 ? 12u * 1024u : 10u * 1024u)
#endif

/* The memory of every object, aligned for any of them. */
static union {
    double alignment;
    unsigned char bytes[ARENA];
} arena;
static size_t taken;

static struct {
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *gradient; /* [count] */
    size_t count;
    uint32_t symbols[STEPS * SEQUENCES]; /* [steps x sequences] */
    uint32_t classes[SEQUENCES];
    double loss; /* of the last batch, a sequence */
    uint32_t updates;
} learning;

/* Ends the function with the status of a call that fails. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const int32_t status_ = (call);                                                            \
        if (status_ != SRNN_OK) {                                                                  \
            return status_;                                                                        \
        }                                                                                          \
    } while (0)

/* Makes *piece the next `bytes` bytes of the arena. Errors: SPACE. */
static int32_t take(size_t bytes, void **piece)
{
    *piece = arena.bytes + taken;
    bytes = (bytes + srnn_alignment() - 1) / srnn_alignment() * srnn_alignment();
    if (bytes > sizeof arena.bytes - taken) {
        return SRNN_E_SPACE;
    }
    taken += bytes;
    return SRNN_OK;
}

int32_t learn_begin(char *line)
{
    size_t bytes;
    void *piece;

    taken = 0;
    learning.updates = 0;
    bytes = srnn_random_size();
    TRY(take(bytes, &piece));
    TRY(srnn_random_init(piece, bytes, SEED, 0, &learning.random));
    TRY(srnn_model_size(SYMBOLS, HIDDEN, CLASSES, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                        &bytes));
    TRY(take(bytes, &piece));
    TRY(srnn_model_init(piece, bytes, SYMBOLS, HIDDEN, CLASSES, SRNN_HIDDEN_TANH,
                        SRNN_OUTPUT_SOFTMAX, 0, &learning.model));
    TRY(srnn_model_initialize(learning.model, SRNN_START_ORTHOGONAL, learning.random));
    bytes = srnn_batch_size();
    TRY(take(bytes, &piece));
    TRY(srnn_batch_init(piece, bytes, &learning.batch));
    TRY(srnn_workspace_size(learning.model, STEPS, SEQUENCES, WORKSPACE_FLAGS, &bytes));
    TRY(take(bytes, &piece));
    TRY(srnn_workspace_init(piece, bytes, learning.model, STEPS, SEQUENCES, WORKSPACE_FLAGS,
                            &learning.workspace));
    TRY(srnn_regularizer_size(learning.model, SRNN_OMEGA_PAPER, &bytes));
    TRY(take(bytes, &piece));
    TRY(srnn_regularizer_init(piece, bytes, learning.model, SRNN_OMEGA_PAPER,
                              &learning.regularizer));
    TRY(srnn_regularizer_set(learning.regularizer, SRNN_OMEGA_WEIGHT, OMEGA));
    bytes = srnn_clipper_size();
    TRY(take(bytes, &piece));
    TRY(srnn_clipper_init(piece, bytes, SRNN_CLIP_NORM, &learning.clipper));
    learning.count = srnn_model_parameter_count(learning.model);
    TRY(srnn_optimizer_size(SRNN_OPTIMIZER_ADAM, learning.count, &bytes));
    TRY(take(bytes, &piece));
    TRY(srnn_optimizer_init(piece, bytes, SRNN_OPTIMIZER_ADAM, learning.count,
                            &learning.optimizer));
    TRY(srnn_optimizer_set(learning.optimizer, SRNN_OPTIMIZER_RATE, RATE));
    TRY(take(learning.count * sizeof *learning.gradient, &piece));
    learning.gradient = piece;
    snprintf(line, LEARN_LINE, "%lu parameters, %lu bytes of memory", (unsigned long)learning.count,
             (unsigned long)(taken + sizeof learning));
    return SRNN_OK;
}

/* Draws a sequence, `symbols` with `stride` between two steps; returns its class. */
static uint32_t draw(uint32_t *symbols, size_t stride)
{
    const uint32_t early = 1 + srnn_random_below(learning.random, STEPS / 4);
    const uint32_t late = STEPS / 2 + srnn_random_below(learning.random, STEPS / 4);
    uint32_t class_drawn = 0;

    for (uint32_t t = 0; t < STEPS; t++) {
        uint32_t symbol = 2 + srnn_random_below(learning.random, SYMBOLS - 2);

        if (t == early || t == late) {
            symbol = srnn_random_below(learning.random, 2);
            class_drawn = 2 * class_drawn + symbol;
        }
        symbols[t * stride] = symbol;
    }
    return class_drawn;
}

static int32_t update(void)
{
    for (uint32_t s = 0; s < SEQUENCES; s++) {
        learning.classes[s] = draw(learning.symbols + s, SEQUENCES);
    }
    memset(learning.gradient, 0, learning.count * sizeof *learning.gradient);
    TRY(srnn_batch_begin(learning.batch, STEPS, SEQUENCES));
    TRY(srnn_batch_input_ids(learning.batch, learning.symbols, SEQUENCES, 1));
    TRY(srnn_batch_target_ids(learning.batch, learning.classes, 0, 1));
    TRY(srnn_forward(learning.model, learning.workspace, learning.batch));
    TRY(srnn_loss(learning.model, learning.workspace, learning.batch, 1.0 / SEQUENCES,
                  &learning.loss, NULL));
    TRY(srnn_backward(learning.model, learning.workspace, learning.regularizer, learning.gradient,
                      learning.count));
    TRY(srnn_regularizer_apply(learning.regularizer, learning.model, learning.gradient,
                               learning.count, NULL));
    TRY(srnn_clipper_apply(learning.clipper, learning.model, learning.gradient, learning.count,
                           NULL));
    TRY(srnn_optimizer_step(learning.optimizer, srnn_model_parameters(learning.model),
                            learning.gradient, learning.count));
    learning.loss /= SEQUENCES;
    learning.updates++;
    return SRNN_OK;
}

/* Runs a fresh sequence symbol by symbol, without a workspace, and adds 1 to *wrong if the answer
 * is wrong. */
static int32_t test(uint32_t *wrong)
{
    uint32_t symbols[STEPS];
    float states[2][HIDDEN];
    float logits[CLASSES];
    const uint32_t wanted = draw(symbols, 1);
    uint32_t answer = 0;

    TRY(srnn_initial_state(learning.model, states[0], HIDDEN));
    for (uint32_t t = 0; t < STEPS; t++) {
        TRY(srnn_step_id(learning.model, symbols[t], states[t % 2], states[(t + 1) % 2], logits));
    }
    for (uint32_t i = 1; i < CLASSES; i++) {
        answer = logits[i] > logits[answer] ? i : answer;
    }
    *wrong += answer != wanted;
    return SRNN_OK;
}

/* A hash of the parameters (FNV-1a), the same on every board and computer. */
static uint32_t hash(void)
{
    const float *parameters = srnn_model_parameters_const(learning.model);
    uint32_t result = 2166136261u;

    for (size_t i = 0; i < learning.count; i++) {
        uint32_t bits;

        memcpy(&bits, parameters + i, sizeof bits);
        for (uint32_t shift = 0; shift < 32; shift += 8) {
            result = (result ^ (bits >> shift & 255)) * 16777619u;
        }
    }
    return result;
}

int32_t learn_go_on(char *line, int *done)
{
    uint32_t wrong = 0;
    unsigned long thousandths;

    for (uint32_t i = 0; i < UPDATES_A_LINE; i++) {
        TRY(update());
    }
    for (uint32_t i = 0; i < TESTS; i++) {
        TRY(test(&wrong));
    }
    *done = wrong == 0 ? 1 : learning.updates >= MOST_UPDATES ? -1 : 0;
    thousandths = (unsigned long)(learning.loss * 1000.0 + 0.5);
    snprintf(line, LEARN_LINE, "update %lu  loss %lu.%03lu  wrong %lu of %d  parameters %08lx",
             (unsigned long)learning.updates, thousandths / 1000, thousandths % 1000,
             (unsigned long)wrong, TESTS, (unsigned long)hash());
    return SRNN_OK;
}
