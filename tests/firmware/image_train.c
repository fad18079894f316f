/* image_train.c - trains from scratch, then streams with what it has learned */
#include "flash.h"
#include "hash.h"
#include "image.h"
#include "order.h"

#include <string.h>

/* How many of some fresh sequences the network gets wrong, one symbol after the other; goes on from
 * *hash with the logits. */
static uint32_t judge(struct order *order, uint64_t *hash)
{
    float state[2][HIDDEN];
    float logits[CLASSES];
    uint32_t wrong = 0;

    order_draw(order->random, order->symbols, order->classes);
    for (uint32_t s = 0; s < SEQUENCES; s++) {
        uint32_t best = 0;

        MUST(srnn_initial_state(order->model, state[0], HIDDEN));
        for (uint32_t t = 0; t < STEPS; t++) {
            MUST(srnn_step_id(order->model, order->symbols[t * SEQUENCES + s], state[t % 2],
                              state[(t + 1) % 2], logits));
        }
        for (uint32_t i = 1; i < CLASSES; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        wrong += best != order->classes[s];
        *hash = hash_floats(*hash, logits, CLASSES);
    }
    return wrong;
}

int image(void)
{
    static struct order order;
    const double *results[3];
    uint64_t hash;
    uint32_t wrong = 0;

    board_stack_paint();
    order_train(&order);
    board_tell_cost("stack", board_stack_depth());
    board_tell_cost("arena", image_taken());
    results[0] = &order.loss;
    results[1] = &order.omega;
    results[2] = &order.norm;
    hash = hash_floats(HASH_START, srnn_model_parameters(order.model),
                       srnn_model_parameter_count(order.model));
    for (uint32_t i = 0; i < 3; i++) {
        hash = hash_doubles(hash, results[i], 1);
    }
    say_hash("trained", hash);
    if (memcmp(srnn_model_parameters(order.model), flash_parameters, sizeof flash_parameters) !=
        0) {
        board_say("the host has learned other parameters\n");
        return 1;
    }
    hash = HASH_START;
    for (uint32_t i = 0; i < 16; i++) {
        wrong += judge(&order, &hash);
    }
    say_hash("streamed", hash);
    say_number("wrong of 128:", wrong);
    return wrong == 0 ? 0 : 1;
}
