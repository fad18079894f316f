/* ways.c - one training, run in many ways */
#include "ways.h"

uint64_t run_way(const struct shape *shape, uint32_t instructions, srnn_parallel_fn run, void *user,
                 uint32_t tasks)
{
    uint64_t hash = HASH_START;
    struct rig rig;

    rig_open(&rig, shape);
    if (instructions != 0) {
        SUCCEEDS(srnn_model_set(rig.model, SRNN_MODEL_INSTRUCTIONS, instructions));
    }
    SUCCEEDS(srnn_workspace_parallel(rig.workspace, run, user, tasks));
    for (int step = 0; step < TRAINED_STEPS; step++) {
        hash = hash_u64(hash, rig_train(&rig));
    }
    SUCCEEDS(srnn_forward_continue(rig.model, rig.workspace, rig.batch));
    SUCCEEDS(srnn_workspace_get_state(rig.workspace, rig.state, shape->hidden, shape->sequences));
    hash = hash_floats(hash, rig.state, (size_t)shape->sequences * shape->hidden);
    rig_close(&rig);
    return hash;
}

void same_training(struct rig *a, struct rig *b)
{
    for (int step = 0; step < TRAINED_STEPS; step++) {
        assert_true(rig_train(a) == rig_train(b));
    }
    rig_close(b);
    rig_close(a);
}
