/* test_pytorch_types.c - PyTorch's weights with elements of two bytes */
#include "forge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The types of elements of two bytes, and where their exponent stands. */
static const struct short_type {
    const char *name;
    int fraction_bits, exponent_bits;
} short_types[] = {{"F16", 10, 5}, {"BF16", 7, 8}};

/* What such an element stands for, by its definition. Those with the highest exponent are not
 * finite, and 0 here. */
static float short_value(const struct short_type *type, uint32_t bits)
{
    const uint32_t most = (1u << type->exponent_bits) - 1u;
    const uint32_t exponent = bits >> type->fraction_bits & most;
    const uint32_t fraction = bits & ((1u << type->fraction_bits) - 1u);
    const int bias = (int)(most >> 1);
    const double unit = ldexp(1.0, (exponent > 0 ? (int)exponent : 1) - bias - type->fraction_bits);
    const double size =
        unit * (double)(exponent > 0 ? fraction + (1u << type->fraction_bits) : fraction);

    return exponent == most ? 0.0f : (float)(bits >> 15 != 0 ? -size : size);
}

/* All elements there are, as the weights of 65,536 inputs; the other tensors are float32. */
#define SHORTS 65536u

struct short_file {
    unsigned char bytes[1024 + 2 * SHORTS + 8];
    size_t header, size;
};

static void write_short_file(struct short_file *file, const struct short_type *type)
{
    char header[1024];

    (void)snprintf(
        header, sizeof header,
        "{\"weight_ih_l0\":{\"dtype\":\"%s\",\"shape\":[1,65536],\"data_offsets\":[0,131072]},"
        "\"weight_hh_l0\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[131072,131076]},"
        "\"weight\":{\"dtype\":\"%s\",\"shape\":[2,1],\"data_offsets\":[131076,131080]}}",
        type->name, type->name);
    file->header = strlen(header);
    file->size = 8 + file->header + 2 * SHORTS + 8;
    forge_put(file->bytes, file->header, 8);
    memcpy(file->bytes + 8, header, file->header);
    memset(file->bytes + 8 + file->header, 0, 2 * SHORTS + 8);
    for (uint32_t i = 0; i < SHORTS; i++) {
        const int finite = short_value(type, i) != 0.0f || (i & 0x7fffu) == 0;
        forge_put(file->bytes + 8 + file->header + 2 * (size_t)i, finite ? i : 0, 2);
    }
}

static void short_elements(void **state)
{
    /* The first element, one in the middle, and the last of the head. */
    static const size_t places[] = {0, SHORTS + 2, 2 * SHORTS + 6};
    static struct short_file file;

    (void)state;
    for (size_t t = 0; t < sizeof short_types / sizeof short_types[0]; t++) {
        const struct short_type *type = &short_types[t];
        const uint32_t infinite = ((1u << type->exponent_bits) - 1u) << type->fraction_bits;
        const uint32_t bad[] = {infinite, infinite | 0x8000u, infinite | 1u, 0xffffu, 0x7fffu};
        unsigned char *data;
        srnn_model *model = NULL;
        size_t bytes;

        write_short_file(&file, type);
        data = file.bytes + 8 + file.header;
        SUCCEEDS(srnn_pytorch_load_create(NULL, NULL, file.bytes, file.size, SRNN_HIDDEN_TANH,
                                          SRNN_OUTPUT_LINEAR, &model));
        assert_int_equal(srnn_model_inputs(model), SHORTS);
        for (uint32_t i = 0; i < SHORTS; i++) {
            const float expected = short_value(type, i);
            SAME_FLOATS(&expected, srnn_model_parameters_const(model) + i, 1);
        }
        srnn_model_destroy(model);
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
                unsigned char *const at = data + places[p];
                const unsigned char kept[2] = {at[0], at[1]};
                forge_put(at, bad[i], 2);
                RETURNS(SRNN_E_NONFINITE,
                        srnn_pytorch_load_size(file.bytes, file.size, SRNN_HIDDEN_TANH,
                                               SRNN_OUTPUT_LINEAR, &bytes));
                memcpy(at, kept, 2);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_elements),
    };

    return cmocka_run_group_tests_name("pytorch types", tests, NULL, NULL);
}
