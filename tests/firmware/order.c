/* order.c - a training from scratch in static memory */
#include "order.h"
#include "image.h"

#include <string.h>

/* Found by trial: after these updates the network gets every sequence right. */
#define SEED 20130616u
#define UPDATES 200u
#define RATE 0.02

void order_draw(srnn_random *random, uint32_t *symbols, uint32_t *classes)
{
    for (uint32_t s = 0; s < SEQUENCES; s++) {
        const uint32_t early = 1 + srnn_random_below(random, 2);
        const uint32_t late = 5 + srnn_random_below(random, 2);
        uint32_t class = 0;

        for (uint32_t t = 0; t < STEPS; t++) {
            uint32_t symbol = 2 + srnn_random_below(random, 4);

            if (t == early || t == late) {
                symbol = srnn_random_below(random, 2);
                class = 2 * class + symbol;
            }
            symbols[t * SEQUENCES + s] = symbol;
        }
        classes[s] = class;
    }
}

/* Everything that has a size of its own, built in the arena. */
static void build(struct order *order, srnn_regularizer **regularizer, srnn_clipper **clipper,
                  srnn_optimizer **optimizer)
{
    void *memory;
    size_t bytes;
    size_t n;

    MUST(srnn_model_size(SYMBOLS, HIDDEN, CLASSES, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                         &bytes));
    MUST(srnn_model_init(image_take((uint32_t)bytes), bytes, SYMBOLS, HIDDEN, CLASSES,
                         SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0, &order->model));
    n = srnn_model_parameter_count(order->model);
    bytes = srnn_random_size();
    MUST(srnn_random_init(image_take((uint32_t)bytes), bytes, SEED, 0, &order->random));
    bytes = srnn_batch_size();
    MUST(srnn_batch_init(image_take((uint32_t)bytes), bytes, &order->batch));
    MUST(srnn_workspace_size(order->model, STEPS, SEQUENCES, SRNN_WORKSPACE_LAST_OUTPUT, &bytes));
    memory = image_take((uint32_t)bytes);
    /* One byte too few is an error, and does no harm. */
    REFUSED(SRNN_E_SPACE, srnn_workspace_init(memory, bytes - 1, order->model, STEPS, SEQUENCES,
                                              SRNN_WORKSPACE_LAST_OUTPUT, &order->workspace));
    MUST(srnn_workspace_init(memory, bytes, order->model, STEPS, SEQUENCES,
                             SRNN_WORKSPACE_LAST_OUTPUT, &order->workspace));
    MUST(srnn_regularizer_size(order->model, SRNN_OMEGA_PAPER, &bytes));
    MUST(srnn_regularizer_init(image_take((uint32_t)bytes), bytes, order->model, SRNN_OMEGA_PAPER,
                               regularizer));
    MUST(srnn_regularizer_set(*regularizer, SRNN_OMEGA_WEIGHT, 0.5));
    bytes = srnn_clipper_size();
    MUST(srnn_clipper_init(image_take((uint32_t)bytes), bytes, SRNN_CLIP_NORM, clipper));
    MUST(srnn_optimizer_size(SRNN_OPTIMIZER_ADAM, n, &bytes));
    MUST(
        srnn_optimizer_init(image_take((uint32_t)bytes), bytes, SRNN_OPTIMIZER_ADAM, n, optimizer));
    MUST(srnn_optimizer_set(*optimizer, SRNN_OPTIMIZER_RATE, RATE));
}

static void draw(struct order *order)
{
    order_draw(order->random, order->symbols, order->classes);
    MUST(srnn_batch_begin(order->batch, STEPS, SEQUENCES));
    MUST(srnn_batch_input_ids(order->batch, order->symbols, SEQUENCES, 1));
    MUST(srnn_batch_target_ids(order->batch, order->classes, 0, 1));
}

void order_train(struct order *order)
{
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *gradient;
    size_t n;

    build(order, &regularizer, &clipper, &optimizer);
    n = srnn_model_parameter_count(order->model);
    gradient = image_take((uint32_t)(n * sizeof *gradient));
    MUST(srnn_model_initialize(order->model, SRNN_START_ORTHOGONAL, order->random));
    for (uint32_t update = 0; update < UPDATES; update++) {
        draw(order);
        memset(gradient, 0, n * sizeof *gradient);
        MUST(srnn_forward(order->model, order->workspace, order->batch));
        MUST(srnn_loss(order->model, order->workspace, order->batch, 1.0 / SEQUENCES, &order->loss,
                       NULL));
        MUST(srnn_backward(order->model, order->workspace, regularizer, gradient, n));
        MUST(srnn_regularizer_apply(regularizer, order->model, gradient, n, &order->omega));
        MUST(srnn_clipper_apply(clipper, order->model, gradient, n, &order->norm));
        MUST(srnn_optimizer_step(optimizer, srnn_model_parameters(order->model), gradient, n));
    }
}
