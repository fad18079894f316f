/* consumer.c - a user's program, in what C99 and C++98 have in common
 *
 * Trains a small network to output which of two symbols came first, saves it as an archive, loads
 * it and streams a sequence through the copy. Prints the version and the bits of the loss and of
 * the last logits. It is compiled as C and as C++, against the installed library and against the
 * header of the oldest version that must still run: it uses functions of version 0.2.0 only. */
#include <srnn.h>

#include <stdio.h>
#include <string.h>

enum { STEPS = 6, BATCH = 4, HIDDEN = 8, CLASSES = 2, UPDATES = 100, ARCHIVE = 4096 };

/* Print the call that failed, and return whether one did. */
static int failed(const char *call, int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s: %s\n", call, srnn_status_name(status), srnn_status_text(status));
    }
    return status != SRNN_OK;
}

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if (failed(#call, call)) {                                                                 \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static unsigned long bits(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

int main(void)
{
    /* ids [steps x sequences]: 0 and 1 matter, 2 is blank; the class is the one that came first. */
    static const uint32_t ids[STEPS * BATCH] = {0, 1, 2, 2, 2, 2, 0, 1, 1, 0, 2, 2,
                                                2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2};
    static const uint32_t classes[BATCH] = {0, 1, 0, 1};
    static float gradient[512];
    static unsigned char archive[ARCHIVE];
    float state[2][HIDDEN], logits[CLASSES];
    double loss = 0.0;
    size_t written = 0, n;
    srnn_random *random = NULL;
    srnn_model *model = NULL, *copy = NULL;
    srnn_batch *batch = NULL;
    srnn_workspace *workspace = NULL;
    srnn_regularizer *regularizer = NULL;
    srnn_clipper *clipper = NULL;
    srnn_optimizer *optimizer = NULL;

    MUST(srnn_random_create(NULL, NULL, 1, 0, &random));
    MUST(srnn_model_create(NULL, NULL, 3, HIDDEN, CLASSES, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    MUST(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    n = srnn_model_parameter_count(model);
    if (n == 0 || n > sizeof gradient / sizeof gradient[0]) {
        fprintf(stderr, "a model of another size\n");
        return 1;
    }
    MUST(srnn_batch_create(NULL, NULL, &batch));
    MUST(srnn_workspace_create(NULL, NULL, model, STEPS, BATCH, 0, &workspace));
    MUST(srnn_regularizer_create(NULL, NULL, model, SRNN_OMEGA_PAPER, &regularizer));
    MUST(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    MUST(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_MOMENTUM, n, &optimizer));
    MUST(srnn_regularizer_set(regularizer, SRNN_OMEGA_WEIGHT, 0.1));
    MUST(srnn_batch_begin(batch, STEPS, BATCH));
    MUST(srnn_batch_input_ids(batch, ids, BATCH, 1));
    MUST(srnn_batch_target_ids(batch, classes, 0, 1));
    for (int update = 0; update < UPDATES; update++) {
        memset(gradient, 0, sizeof gradient);
        MUST(srnn_forward(model, workspace, batch));
        MUST(srnn_loss(model, workspace, batch, 0.25, &loss, NULL));
        MUST(srnn_backward(model, workspace, regularizer, gradient, n));
        MUST(srnn_regularizer_apply(regularizer, model, gradient, n, NULL));
        MUST(srnn_clipper_apply(clipper, model, gradient, n, NULL));
        MUST(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
    }

    MUST(srnn_model_save(model, archive, sizeof archive, &written));
    MUST(srnn_model_load_create(NULL, NULL, archive, written, 0, &copy));
    MUST(srnn_initial_state(copy, state[0], HIDDEN));
    for (uint32_t t = 0; t < STEPS; t++) {
        MUST(srnn_step_id(copy, ids[t * BATCH], state[t % 2], state[(t + 1) % 2], logits));
    }
    printf("%s loss %.17g logits %08lx %08lx\n", srnn_version_string(), loss, bits(logits[0]),
           bits(logits[1]));

    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_regularizer_destroy(regularizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_model_destroy(copy);
    srnn_model_destroy(model);
    srnn_random_destroy(random);
    return loss < 0.1 && logits[0] > logits[1] ? 0 : 1;
}
