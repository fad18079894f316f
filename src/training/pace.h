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

/* The pace of the next update, by the schedules of the settings, when `updates` updates and the
 * share `share` of the run are done. `epoch` is the number of updates of an epoch, or 0. */
struct pace pace_of(const struct settings *settings, const struct verdict *verdict,
                    uint64_t updates, uint64_t epoch, double share);

#endif /* PACE_H */
