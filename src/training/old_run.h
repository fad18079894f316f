/* old_run.h - what older versions wrote of a run into a record (old_record.h)
 *
 * Today the carried state and the best weights are parts of the checkpoint. */
#ifndef OLD_RUN_H
#define OLD_RUN_H

#include "storage/model_file.h"
#include "training/run.h"

/* Set the state that carries over, which the record must have if `with_state` is set, and the best
 * weights of a run whose counters are set. Returns 0, or EXIT_FAILED after a message. */
int old_run_restore(const struct model_file *file, int with_state, struct run *run);

#endif /* OLD_RUN_H */
