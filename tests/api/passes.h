/* passes.h - the passes of a rig, for the tests of each */
#ifndef PASSES_H
#define PASSES_H

#include "support.h"

/* Each with the objects and arrays of the rig; the loss is scaled by 0.5. */
int32_t forward(struct rig *rig);
int32_t proceed(struct rig *rig); /* srnn_forward_continue */
int32_t loss(struct rig *rig);
int32_t backward(struct rig *rig);

/* Loss and count of mistakes, whose checks are the same, both refuse. */
void both_refuse(struct rig *rig, int32_t status);

/* A model of another shape, in a block of the rig's. */
srnn_model *model_of(struct rig *rig, uint32_t inputs, uint32_t hidden, uint32_t outputs,
                     uint32_t activation, uint32_t output);

/* A shape that is the small one but for its outputs, targets and workspace. */
struct shape shape_with(uint32_t output, uint32_t features, uint32_t workspace_flags);

#endif
