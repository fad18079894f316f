/* overlap.h - the overlapped schedule: while some tasks sweep a chunk, the others add the weights'
 * gradients of the chunk that was swept before it */
#ifndef SRNN_OVERLAP_H
#define SRNN_OVERLAP_H

#include "passes/schedule.h"

#if SRNN__SHORT_CUTS
/* Whether the pass is overlapped: it has several tasks, no Omega and no wide layer. Omega's left
 * factors take the second error buffer, and long products have rounds of their own. */
int srnn__overlap_pays(const struct srnn__schedule *schedule);

/* The overlapped schedule; otherwise as srnn__schedule_run(). */
int32_t srnn__overlap_run(struct srnn__schedule *schedule);
#else
/* The plain schedule is the only one. */
#define srnn__overlap_pays(schedule) 0
#define srnn__overlap_run(schedule) SRNN_OK
#endif

#endif
