/* session.c - a run from its settings to its end */
#include "training/session.h"

#include <stdlib.h>
#include <string.h>

#include "support/clock.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/notice.h"
#include "support/ranks.h"
#include "support/try.h"

/* ---------------------------------------------------------------------------
 * What a run needs
 * ------------------------------------------------------------------------ */

/* Say on standard error what was read from the file of an open task. */
static void say_what_was_read(const struct session *session, const struct task *task)
{
    if (!session->settings.quiet && task->summary[0] != '\0') {
        note("%s: %s", task->file.path, task->summary);
    }
}

/* Open another file for the task, encoded as the first one. All of it is for evaluation: that of
 * --test is judged once, and so whole. */
static int open_judged_file(const struct session *session, const char *path, struct task *task)
{
    struct task_options options = session->task.options;

    options.hold_out = 1.0;
    if (task == &session->test) {
        options.advises = 0;
        options.evaluate_steps = 0;
    }
    notice_begin(session->settings.quiet, "reading", path);
    TRY(task_open(task, session->task.kind, &options, path, &session->task.encoding));
    say_what_was_read(session, task);
    return 0;
}

/* Open the files of the data, encoded as `encoding`, or as learnt from them if it is NULL. */
static int open_data(struct session *session, const struct task_kind *kind, const char *path,
                     const struct encoding *encoding)
{
    const struct settings *settings = &session->settings;
    struct task_options options = settings->task;

    options.seed = settings->seed;
    options.advises = 1;
    notice_begin(settings->quiet, "reading", path);
    TRY(task_open(&session->task, kind, &options, path, encoding));
    session->settings.task.ahead = session->task.options.ahead; /* not 0, for a checkpoint */
    session->task.shuffled = 1;
    say_what_was_read(session, &session->task);
    if (settings->valid != NULL) {
        TRY(open_judged_file(session, settings->valid, &session->valid));
    }
    return settings->test != NULL ? open_judged_file(session, settings->test, &session->test) : 0;
}

/* Open the data, and say so while it takes long. */
static int open_data_aloud(struct session *session, const struct task_kind *kind, const char *path,
                           const struct encoding *encoding)
{
    const int result = open_data(session, kind, path, encoding);

    notice_end();
    return result;
}

/* Set the weights of `model` to those of the model to start from. */
static int take_weights(const struct model_file *start, const struct task *task, srnn_model *model)
{
    TRY(task_check_model(task, start->model, start->path));
    if (model_made_with(start->model, SRNN_MODEL_FLAGS) !=
        model_made_with(model, SRNN_MODEL_FLAGS)) {
        return fail("%s: --from needs a model with both kinds of biases or none, and without a "
                    "learned initial state",
                    start->path);
    }
    memcpy(srnn_model_parameters(model), srnn_model_parameters_const(start->model),
           srnn_model_parameter_count(model) * sizeof(float));
    return 0;
}

/* Prepare an evaluation by the data of `task`. */
static int create_evaluation(struct session *session, const struct task *task,
                             struct evaluation *evaluation)
{
    const uint32_t batch =
        task->kind->needs_file ? (uint32_t)session->settings.batch : EVALUATION_BATCH;

    TRY(evaluation_create(evaluation, task, session->run.trainer.model, batch, session->pool,
                          NULL));
    evaluation->look = session_look;
    evaluation->user = session;
    return 0;
}

/* Create the threads, the trainer and the evaluations. */
static int create_run(struct session *session, const struct model_file *start)
{
    const struct settings *settings = &session->settings;
    struct run *run = &session->run;

    if (settings->threads > 1) {
        TRY(pool_create((uint32_t)settings->threads, &session->pool));
    }
    TRY(trainer_create(&run->trainer, settings, &session->task, session->pool));
    if (start != NULL) {
        TRY(take_weights(start, &session->task, run->trainer.model));
    }
    session->judges =
        settings->valid != NULL || settings->task.hold_out > 0.0 || !session->task.kind->needs_file;
    if (session->judges) {
        TRY(create_evaluation(session, settings->valid != NULL ? &session->valid : &session->task,
                              &session->evaluation));
    }
    if (settings->test != NULL) {
        TRY(create_evaluation(session, &session->test, &session->test_evaluation));
    }
    return run_begin(run);
}

/* Set the number of updates of an epoch, and the limit of the run. */
static void count_updates(struct session *session)
{
    const struct settings *settings = &session->settings;

    session->epoch = session->run.trainer.samples.draws;
    session->limit = settings->updates;
    if (settings->epochs > 0 && session->epoch > 0 &&
        settings->updates / session->epoch >= settings->epochs) {
        session->limit = settings->epochs * session->epoch;
    }
}

