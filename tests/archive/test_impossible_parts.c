/* test_impossible_parts.c - parts that no run can have made: Omega, workspaces, names
 *
 * All with a right checksum. What is refused changes nothing. */
#include "forge.h"
#include "old_checkpoint.h"

#include <math.h>
#include <string.h>

/* Restore from the file [bytes] what is in the list of the rig. */
static int32_t restore(struct rig *rig, const unsigned char *file, size_t bytes)
{
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    return srnn_checkpoint_restore(rig->checkpoint);
}

/* Put -1, which no option can be, in the place of each of the `count` numbers of a vector in turn.
 */
static void refuse_each(struct rig *rig, const void *object, const char *vector, size_t count)
{
    unsigned char *file, *numbers;
    size_t bytes = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "part", (void *)(uintptr_t)object));
    file = forge_parts(rig, &bytes);
    numbers = forge_tensor(file, vector);
    for (size_t i = 0; i < count; i++) {
        forge_refuse_number(rig, file, bytes, numbers + 8 * i, -1.0, SRNN_E_FORMAT);
    }
    SUCCEEDS(restore(rig, file, bytes));
}

static void options_of_omega(void **state)
{
    struct rig *rig = *state;

    refuse_each(rig, rig->regularizer, "srnn.part.options", 5);
}

static void options_of_a_workspace(void **state)
{
    struct rig *rig = *state;

    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_LIMIT, 3.0));
    refuse_each(rig, rig->workspace, "srnn.part.options", 2);
}

/* A carried state without sequences or units, with more sequences than the workspace has room for,
 * or of another width. */
static void carried_states(void **state)
{
#define WORKSPACE_FILE(shape, end)                                                                 \
    "{\"__metadata__\":{\"srnn.format\":\"2\",\"srnn.checksum\":\"00000000\","                     \
    "\"srnn.part.kind\":\"workspace\"},\"srnn.part.options\":{\"dtype\":\"F64\",\"shape\":[2],"    \
    "\"data_offsets\":[0,16]},\"srnn.part.carried\":{\"dtype\":\"F32\",\"shape\":[" shape "],"     \
    "\"data_offsets\":[16," end "]}}"
    static const struct {
        const char *header;
        size_t floats;
        int32_t expected;
    } cases[] = {
        {WORKSPACE_FILE("4,5", "96"), 20, SRNN_OK},
        {WORKSPACE_FILE("1,5", "36"), 5, SRNN_OK},
        {WORKSPACE_FILE("0,5", "16"), 0, SRNN_E_FORMAT},
        {WORKSPACE_FILE("4,0", "16"), 0, SRNN_E_FORMAT},
        {WORKSPACE_FILE("5,5", "116"), 25, SRNN_E_SHAPE},
        {WORKSPACE_FILE("4,4", "80"), 16, SRNN_E_SHAPE},
    };
#undef WORKSPACE_FILE
    struct rig *rig = *state;
    unsigned char file[FORGE_BYTES];
    float data[4 + 25] = {0.0f};

    for (size_t i = 4; i < sizeof data / sizeof data[0]; i++) {
        data[i] = 0.01f * (float)i;
    }
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "part", rig->workspace));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t bytes = forge_file(file, cases[i].header, data, 4 + cases[i].floats);
        unsigned char *const options = forge_tensor(file, "srnn.part.options");

        forge_put_double(options, INFINITY);
        forge_put_double(options + 8, INFINITY);
        forge_seal(file, bytes);
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        if (cases[i].expected != SRNN_OK) {
            REFUSES(&rig->heap, cases[i].expected, srnn_checkpoint_restore(rig->checkpoint));
            continue;
        }
        SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
        SUCCEEDS(srnn_workspace_get_state(rig->workspace, rig->state, 5,
                                          (uint32_t)(cases[i].floats / 5)));
        SAME_FLOATS(data + 4, rig->state, cases[i].floats);
    }
}

/* A sum over gradients of which the clipper was told, although it was told of none. */
static void sums_of_nothing(void **state)
{
    enum { SUMS = 3 };
    struct rig *rig = *state;
    unsigned char *file;
    size_t bytes = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "clipper", rig->clipper));
    file = forge_parts(rig, &bytes);
    SUCCEEDS(restore(rig, file, bytes));
    forge_put_double(forge_tensor(file, "srnn.clipper.learnt") + 8 * SUMS, 0.5);
    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    REFUSES(&rig->heap, SRNN_E_FORMAT, srnn_checkpoint_restore(rig->checkpoint));
}

