/* session.h - a run from its settings to its end, with its data, evaluations, log, checkpoints,
 * progress and signals */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "storage/model_file.h"
#include "support/pool.h"
#include "tasks/task.h"
#include "training/evaluation.h"
#include "training/log.h"
#include "training/progress.h"
#include "training/run.h"
#include "training/run_checkpoint.h"
#include "training/settings.h"

/* What ended a run. */
enum ending {
    GOING_ON,
    TARGET_REACHED,
    UPDATES_DONE,
    TIME_OVER,
    PATIENCE_LOST,
    INTERRUPTED,
    BROKEN
};

struct session {
    struct settings settings;
    struct task task;  /* the task that is trained */
    struct task valid; /* the task with the file of --valid; zeroed without it */
    struct pool *pool;
    struct run run;
    struct evaluation evaluation;
    float *scratch; /* [2 x hidden], for the spectrum */
    struct run_checkpoint checkpoint;
    struct log log;
    struct progress progress;
    struct report report;  /* of the last evaluation */
    uint64_t judged;       /* number of sequences or steps judged; 0: no evaluation yet */
    uint64_t evaluated_at; /* number of updates at the last evaluation */
    uint64_t epoch;        /* number of updates of an epoch; 0 without a file */
    uint64_t limit;        /* largest number of updates, by --updates and --epochs */
    double saved_at;       /* time of the last attempt to write a checkpoint */
    enum ending ending;
};

/* Make everything that a run needs, and check that its files can be written. `path` is the task's
 * file, or NULL. `resumed` is the checkpoint of --resume and `start` the model of --from, each
 * NULL without that option and not needed afterwards. The session must not be moved. Returns
 * 0, or an exit code after a message; session_close follows in either case. */
int session_open(struct session *session, const struct settings *settings,
                 const struct task_kind *kind, const char *path, const struct model_file *resumed,
                 const struct model_file *start);

/* Train until something ends the run, and set session->ending. The model is evaluated after
 * the last update. The first SIGINT, SIGTERM or SIGHUP ends the run after its update; the next one
 * ends the program. */
void session_run(struct session *session);

/* Write the last checkpoint, and then the model with the weights that --keep chooses; the session
 * has these weights afterwards. Returns 0, or EXIT_FAILED after a message for each file that could
 * not be written. */
int session_save(struct session *session);

/* Judge the model on all of the file of --test. `unknown` is set to the number of its characters
 * that were left out. Returns 0, or an exit code after a message. */
int session_test(const struct session *session, struct score *score, size_t *unknown);

/* Free everything; also after a failed open, or of a zeroed struct. The log is not closed: its
 * failure is the caller's to report. */
void session_close(struct session *session);

/* The name of an ending in the result. */
const char *ending_name(enum ending ending);

#endif /* SESSION_H */
