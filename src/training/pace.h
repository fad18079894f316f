/* pace.h - the schedules: rate, weight of Omega and bound of Omega for each update */
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

/* The pace of the next update, after `updates` updates and the share `share` of the run. `epoch`
 * is the number of updates of an epoch, 0 without epochs. */
struct pace pace_of(const struct settings *settings, const struct verdict *verdict,
                    uint64_t updates, uint64_t epoch, double share);

#endif /* PACE_H */