/* The last line of its log that a resumed run keeps: that of its last evaluation on schedule. A run
 * that ended between two evaluations has logged one more, and one that ran out of time may have
 * logged a part of one, which is made again. */
static struct logged last_logged(const struct session *session)
{
    const uint64_t updates = session->run.trainer.updates;
    const uint64_t interval = session_interval(session);
    const uint64_t last = updates - updates % interval;

    return (struct logged){
        .update = last > 0 && session_evaluation_due(session) ? last - interval : last,
        .loss = session->run.verdict.last_loss,
    };
}

/* Allocate the memory for checkpoints, and restore the run to resume if there is one. The two files
 * of data have one fingerprint. --valid counts three times in it, so that it changes when the two
 * files are exchanged. */
static int prepare_checkpoints(struct session *session, const struct model_file *resumed)
{
    struct run *run = &session->run;
    const uint64_t fingerprint =
        session->task.file.fingerprint + 3 * session->valid.file.fingerprint;

    TRY(run_checkpoint_create(&session->checkpoint, run, fingerprint));
    session->saved_at = run->resumed_at;
    return resumed != NULL ? run_checkpoint_restore(&session->checkpoint, resumed, run) : 0;
}

/* Make everything but the log. The arguments are those of session_open. */
static int prepare(struct session *session, const struct task_kind *kind, const char *path,
                   const struct model_file *resumed, const struct model_file *start)
{
    const struct model_file *trained = resumed != NULL ? resumed : start;
    const struct settings *settings = &session->settings;

    TRY(open_data_aloud(session, kind, path, trained != NULL ? &trained->encoding : NULL));
    TRY(create_run(session, start));
    count_updates(session);
    session->scratch = malloc(2 * (size_t)settings->hidden * sizeof *session->scratch);
    if (session->scratch == NULL) {
        return fail("train: no memory for the spectral radius");
    }
    TRY(prepare_checkpoints(session, resumed));
    if (settings->save != NULL || settings->checkpoint != NULL) {
        TRY(run_checkpoint_check(&session->checkpoint));
    }
    if (settings->save != NULL && file_check_writable(settings->save) != 0) {
        return EXIT_FAILED;
    }
    return settings->checkpoint != NULL ? file_check_writable(settings->checkpoint) : 0;
}

int session_open(struct session *session, const struct settings *settings,
                 const struct task_kind *kind, const char *path, const struct model_file *resumed,
                 const struct model_file *start)
{
    struct logged last;

    memset(session, 0, sizeof *session);
    session->settings = *settings;
    settings = &session->settings;
    if (ranks_own() > 0) {
        session->settings.save = NULL;
        session->settings.checkpoint = NULL;
        session->settings.log = NULL;
        session->settings.quiet = 1;
    }
    TRY(ranks_agree(prepare(session, kind, path, resumed, start)));
    if (ranks_count() > 1 &&
        !ranks_have_same(run_checkpoint_hash(&session->checkpoint, &session->run,
                                             session->test.file.fingerprint))) {
        return fail("train: the processes of mpirun have different files or options");
    }
    last = last_logged(session);
    return ranks_agree(log_open(&session->log, settings->log,
                                resumed != NULL && session_has_reported(session) ? &last : NULL));
}

void session_close(struct session *session)
{
    free(session->scratch);
    run_checkpoint_destroy(&session->checkpoint);
    evaluation_destroy(&session->test_evaluation);
    evaluation_destroy(&session->evaluation);
    run_end(&session->run);
    pool_destroy(session->pool);
    task_close(&session->test);
    task_close(&session->valid);
    task_close(&session->task);
}

/* ---------------------------------------------------------------------------
 * What is kept of a run
 * ------------------------------------------------------------------------ */

int session_save(struct session *session)
{
    const struct settings *settings = &session->settings;
    struct run *run = &session->run;
    int result = session_checkpoint(session);

    if (session->is_closing) { /* a run that is resumed goes on without this evaluation */
        run_judge(run, session->report.loss, session->report.wrong);
    }
    run_take_best(run);
    if (settings->save != NULL &&
        model_file_save(settings->save, run->trainer.model, &session->task.encoding,
                        session->task.kind->name) != 0) {
        result = EXIT_FAILED;
    }
    return result;
}

int session_test(struct session *session, struct score *score, size_t *unknown)
{
    int32_t status;

    session->deadline = 0.0;
    progress_evaluating(&session->progress, 0.0);
    status = evaluation_run(&session->test_evaluation, session->run.trainer.model, 0, 0, 0, score);
    progress_clear(&session->progress);
    *unknown = session->test.unknown;
    if (status != SRNN_OK) {
        return fail_status(status, "%s", session->settings.test);
    }
    return score->whole ? 0 : EXIT_INTERRUPTED;
}
