/* test_option_list.c - the list of options says what set and get do */
#include <math.h>
#include <string.h>

#include "options.h"

/* No key of any handle is as large. */
#define MANY_KEYS 2000u

/* What the list says of a key. */
struct info {
    const char *handle;
    const char *name;
    double minimum;
    double maximum;
    double preset;
    uint32_t traits;
};

static void info_of(uint32_t key, struct info *info)
{
    SUCCEEDS(srnn_option_info(key, &info->handle, &info->name, &info->minimum, &info->maximum,
                              &info->preset, &info->traits));
}

/* The handle that a name is of. */
static const struct option_handle *handle_of(const char *name)
{
    for (size_t i = 0; i < OPTION_HANDLES; i++) {
        if (strcmp(option_handles[i].name, name) == 0) {
            return &option_handles[i];
        }
    }
    fail_msg("no handle is called %s", name);
    return NULL;
}

/* Keys ascend, names differ, and what is behind the last is 0. */
static void keys_and_names(void **state)
{
    uint32_t count = 0;

    (void)state;
    for (uint32_t key = srnn_option_key(0), last = 0; key != 0; key = srnn_option_key(++count)) {
        struct info info, other;
        assert_true(key > last);
        last = key;
        info_of(key, &info);
        assert_memory_equal(info.name, "SRNN_", 5);
        /* Nothing but a name's characters before the zero: it is in the name's own array. */
        assert_int_equal(strspn(info.name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"),
                         strlen(info.name));
        for (uint32_t i = 0; i < count; i++) {
            info_of(srnn_option_key(i), &other);
            assert_string_not_equal(other.name, info.name);
        }
        SUCCEEDS(srnn_option_info(key, NULL, NULL, NULL, NULL, NULL, NULL));
    }
    assert_true(count >= 49);
    assert_int_equal(srnn_option_key(count + 1), 0);
    assert_int_equal(srnn_option_key(UINT32_MAX), 0);
}

/* Whether the list has a key, and for which handle. */
static const struct option_handle *listed(uint32_t key)
{
    for (uint32_t i = 0; srnn_option_key(i) != 0; i++) {
        if (srnn_option_key(i) == key) {
            struct info info;
            info_of(key, &info);
            return handle_of(info.handle);
        }
    }
    return NULL;
}

/* A handle has the keys that the list has for it, and no others. */
static void all_keys(void **state)
{
    struct rig *rig = *state;
    struct results *out = rig->out;

    for (size_t i = 0; i < OPTION_HANDLES; i++) {
        void *object = rig_placed(rig, option_handles[i].kind);
        for (uint32_t key = 0; key < MANY_KEYS; key++) {
            RETURNS(listed(key) == &option_handles[i] ? SRNN_OK : SRNN_E_OPTION,
                    option_handles[i].get(object, key, &out->value));
        }
    }
    for (uint32_t key = 0; key < MANY_KEYS; key++) {
        if (listed(key) == NULL) {
            REFUSES(&rig->heap, SRNN_E_OPTION,
                    srnn_option_info(key, &out->text, &out->text, &out->value, &out->other,
                                     &out->value, &out->rows));
        }
    }
    RETURNS(SRNN_E_OPTION, srnn_option_info(UINT32_MAX, NULL, NULL, NULL, NULL, NULL, NULL));
}

/* An option takes both its bounds, and nothing next to them on the other side. */
static void check_bounds(const struct option_handle *handle, void *object, uint32_t key,
                         const struct info *info)
{
    const int is_whole = (info->traits & SRNN_OPTION_WHOLE) != 0;
    const double step = is_whole ? 1.0 : 0.0;
    const double good[] = {info->minimum, info->maximum, info->preset,
                           is_whole ? info->maximum : nextafter(info->minimum, INFINITY)};
    const double bad[] = {nextafter(info->minimum, -INFINITY), info->minimum - 1.0,
                          info->minimum + 0.5 * step, info->maximum + 1.0,
                          nextafter(info->maximum, INFINITY)};
    double value;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        SUCCEEDS(handle->set(object, key, good[i]));
        SUCCEEDS(handle->get(object, key, &value));
        NEAR(good[i], value, 0.0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        /* A set above the best one is unsupported, up to the last that there is. */
        const int32_t refusal = key == SRNN_MODEL_INSTRUCTIONS && bad[i] > info->maximum &&
                                        bad[i] <= SRNN_INSTRUCTIONS_AVX512_DUAL &&
                                        bad[i] == floor(bad[i])
                                    ? SRNN_E_UNSUPPORTED
                                    : SRNN_E_RANGE;
        /* Where the bound is infinite, or too large to be added to, there is nothing beyond. */
        if (bad[i] < info->minimum || bad[i] > info->maximum || (is_whole && i == 2)) {
            RETURNS(refusal, handle->set(object, key, bad[i]));
        }
    }
    SUCCEEDS(handle->set(object, key, info->preset));
}

/* The status of making an object of a handle in memory of its own. */
static int32_t make(struct rig *rig, enum handle_kind kind, const struct shape *shape)
{
    const struct handle *handle = &handles[kind];
    size_t bytes = 0;
    void *object = NULL;
    int32_t status = handle->size(shape, rig->model, &bytes);

    /* A workspace may be larger than memory. The size of a clipper depends on no kind. */
    if (status == SRNN_OK && kind != HANDLE_WORKSPACE) {
        void *memory = heap_array(&rig->heap, bytes, 1);
        status = handle->init(memory, bytes, shape, rig->model, &object);
    }
    return status;
}

/* An object can be made with both bounds of an argument, and with nothing next to them on the other
 * side. Its least is its preset. The size at the greatest may be beyond a size_t of 32 bits. */
static void bounds_of_arguments(void **state)
{
    struct rig *rig = *state;

    for (size_t i = 0; i < OPTION_FIELDS; i++) {
        const enum handle_kind kind = option_handles[option_fields[i].handle].kind;
        struct info info;
        info_of(option_fields[i].key, &info);
        assert_int_equal(info.traits, SRNN_OPTION_READ_ONLY | SRNN_OPTION_WHOLE);
        NEAR(info.minimum, info.preset, 0.0);
        for (int at = 0; at < 4; at++) {
            const double value = (at < 2 ? info.minimum : info.maximum) + (at == 0 ? -1.0 : at / 3);
            struct shape shape = rig->shape;
            if (value >= 0.0 && value <= UINT32_MAX) {
                const uint32_t number = (uint32_t)value;
                memcpy((char *)&shape + option_fields[i].field, &number, sizeof number);
                const int32_t status = make(rig, kind, &shape);
                if (at != 2 || SIZE_MAX > UINT32_MAX || status != SRNN_E_OVERFLOW) {
                    RETURNS(at == 1 || at == 2 ? SRNN_OK : SRNN_E_RANGE, status);
                }
            }
        }
    }
}

static int is_argument(uint32_t key)
{
    for (size_t i = 0; i < OPTION_FIELDS; i++) {
        if (option_fields[i].key == key) {
            return 1;
        }
    }
    return key == SRNN_OPTIMIZER_COUNT || key == SRNN_WORKSPACE_HIDDEN || key == SRNN_OMEGA_HIDDEN;
}

static void presets_and_bounds(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; srnn_option_key(i) != 0; i++) {
        const uint32_t key = srnn_option_key(i);
        const struct option_handle *handle;
        struct info info;
        double value;
        void *object;
        info_of(key, &info);
        handle = handle_of(info.handle);
        object = rig_placed(rig, handle->kind);
        SUCCEEDS(handle->get(object, key, &value));
        if (is_argument(key)) {
            assert_true(value >= info.minimum && value <= info.maximum);
        } else {
            NEAR(info.preset, value, 0.0);
        }
        assert_int_equal(info.traits & ~(SRNN_OPTION_READ_ONLY | SRNN_OPTION_WHOLE), 0);
        if ((info.traits & SRNN_OPTION_READ_ONLY) == 0) {
            check_bounds(handle, object, key, &info);
        } else {
            RETURNS(SRNN_E_READ_ONLY, handle->set(object, key, info.preset));
        }
    }
}

/* Statistics stay in their bounds while a network learns. */
static void statistics(void **state)
{
    struct rig *rig = *state;
    void *const object[] = {rig->workspace, rig->regularizer, rig->clipper, rig->optimizer,
                            rig->model};

    for (int update = 0; update < 20; update++) {
        SUCCEEDS(srnn_clipper_tell(rig->clipper, 1.0, 0.01, rig->shape.steps));
        (void)rig_train(rig);
        for (uint32_t i = 0; srnn_option_key(i) != 0; i++) {
            struct info info;
            double value;
            const struct option_handle *handle;
            info_of(srnn_option_key(i), &info);
            handle = handle_of(info.handle);
            SUCCEEDS(handle->get(object[handle - option_handles], srnn_option_key(i), &value));
            assert_true(value >= info.minimum && value <= info.maximum);
            assert_true((info.traits & SRNN_OPTION_WHOLE) == 0 || value == floor(value));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_names), RIG_TEST(all_keys),   RIG_TEST(bounds_of_arguments),
        RIG_TEST(presets_and_bounds),     RIG_TEST(statistics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
