/* choices.c - numbers from the bytes of an input */
#include "choices.h"

#include <math.h>

#include "srnn.h"

struct choices choices_of(const uint8_t *data, size_t size)
{
    const struct choices choices = {data, data + size};

    return choices;
}

int choices_left(const struct choices *choices)
{
    return choices->at < choices->end;
}

static uint32_t next_byte(struct choices *choices)
{
    return choices_left(choices) ? *choices->at++ : 0u;
}

uint32_t choose(struct choices *choices, uint32_t bound)
{
    uint32_t number = next_byte(choices);

    if (bound > 256) {
        number |= next_byte(choices) << 8;
    }
    return number % bound;
}

int choose_rarely(struct choices *choices, uint32_t odds)
{
    return choose(choices, odds) == odds - 1u;
}

uint32_t choose_size(struct choices *choices)
{
    static const uint32_t limits[] = {SRNN_MODEL_MAX_WIDTH,
                                      SRNN_MODEL_MAX_WIDTH + 1u,
                                      UINT32_MAX / 2,
                                      UINT32_MAX / 2 + 1,
                                      UINT32_MAX,
                                      65536,
                                      4096,
                                      4097};
    const uint32_t common = 24, number = choose(choices, 10 * common + 8);

    return number < 10 * common ? number % common : limits[number - 10 * common];
}

double choose_number(struct choices *choices)
{
    static const double numbers[] = {
        0.0,   1.0,  0.5,   0.01,   0.9,    0.999, 2.0,      3.0,       4.0,
        0.001, 10.0, 1e-20, 1e-8,   1e-37,  1e-38, 1e30,     1.1e30,    1e300,
        -1.0,  -0.0, NAN,   1000.0, 1001.0, 0.99,  INFINITY, -INFINITY, 1.0 - 0x1p-25};
    static const uint32_t constants[] = {
        SRNN_INSTRUCTIONS_BASELINE, SRNN_INSTRUCTIONS_AVX2,  SRNN_INSTRUCTIONS_AVX512,
        SRNN_CLIP_POLICY_REFUSE,    SRNN_CLIP_POLICY_SKIP,   SRNN_CLIP_POLICY_REPAIR,
        SRNN_CLIP_RULE_FIXED,       SRNN_CLIP_RULE_QUANTILE, SRNN_CLIP_RULE_MEAN,
        SRNN_CLIP_RULE_POLYAK,      SRNN_CLIP_RULE_TRUST,    SRNN_CLIP_RULE_AUTO};
    const uint32_t number = choose(choices, 256);

    return number < 160 ? numbers[number % (sizeof numbers / sizeof *numbers)]
                        : constants[number % (sizeof constants / sizeof *constants)];
}

float choose_float(struct choices *choices)
{
    static const float numbers[] = {0.0f,  1.0f,     -1.0f,  0.5f,     1e30f,
                                    1e19f, -3.4e38f, 1e-40f, INFINITY, NAN};
    const uint32_t number = choose(choices, 256);

    return number < 200 ? ((float)number - 100.0f) / 64.0f
                        : numbers[number % (sizeof numbers / sizeof *numbers)];
}
