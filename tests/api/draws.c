/* draws.c - generators that are about to draw chosen numbers
 *
 * The equations are those of PCG32 (O'Neill 2014, XSH RR 64/32), solved for the state. */
#include "draws.h"

#include "support.h"

#define MULTIPLIER UINT64_C(6364136223846793005)

/* A state that draws `number`: without a rotation, which the highest five bits are, and with `low`
 * as the bits that no number shows. */
static uint64_t state_that_draws(uint32_t number, uint64_t low)
{
    const uint64_t mixed = (uint64_t)number << 27 | low;

    return mixed ^ mixed >> 18 ^ mixed >> 36 ^ mixed >> 54;
}

/* The inverse of MULTIPLIER modulo 2^64: each step of Newton's doubles the bits that are right. */
static uint64_t inverse_multiplier(void)
{
    uint64_t inverse = MULTIPLIER;

    for (int i = 0; i < 5; i++) {
        inverse *= 2 - MULTIPLIER * inverse;
    }
    return inverse;
}

void draw_next(srnn_random *random, unsigned skip, uint32_t first, uint32_t second)
{
    uint64_t state = state_that_draws(first, 0);
    uint64_t increment = state_that_draws(second, 0) - state * MULTIPLIER;
    uint64_t found, stream;

    /* An increment is odd. */
    if (increment % 2 == 0) {
        increment = state_that_draws(second, 1) - state * MULTIPLIER;
    }
    for (unsigned i = 0; i < skip; i++) {
        state = (state - increment) * inverse_multiplier();
    }
    SUCCEEDS(srnn_random_set_state(random, state, increment >> 1));
    draw_and_drop(random, skip);
    assert_int_equal(srnn_random_u32(random), first);
    assert_int_equal(srnn_random_u32(random), second);
    SUCCEEDS(srnn_random_get_state(random, &found, &stream));
    SUCCEEDS(srnn_random_set_state(random, state, stream));
}

void draw_and_drop(srnn_random *random, unsigned count)
{
    while (count-- > 0) {
        (void)srnn_random_u32(random);
    }
}
