/* test_part_damage.c - numbers of Omega and of a workspace that no run wrote
 *
 * Those of the other parts are in test_checkpoint_damage.c. */
#include "forge.h"

#include <math.h>
#include <string.h>

#define OMEGA_OPTIONS "srnn.omega.options"
#define OMEGA_STATE "srnn.omega.state"
#define WORKSPACE_OPTIONS "srnn.workspace.options"
enum { WEIGHT, AVERAGE, STATE };
enum { HIDDEN, VALUE, SIGNAL };
enum { LIMIT, GROWTH };

/* An impossible number of one part keeps all parts from being restored, also the generator, which
 * comes before the workspace in the list. */
static void impossible_numbers(void **state)
{
    static const struct {
        const char *tensor;
        size_t index;
        double value;
        int32_t status;
    } cases[] = {
        {OMEGA_STATE, HIDDEN, 4, SRNN_E_SHAPE},
        {OMEGA_STATE, HIDDEN, NAN, SRNN_E_SHAPE},
        {OMEGA_STATE, VALUE, -0.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, -0.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, 1.5, SRNN_E_FORMAT},
        {OMEGA_STATE, SIGNAL, NAN, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, WEIGHT, -1, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, WEIGHT, NAN, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, AVERAGE, 2, SRNN_E_FORMAT},
        {OMEGA_OPTIONS, STATE, 0.5, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, LIMIT, 0, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, LIMIT, NAN, SRNN_E_FORMAT},
        {WORKSPACE_OPTIONS, GROWTH, 0.5, SRNN_E_FORMAT},
    };
    struct rig *rig = *state;
    size_t bytes = 0;
    unsigned char *file;

    (void)rig_train(rig);
    forge_add_rig(rig->checkpoint, rig);
    file = forge_parts(rig, &bytes);
    (void)forge_train(rig, 2, HASH_START);
    SUCCEEDS(srnn_workspace_set(rig->workspace, SRNN_WORKSPACE_ERROR_GROWTH, 1.25));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *at = forge_tensor(file, cases[i].tensor) + 8 * cases[i].index;
        unsigned char kept[8];

        memcpy(kept, at, sizeof kept);
        forge_put_double(at, cases[i].value);
        forge_seal(file, bytes);
        SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
        REFUSES(&rig->heap, cases[i].status, srnn_checkpoint_restore(rig->checkpoint));
        memcpy(at, kept, sizeof kept);
    }
    forge_seal(file, bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_restore(rig->checkpoint));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(impossible_numbers),
    };

    return cmocka_run_group_tests_name("part damage", tests, NULL, NULL);
}
