/* random.c - the generator PCG32, and the numbers drawn from it. */
#include "model/random.h"
#include "kernels/scalar.h"

/* Multiplier of the linear congruential generator (O'Neill 2014). */
#define MULTIPLIER UINT64_C(6364136223846793005)

/* Advances the linear congruential generator and returns 32 bits made from the state
 * before: the high bits, xor-shifted, rotated by the topmost five (O'Neill 2014,
 * "PCG: a family of simple fast space-efficient statistically good algorithms",
 * XSH RR 64/32). */
static uint32_t draw(struct srnn_random *random)
{
    const uint64_t state = random->state;
    const uint32_t bits = (uint32_t)(((state >> 18) ^ state) >> 27);
    const uint32_t rotation = (uint32_t)(state >> 59);

    SRNN__ASSERT((random->increment & 1u) == 1);
    random->state = state * MULTIPLIER + random->increment;
    return (bits >> rotation) | (bits << ((32u - rotation) & 31u));
}

size_t srnn_random_size(void)
{
    return sizeof(struct srnn_random);
}

int32_t srnn_random_init(void *memory, size_t size, uint64_t seed, uint64_t stream,
                         srnn_random **random)
{
    const size_t need = sizeof(srnn_random);
    const int32_t status = random == NULL
                               ? SRNN_E_ARGUMENT
                               : srnn__object_begin(memory, size, need, need, SRNN__TAG_RANDOM);
    srnn_random *new_random = memory;

    if (status != SRNN_OK) {
        return status;
    }
    new_random->increment = stream << 1 | 1u;
    (void)draw(new_random);
    new_random->state += seed;
    (void)draw(new_random);
    *random = new_random;
    return SRNN_OK;
}

void srnn_random_destroy(srnn_random *random)
{
    srnn__object_end(random, SRNN__TAG_RANDOM);
}

int32_t srnn_random_get_state(const srnn_random *random, uint64_t *state, uint64_t *stream)
{
    if (!srnn__alive(random, SRNN__TAG_RANDOM) || state == NULL || stream == NULL) {
        return SRNN_E_ARGUMENT;
    }
    *state = random->state;
    *stream = random->increment >> 1;
    return SRNN_OK;
}

int32_t srnn_random_set_state(srnn_random *random, uint64_t state, uint64_t stream)
{
    if (!srnn__alive(random, SRNN__TAG_RANDOM)) {
        return SRNN_E_ARGUMENT;
    }
    random->state = state;
    random->increment = stream << 1 | 1u;
    return SRNN_OK;
}

uint32_t srnn_random_u32(srnn_random *random)
{
    return srnn__alive(random, SRNN__TAG_RANDOM) ? draw(random) : 0;
}

/* Rejects draws below 2^32 mod bound. The number of the others is a multiple of
 * `bound`, so each remainder is equally likely. */
uint32_t srnn_random_below(srnn_random *random, uint32_t bound)
{
    uint32_t value;
    uint32_t excess;

    if (!srnn__alive(random, SRNN__TAG_RANDOM) || bound == 0) {
        return 0;
    }
    excess = (0u - bound) % bound;
    do {
        value = draw(random);
    } while (value < excess);
    return value % bound;
}

float srnn_random_uniform(srnn_random *random)
{
    return (float)(srnn_random_u32(random) >> 8) * 0x1p-24f;
}

/* Marsaglia's polar method turns a uniform point of the unit disc into two normal
 * variates. The second is dropped, so the generator's state stays two numbers. */
float srnn_random_normal(srnn_random *random)
{
    float x, y, square;

    if (!srnn__alive(random, SRNN__TAG_RANDOM)) {
        return 0.0f;
    }
    do {
        x = 2.0f * srnn_random_uniform(random) - 1.0f;
        y = 2.0f * srnn_random_uniform(random) - 1.0f;
        square = x * x + y * y;
    } while (square >= 1.0f || square == 0.0f);
    return x * (float)srnn__root((double)(-2.0f * srnn__log(square) / square));
}
