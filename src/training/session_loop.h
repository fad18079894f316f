/* session_loop.h - a session, and its loop of updates: evaluations, signals, limits
 *
 * Where the run has several ranks (ranks.h), all of them call these functions, and decide alike. */
#ifndef SESSION_LOOP_H
#define SESSION_LOOP_H

#include <stdint.h>

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
    struct task test;  /* the task with the file of --test; zeroed without it */
    struct pool *pool;
    struct run run;
    int judges;                        /* there is something to judge the model by */
    struct evaluation evaluation;      /* zeroed without it */
    struct evaluation test_evaluation; /* zeroed without --test */
    float *scratch;                    /* [2 x hidden], for the spectrum */
    struct run_checkpoint checkpoint;
    struct log log;
    struct progress progress;
    struct report report;  /* of the last evaluation */
    uint64_t judged;       /* number of sequences or steps judged; 0: no evaluation yet */
    uint64_t evaluated_at; /* number of updates at the last evaluation */
    int is_closing;        /* the last evaluation came after the run: it is for --keep alone */
    double deadline;       /* seconds of work after which an evaluation is cut short; 0: none, as on
                              all ranks but 0 */
    uint64_t epoch;        /* number of updates of an epoch; 0 without a file */
    uint64_t limit;        /* largest number of updates, by --updates and --epochs */
    double saved_at;       /* time of the last attempt to write a checkpoint */
    double seconds;        /* of work when the last update began, by the clock of rank 0 */
    int interrupted;       /* a signal to any rank has ended the run: the same on all ranks */
    enum ending ending;
};

/* Train until something ends the run, and set session->ending. The model is evaluated after
 * the last update. The first SIGINT, SIGTERM or SIGHUP, on any rank, ends the run after its update;
 * the next one ends the program. */
void session_run(struct session *session);

/* The name of an ending in the result. */
const char *ending_name(enum ending ending);

/* Write the checkpoint of --checkpoint, if there is one, by rank 0. Returns 0, or EXIT_FAILED after
 * a message. */
int session_checkpoint(struct session *session);

/* What looks on while a model is judged: show how far it is, and end it after a signal, or after
 * the deadline if there is one. A look_fn; `user` is the session. */
int session_look(void *user, double share);

/* The number of updates from one evaluation to the next. */
uint64_t session_interval(const struct session *session);

/* Whether an evaluation is due before the next update: that of the model which a run starts from,
 * or one in which a run was interrupted that is resumed now. */
int session_evaluation_due(const struct session *session);

/* Whether the run, or the one that it resumes, has a report that counts. An evaluation before the
 * first update that was cut short does not. */
int session_has_reported(const struct session *session);

#endif /* SESSION_LOOP_H */