/* A ninth decile below the median, which no values have, is mended by the next gradient. */
static void decile_below_the_median(void **state)
{
    enum { MEDIAN = 9, DECILE = 10 };
    struct rig *rig = *state;
    unsigned char *file, *statistics;
    double median = 0.0, decile = 0.0;
    size_t bytes = 0;

    (void)rig_train(rig);
    SUCCEEDS(srnn_clipper_tell(rig->clipper, 0.7, 0.01, 10));
    rig->gradient[0] = 1.0f;
    SUCCEEDS(srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "clipper", rig->clipper));
    file = forge_parts(rig, &bytes);
    statistics = forge_tensor(file, "srnn.clipper.statistics");
    forge_put_double(statistics + 8 * MEDIAN, 5.0);
    forge_put_double(statistics + 8 * DECILE, 0.001);
    forge_seal(file, bytes);
    SUCCEEDS(restore(rig, file, bytes));
    SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_DECILE, &decile));
    NEAR(0.001, decile, 0.0);
    SUCCEEDS(srnn_clipper_tell(rig->clipper, 0.7, 0.01, 10));
    SUCCEEDS(srnn_clipper_apply(rig->clipper, rig->model, rig->gradient, rig->count, NULL));
    SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_MEDIAN, &median));
    SUCCEEDS(srnn_clipper_get(rig->clipper, SRNN_CLIP_DECILE, &decile));
    assert_true(median > 0.1);
    NEAR(median, decile, 0.0);
}

/* Format 1 ended before an optimizer had another number. */
static void longer_old_optimizer(void **state)
{
    struct rig *rig = *state;
    struct forge_change change = {.name = "optimizer.state", .numbers = 11};
    unsigned char file[FORGE_BYTES];
    size_t bytes = forge_rewrite(old_checkpoint, change, file);

    forge_seal(file, bytes);
    SUCCEEDS(forge_restore(file, bytes, NULL, rig->optimizer, NULL, NULL));
    for (change.numbers = 10; change.numbers <= 12; change.numbers += 2) {
        bytes = forge_rewrite(old_checkpoint, change, file);
        forge_seal(file, bytes);
        REFUSES(&rig->heap, SRNN_E_FORMAT,
                forge_restore(file, bytes, NULL, rig->optimizer, NULL, NULL));
    }
}

/* Metadata that begin and end like those of a part, but have no name of a part between; and keys
 * that end within such a beginning. No part is listed for them. */
static void names_of_no_part(void **state)
{
    static const struct forge_change change = {
        .metadata = ",\"srnn..kind\":\"clipper\",\"srnn.a b.kind\":\"clipper\","
                    "\"srnn.a-name-of-more-than-31-characters.kind\":\"clipper\","
                    "\"user.\":\"1\",\"user.a b\":\"2\",\"srn\":\"3\",\"use\":\"4\","
                    "\"user.a-name-of-more-than-31-characters\":\"5\",\"user.unit\":\"mm\""};
    struct rig *rig = *state;
    unsigned char *file, other[FORGE_BYTES];
    char name[SRNN_PART_NAME_BYTES], text[4];
    size_t bytes = 0, length = 0;
    uint32_t kind = 0;

    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "clipper", rig->clipper));
    file = forge_parts(rig, &bytes);
    bytes = forge_rewrite(file, change, other);
    forge_seal(other, bytes);
    SUCCEEDS(restore(rig, other, bytes));
    SUCCEEDS(srnn_checkpoint_part(rig->checkpoint, 0, &kind, name));
    assert_int_equal(kind, SRNN_PART_CLIPPER);
    assert_string_equal(name, "clipper");
    SUCCEEDS(srnn_checkpoint_part(rig->checkpoint, 1, &kind, name));
    assert_int_equal(kind, SRNN_PART_TEXT);
    assert_string_equal(name, "unit");
    SUCCEEDS(srnn_checkpoint_text(rig->checkpoint, name, text, sizeof text, &length));
    assert_string_equal(text, "mm");
    REFUSES(&rig->heap, SRNN_E_RANGE, srnn_checkpoint_part(rig->checkpoint, 2, &kind, name));
    /* Nor can they be asked for. */
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_get(rig->checkpoint, "a b", SRNN_STORED_KIND, &rig->out->value));
    REFUSES(&rig->heap, SRNN_E_STATE,
            srnn_checkpoint_text(rig->checkpoint, "a b", NULL, 0, &rig->out->bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(options_of_omega),        RIG_TEST(options_of_a_workspace),
        RIG_TEST(carried_states),          RIG_TEST(sums_of_nothing),
        RIG_TEST(names_of_no_part),        RIG_TEST(longer_old_optimizer),
        RIG_TEST(decile_below_the_median),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
