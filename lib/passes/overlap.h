/* overlap.h - the schedule of several tasks: while some sweep a chunk, the others add the weights'
 * gradients of the chunk after it */
#ifndef SRNN_OVERLAP_H
#define SRNN_OVERLAP_H

#include "passes/schedule.h"

#if SRNN__SHORT_CUTS
/* Whether the pass has several tasks and both error buffers: Omega needs the second one itself, and
 * the long products of wide layers have rounds of their own. */
int srnn__overlap_pays(const struct srnn__schedule *schedule);

/* srnn__schedule_run() in overlapped rounds. */
int32_t srnn__overlap_run(struct srnn__schedule *schedule);
#else
/* The plain schedule is the only one. */
#define srnn__overlap_pays(schedule) 0
#define srnn__overlap_run(schedule) SRNN_OK
#endif

#endif
