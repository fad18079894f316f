/* run_checkpoint.h - a run on the disk, to be resumed from there
 *
 * The library's checkpoint holds the model and the state of the optimizer, the clipper and the
 * generator. The record in it (record.h) holds the rest: the task and the settings, with which
 * the resumed run is compared; the counters; the best weights if they are kept; and for a task
 * with a file the hidden states that carry over to the next update. */
#ifndef RUN_CHECKPOINT_H
#define RUN_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "storage/model_file.h"
#include "training/run.h"
#include "training/settings.h"

/* Memory for writing the checkpoints of one run. */
struct run_checkpoint {
    void *parts; /* [parts_bytes] for a checkpoint, which every save and restore makes anew */
    size_t parts_bytes;
    unsigned char *record; /* [capacity] */
    size_t capacity;
    float *state;         /* [sequences x hidden]; NULL for a task without a file */
    uint64_t fingerprint; /* of the data that the run is trained on and judged by */
};

/* Allocate the memory for checkpoints of `run`; a save then allocates only a file's buffer.
 * Returns 0, or EXIT_FAILED after a message. */
int run_checkpoint_create(struct run_checkpoint *checkpoint, const struct run *run,
                          uint64_t fingerprint);

/* Free the memory; also after a failed create, or of a zeroed struct. */
void run_checkpoint_destroy(struct run_checkpoint *checkpoint);

/* Write the run to `path`. Returns 0, or EXIT_FAILED after a message. */
int run_checkpoint_save(struct run_checkpoint *checkpoint, const struct run *run, const char *path);

/* Read the settings of the run in `file`, which must be a run of `kind`. Returns 0, or EXIT_FAILED
 * after a message. */
int run_checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                            struct settings *settings);

/* Set a new run to the state of the one in `file`. Returns 0, or EXIT_FAILED after a message; then
 * the run can only be destroyed. */
int run_checkpoint_restore(struct run_checkpoint *checkpoint, const struct model_file *file,
                           struct run *run);

#endif /* RUN_CHECKPOINT_H */
