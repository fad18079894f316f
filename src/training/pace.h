/* pace.h - what changes from update to update: the rate, and Omega's weight and bound */
#ifndef PACE_H
#define PACE_H

#include <stdint.h>

#include "training/settings.h"
#include "training/verdict.h"

struct pace {
    double rate;
    double omega;
    double omega_bound;
};

/* How far a run has come. */
struct stage {
    uint64_t updates; /* done so far */
    uint64_t epoch;   /* updates of an epoch; 0: there are no epochs */
    double share;     /* share of the run that is done, by the nearer of its limits */
};

/* The pace of the next update, by the schedules of the settings. */
struct pace pace_of(const struct settings *settings, const struct verdict *verdict,
                    const struct stage *stage);

#endif /* PACE_H */
