/* overlap.h - the schedule of several tasks: while some sweep a chunk, the others add the weights'
 * gradients of the chunk after it */
#ifndef SRNN_OVERLAP_H
#define SRNN_OVERLAP_H

#include "passes/schedule.h"

/* Builds for size have the plain schedule alone. */
#define SRNN__HAS_OVERLAP (!SRNN__ONLY_COMPACT)

#if SRNN__HAS_OVERLAP
/* Whether the pass has several tasks and both error buffers: Omega needs the second one itself, and
 * the long products of wide layers have rounds of their own. */
int srnn__overlap_pays(const struct srnn__schedule *schedule);

/* srnn__schedule_run() in overlapped rounds. */
int32_t srnn__overlap_run(struct srnn__schedule *schedule);
#else
#define srnn__overlap_pays(schedule) 0
#define srnn__overlap_run(schedule) SRNN_OK
#endif

#endif
