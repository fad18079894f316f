/* clippers.h - clippers of each kind, and a gradient for them */
#ifndef CLIPPERS_H
#define CLIPPERS_H

#include "support.h"

#define CLIPPER_KINDS 5
extern const uint32_t clipper_kinds[CLIPPER_KINDS];

/* Whether a kind has rules. */
int has_rules(uint32_t kind);

/* A placed clipper of a kind. */
srnn_clipper *clipper_of(struct rig *rig, uint32_t kind);

/* An option or statistic of a clipper. */
double clipper_value(const srnn_clipper *clipper, uint32_t key);

/* The rig's gradient becomes two numbers, at its ends, and zeros between them. */
void fill_gradient(struct rig *rig, float first, float last);

/* Clip the rig's gradient. */
int32_t apply_clipper(struct rig *rig, srnn_clipper *clipper);

#endif
