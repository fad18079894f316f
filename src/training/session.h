/* session.h - a run from its first update to its end, with all that goes beside it:
 * evaluations, the log, checkpoints, progress, signals */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "support/pool.h"
#include "tasks/task.h"
#include "training/evaluation.h"
#include "training/log.h"
#include "training/progress.h"
#include "training/run.h"
#include "training/settings.h"

/* How a run ends. */
enum ending {
    GOING_ON,
    TARGET_REACHED,
    UPDATES_DONE,
    TIME_OVER,
    PATIENCE_LOST,
    INTERRUPTED,
    BROKEN
};

/* Everything that the command `train` holds; zeroed before anything is made. */
struct session {
    struct settings settings;
    int wants_target; /* --stop-error was on the command line */
    struct task task;
    struct task valid; /* of --valid, else zeroed */
    struct pool *pool;
    struct run run;
    struct evaluation evaluation;
    float *scratch; /* [2 x hidden], for the spectrum */
    struct checkpoint checkpoint;
    struct log log;
    struct progress progress;
    struct report report;  /* of the last evaluation */
    uint64_t judged;       /* by the last evaluation */
    uint64_t evaluated_at; /* the updates done then */
    uint64_t epoch;        /* updates of one pass through the file; 0 without a file */
    uint64_t limit;        /* updates at most, by --updates and --epochs */
    double saved_at;       /* when the last checkpoint was tried */
    enum ending ending;
};

/* Train until something ends it, which is told in session->ending. A signal that
 * asks for the end lets the update be finished; the next one ends the program. */
void session_train(struct session *session);

/* Judge the model as it is now, beside the schedule. Gives 0, or EXIT_FAILED after
 * a message. */
int session_evaluate(struct session *session);

#endif /* SESSION_H */
