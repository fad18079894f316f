/* pace.c - the schedules of the rate and of Omega */
#include "training/pace.h"

/* The rate of --schedule linear at a share of the run: up over its first part, then down to 0. */
static double linear_rate(double rate, double share)
{
    static const double rise = 0.05; /* a full rate at first breaks ReLU networks */

    if (share < rise) {
        return rate * share / rise;
    }
    return share < 1.0 ? rate * (1.0 - share) / (1.0 - rise) : 0.0;
}

/* The rate of --schedule settle, `updates` updates after the solution: half of it after 20,000. */
static double settled_rate(double rate, uint64_t updates)
{
    return rate / (1.0 + (double)updates / 20000.0);
}

/* Under --schedule settle Omega has the lowest bound until the solution. In a network that has not
 * learned, the error vanishes on its way back, and a larger bound would leave out its steps. */
struct pace pace_of(const struct settings *settings, const struct verdict *verdict,
                    uint64_t updates, uint64_t epoch, double share)
{
    static const double least_bound = 1e-20;
    struct pace pace = {settings->rate, settings->omega, settings->omega_bound};

    if (settings->schedule == SCHEDULE_LINEAR) {
        pace.rate = linear_rate(settings->rate, share);
    } else if (settings->schedule == SCHEDULE_HALVE) {
        pace.rate *= verdict->rate_factor;
    } else if (settings->schedule == SCHEDULE_SETTLE && verdict->solved_at == 0) {
        pace.omega_bound = least_bound;
    } else if (settings->schedule == SCHEDULE_SETTLE) {
        pace.rate = settled_rate(settings->rate, updates - verdict->solved_at);
    }
    if (settings->omega_schedule == OMEGA_INVERSE && epoch > 0) {
        pace.omega /= (double)(updates / epoch + 1);
    }
    return pace;
}
