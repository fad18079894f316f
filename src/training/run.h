/* run.h - a run of training, and how it is kept on the disk to go on from later
 *
 * The library's checkpoint holds the model and the state of optimizer, clipper
 * and generator. The record in it (record.h) adds what the program needs: the
 * task and the settings, so that a run with others is refused, the counters, the
 * best weights if they are kept, and for a file the state that is carried on. */
#ifndef RUN_H
#define RUN_H

#include <stddef.h>

#include "storage/model_file.h"
#include "training/settings.h"
#include "training/trainer.h"

/* What evaluations on schedule have found so far, and what follows from it. */
struct verdict {
    double rate_factor; /* of --schedule halve */
    double last_loss;   /* of the evaluation before; infinite when there was none */
    double best_loss;   /* infinite likewise */
    uint64_t best_at;   /* the updates done then */
    uint64_t waited;    /* evaluations since */
    uint64_t solved_at; /* the updates done when the task was first solved; 0: not yet */
};

/* A run as it stands between two updates. */
struct run {
    struct trainer trainer;
    struct verdict verdict;
    float *best;           /* [trainer.count]: the weights of verdict.best_at; NULL unless kept */
    struct tally interval; /* since the last evaluation on schedule */
    struct tally total;    /* since the first update */
    double seconds;        /* of work before this process took over */
    double resumed_at;     /* when it did, on the clock of clock.h */
};

/* Start the run of a trainer that was created. Gives 0, or EXIT_FAILED after a
 * message. */
int run_begin(struct run *run);

/* Take an evaluation into account: its loss, and the share that was wrong. */
void run_judge(struct run *run, double loss, double wrong);

/* Whether weights are kept as the best so far. */
int run_has_best(const struct run *run);

/* Give everything back, the trainer too; also of a zeroed struct. */
void run_end(struct run *run);

/* The seconds that a run has worked, those before it was resumed counted. */
double run_seconds(const struct run *run);

/* Memory to write checkpoints of one run with, [capacity]. */
struct checkpoint {
    unsigned char *record;
    size_t capacity;
    float *state;         /* [sequences x hidden] for a file, else NULL */
    uint64_t fingerprint; /* of the data that are trained on and judged by */
};

/* Prepare for checkpoints of `run`: saving then allocates nothing but a file's buffer.
 * Gives 0, or EXIT_FAILED after a message. */
int checkpoint_create(struct checkpoint *checkpoint, const struct run *run, uint64_t fingerprint);

/* Give the memory back; also after a failed create, or of a zeroed struct. */
void checkpoint_destroy(struct checkpoint *checkpoint);

/* Write the run to `path`. Gives 0, or EXIT_FAILED after a message. */
int checkpoint_save(struct checkpoint *checkpoint, const struct run *run, const char *path);

/* Take over the settings of the run in `file`, before its trainer is made, when
 * it is a run of `kind`. Gives 0, or EXIT_FAILED after a message. */
int checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                        struct settings *settings);

/* Bring a fresh run to where the one in `file` was. Gives 0, or EXIT_FAILED after
 * a message. */
int checkpoint_restore(struct checkpoint *checkpoint, const struct model_file *file,
                       struct run *run);

#endif /* RUN_H */
