/* write_flash.c - a program for the host: trains as the images do, and prints flash.c */
#include "flash.h"
#include "image.h"

#include <stdio.h>

static void print_floats(const char *name, const float *values, size_t count)
{
    printf("const float %s[] = {", name);
    for (size_t i = 0; i < count; i++) {
        printf("%s%a%s", i % 4 == 0 ? "\n    " : " ", (double)values[i], "f,");
    }
    printf("\n};\n");
}

static void print_archive(const srnn_model *model)
{
    static unsigned char archive[8192];
    size_t bytes;

    MUST(srnn_model_save(model, archive, sizeof archive, &bytes));
    printf(
        "static const union {\n    float alignment;\n    unsigned char bytes[%u];\n} archive = {\n"
        "    .bytes = {",
        (unsigned)bytes);
    for (size_t i = 0; i < bytes; i++) {
        printf("%s%u,", i % 16 == 0 ? "\n        " : " ", archive[i]);
    }
    printf("\n    }\n};\nconst unsigned char *const flash_archive = archive.bytes;\n"
           "const size_t flash_archive_bytes = sizeof archive.bytes;\n");
}

int image(void)
{
    static struct order order;
    srnn_model *wide;

    order_train(&order);
    MUST(srnn_model_create(NULL, NULL, SYMBOLS, WIDE, CLASSES, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SOFTMAX, 0, &wide));
    MUST(srnn_model_initialize(wide, SRNN_START_ORTHOGONAL, order.random));
    printf("#include \"flash.h\"\n");
    print_floats("flash_parameters", srnn_model_parameters(order.model), FLASH_PARAMETERS);
    print_floats("flash_wide", srnn_model_parameters(wide), FLASH_WIDE_PARAMETERS);
    print_archive(order.model);
    srnn_model_destroy(wide);
    return 0;
}
