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

/* The rate of --schedule settle so many updates after the solution: half after 20,000. */
static double settled_rate(double rate, uint64_t updates)
{
    return rate / (1.0 + (double)updates / 20000.0);
}

static double rate_of(const struct settings *settings, const struct verdict *verdict,
                      const struct stage *stage)
{
    switch (settings->schedule) {
    case SCHEDULE_LINEAR:
        return linear_rate(settings->rate, stage->share);
    case SCHEDULE_HALVE:
        return settings->rate * verdict->rate_factor;
    case SCHEDULE_SETTLE:
        return verdict->solved_at == 0
                   ? settings->rate
                   : settled_rate(settings->rate, stage->updates - verdict->solved_at);
    default:
        return settings->rate;
    }
}

static double omega_of(const struct settings *settings, const struct stage *stage)
{
    return settings->omega_schedule == OMEGA_INVERSE && stage->epoch > 0
               ? settings->omega / (double)(stage->updates / stage->epoch + 1)
               : settings->omega;
}

/* Under --schedule settle the bound is lowest until the solution: in a network that has not
 * learned, the error fades on its way back, and Omega is to see all of it. */
static double bound_of(const struct settings *settings, const struct verdict *verdict)
{
    static const double least = 1e-20;

    return settings->schedule == SCHEDULE_SETTLE && verdict->solved_at == 0 ? least
                                                                            : settings->omega_bound;
}

struct pace pace_of(const struct settings *settings, const struct verdict *verdict,
                    const struct stage *stage)
{
    return (struct pace){rate_of(settings, verdict, stage), omega_of(settings, stage),
                         bound_of(settings, verdict)};
}
