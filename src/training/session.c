/* session.c - a run from its settings to its end */
#include "training/session.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/clock.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"
#include "training/weights.h"

/* Set by the handler: the run ends after this update. */
static volatile sig_atomic_t interrupted;

static void note_signal(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* Let the first SIGINT, SIGTERM or SIGHUP end the run after its update; the next one ends the
 * program at once. A SIGHUP that is ignored, as under nohup, stays ignored. So is SIGPIPE: a write
 * to a closed pipe fails, and the run goes on. */
static void install_handlers(void)
{
    struct sigaction action;
    struct sigaction old;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = note_signal;
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

const char *ending_name(enum ending ending)
{
    static const char *const names[] = {
        [GOING_ON] = "",      [TARGET_REACHED] = "target",  [UPDATES_DONE] = "updates",
        [TIME_OVER] = "time", [PATIENCE_LOST] = "patience", [INTERRUPTED] = "interrupted",
        [BROKEN] = "broken",
    };

    return names[ending];
}

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

/* Open another file for the task, encoded as the first one. All of it is for evaluation. */
static int open_judged_file(const struct session *session, const char *path, struct task *task)
{
    struct task_options options = session->settings.task;

    options.hold_out = 1.0;
    TRY(task_open(task, session->task.kind, &options, path, &session->task.encoding));
    say_what_was_read(session, task);
    return 0;
}

/* Open the files of the data, encoded as `encoding`, or as learnt from them if it is NULL. */
static int open_data(struct session *session, const struct task_kind *kind, const char *path,
                     const struct encoding *encoding)
{
    const struct settings *settings = &session->settings;
    const int result = task_open(&session->task, kind, &settings->task, path, encoding);

    session->task.seed = settings->seed;
    session->task.shuffled = 1;
    if (result != 0) {
        return result;
    }
    say_what_was_read(session, &session->task);
    return settings->valid != NULL ? open_judged_file(session, settings->valid, &session->valid)
                                   : 0;
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

/* Create the threads, the trainer and the evaluation. */
static int create_run(struct session *session, const struct model_file *start)
{
    const struct settings *settings = &session->settings;
    struct run *run = &session->run;
    const struct task *judged = settings->valid != NULL ? &session->valid : &session->task;
    const uint32_t batch =
        session->task.kind->needs_file ? (uint32_t)settings->batch : EVALUATION_BATCH;

    if (settings->threads > 1) {
        TRY(pool_create((uint32_t)settings->threads, &session->pool));
    }
    TRY(trainer_create(&run->trainer, settings, &session->task, session->pool));
    if (start != NULL) {
        TRY(take_weights(start, &session->task, run->trainer.model));
    }
    TRY(evaluation_create(&session->evaluation, judged, run->trainer.model, batch, session->pool,
                          NULL));
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

int session_open(struct session *session, const struct settings *settings,
                 const struct task_kind *kind, const char *path, const struct model_file *resumed,
                 const struct model_file *start)
{
    const struct model_file *trained = resumed != NULL ? resumed : start;

    memset(session, 0, sizeof *session);
    session->settings = *settings;
    settings = &session->settings;
    TRY(open_data(session, kind, path, trained != NULL ? &trained->encoding : NULL));
    TRY(create_run(session, start));
    count_updates(session);
    session->scratch = malloc(2 * settings->hidden * sizeof *session->scratch);
    if (session->scratch == NULL) {
        return fail("train: no memory for the spectral radius");
    }
    TRY(prepare_checkpoints(session, resumed));
    if (settings->save != NULL && file_check_writable(settings->save) != 0) {
        return EXIT_FAILED;
    }
    if (settings->checkpoint != NULL && file_check_writable(settings->checkpoint) != 0) {
        return EXIT_FAILED;
    }
    return log_open(&session->log, settings->log, resumed != NULL, session->run.trainer.updates);
}

void session_close(struct session *session)
{
    free(session->scratch);
    run_checkpoint_destroy(&session->checkpoint);
    evaluation_destroy(&session->evaluation);
    run_end(&session->run);
    pool_destroy(session->pool);
    task_close(&session->valid);
    task_close(&session->task);
}

/* ---------------------------------------------------------------------------
 * The loop of updates
 * ------------------------------------------------------------------------ */

/* The pace of the next update. The share of the run is that of the nearer limit. */
static struct pace next_pace(const struct session *session)
{
    const struct settings *settings = &session->settings;
    const uint64_t updates = session->run.trainer.updates;
    double share = session->limit > 0 ? (double)updates / (double)session->limit : 1.0;

    if (settings->minutes > 0.0) {
        const double time_share = run_seconds(&session->run) / (60.0 * settings->minutes);

        share = time_share > share ? time_share : share;
    }
    return pace_of(settings, &session->run.verdict, updates, session->epoch, share);
}

/* Set the part of the report that is about the clipper. RMSProp and Adam give each element a step
 * of its own length: the rate times the norm says nothing of theirs. */
static void report_clipping(struct session *session)
{
    const struct trainer *trainer = &session->run.trainer;
    const struct tally *total = &session->run.total;
    const uint32_t optimizer = session->settings.optimizer;
    const int is_known = optimizer != SRNN_OPTIMIZER_RMSPROP && optimizer != SRNN_OPTIMIZER_ADAM;
    const double threshold = trainer_clipping(trainer, SRNN_CLIP_USED);
    const double median = trainer_clipping(trainer, SRNN_CLIP_MEDIAN);
    const double decile = trainer_clipping(trainer, SRNN_CLIP_DECILE);

    session->report.clipping = (struct clipping){
        .threshold = isinf(threshold) ? 0.0 : threshold,
        .median_norm = median,
        .decile_norm = decile,
        .longest_step = is_known ? trainer_clipping(trainer, SRNN_CLIP_LONGEST_STEP) : 0.0,
        .promised = is_known ? trainer_clipping(trainer, SRNN_CLIP_PROMISED) : 0.0,
        .alignment = trainer_clipping(trainer, SRNN_CLIP_ALIGNMENT),
        .largest_norm = total->largest_norm,
        .fired = tally_mean(total, (double)total->fired),
        .suggested = is_known ? trainer_clipping(trainer, SRNN_CLIP_SUGGESTED) : decile,
        .knows_step = is_known,
    };
}

/* Say which threshold the norms suggest: once, after the first epoch, or the first evaluation of a
 * task without a file. */
static void show_norms(struct session *session)
{
    const uint64_t first = session->epoch > 0 ? session->epoch : session->settings.evaluate_every;

    if (session->run.trainer.updates == first && session->run.total.bad < first) {
        report_clipping(session);
        progress_norms(&session->progress, &session->report.clipping);
    }
}

/* Set the part of the report that is about the updates since the last evaluation. */
static void report_training(struct session *session)
{
    const struct tally *interval = &session->run.interval;
    struct report *report = &session->report;

    report->updates = session->run.trainer.updates;
    report->seconds = run_seconds(&session->run);
    report->train_loss = tally_mean(interval, interval->loss);
    report->mean_norm = tally_mean_norm(interval);
    report->largest_norm = interval->largest_norm;
    report->fired = tally_mean(interval, (double)interval->fired);
    report->omega = tally_mean(interval, interval->omega);
    report->signal = tally_mean(interval, interval->signal);
    report->rate = next_pace(session).rate;
    report_clipping(session);
}

/* Judge the model as it is now. */
static int evaluate(struct session *session)
{
    const struct trainer *trainer = &session->run.trainer;
    struct score score;
    int32_t status;

    report_training(session);
    status = evaluation_run(&session->evaluation, trainer->model, session->settings.seed,
                            trainer->updates, session->settings.evaluate_sequences, &score);
    if (status == SRNN_OK) {
        status = weights_spectrum(trainer->model, session->scratch, 2 * session->settings.hidden,
                                  &session->report.radius, &session->report.singular);
    }
    if (status != SRNN_OK) {
        progress_clear(&session->progress);
        return fail_status(status, "the evaluation after update %llu",
                           (unsigned long long)trainer->updates);
    }
    session->report.loss = score.loss;
    session->report.wrong = score.wrong;
    session->judged = score.judged;
    session->evaluated_at = trainer->updates;
    return 0;
}

/* Evaluate on schedule: print and log the report, and start a new interval. */
static enum ending evaluate_on_schedule(struct session *session)
{
    const struct settings *settings = &session->settings;

    if (evaluate(session) != 0) {
        return BROKEN;
    }
    progress_report(&session->progress, &session->report);
    log_write(&session->log, &session->report);
    memset(&session->run.interval, 0, sizeof session->run.interval);
    run_judge(&session->run, session->report.loss, session->report.wrong);
    if (session->report.wrong < settings->stop_error) {
        return TARGET_REACHED;
    }
    return settings->patience > 0 &&
                   session->run.verdict.evaluations_since_best >= settings->patience
               ? PATIENCE_LOST
               : GOING_ON;
}

/* Write a checkpoint when it is time. After a failure, which prints a message, the run goes on:
 * there may be room the next time, and to stop would lose the work. */
static void save_when_due(struct session *session)
{
    if (session->settings.checkpoint == NULL ||
        clock_seconds() - session->saved_at < session->settings.every) {
        return;
    }
    progress_clear(&session->progress);
    (void)run_checkpoint_save(&session->checkpoint, &session->run, session->settings.checkpoint);
    session->saved_at = clock_seconds();
}

/* Make one update, and what is due after it: an evaluation, a line of progress, a checkpoint. */
static enum ending advance(struct session *session)
{
    struct trainer *trainer = &session->run.trainer;
    const struct settings *settings = &session->settings;
    const uint64_t every = settings->evaluate_every > 0 ? settings->evaluate_every : session->epoch;
    const struct pace pace = next_pace(session);
    enum ending ending = GOING_ON;
    struct update update;
    int32_t status = trainer_update(trainer, &pace, &update);

    if (status != SRNN_OK) {
        progress_clear(&session->progress);
        fail_status(status, "update %llu", (unsigned long long)trainer->updates + 1);
        return BROKEN;
    }
    tally_add(&session->run.interval, &update);
    tally_add(&session->run.total, &update);
    if (trainer->updates % every == 0) {
        ending = evaluate_on_schedule(session);
    } else if (progress_due(&session->progress)) {
        report_training(session);
        progress_show(&session->progress, &session->report, session->limit,
                      60.0 * settings->minutes);
    }
    show_norms(session);
    save_when_due(session);
    return ending;
}

/* Train until something ends the run. */
static enum ending train(struct session *session)
{
    const struct settings *settings = &session->settings;
    enum ending ending = GOING_ON;

    session->report.wrong = -1.0;
    progress_begin(&session->progress, settings->quiet, session->run.trainer.updates);
    install_handlers();
    /* The model that a run starts from is judged first; a resumed run has done so. */
    if (settings->from != NULL && isinf(session->run.verdict.last_loss)) {
        ending = evaluate_on_schedule(session);
    }
    while (ending == GOING_ON) {
        if (interrupted) {
            ending = INTERRUPTED;
        } else if (session->run.trainer.updates >= session->limit) {
            ending = UPDATES_DONE;
        } else if (settings->minutes > 0.0 &&
                   run_seconds(&session->run) >= 60.0 * settings->minutes) {
            ending = TIME_OVER;
        } else {
            ending = advance(session);
        }
    }
    progress_clear(&session->progress);
    return ending;
}

void session_run(struct session *session)
{
    session->ending = train(session);
    report_clipping(session);
    if ((session->ending == UPDATES_DONE || session->ending == TIME_OVER) &&
        (session->judged == 0 || session->evaluated_at != session->run.trainer.updates) &&
        evaluate(session) != 0) {
        session->ending = BROKEN;
    }
}

/* ---------------------------------------------------------------------------
 * What is kept of a run
 * ------------------------------------------------------------------------ */

int session_save(struct session *session)
{
    const struct settings *settings = &session->settings;
    struct run *run = &session->run;
    int result = 0;

    if (settings->checkpoint != NULL &&
        run_checkpoint_save(&session->checkpoint, run, settings->checkpoint) != 0) {
        result = EXIT_FAILED;
    }
    run_take_best(run);
    if (settings->save != NULL &&
        model_file_save(settings->save, run->trainer.model, &session->task.encoding,
                        session->task.kind->name) != 0) {
        result = EXIT_FAILED;
    }
    return result;
}

int session_test(const struct session *session, struct score *score, size_t *unknown)
{
    const struct settings *settings = &session->settings;
    const srnn_model *model = session->run.trainer.model;
    struct task test;
    struct evaluation evaluation;
    int result = open_judged_file(session, settings->test, &test);

    memset(&evaluation, 0, sizeof evaluation);
    if (result == 0) {
        result = evaluation_create(&evaluation, &test, model, (uint32_t)settings->batch,
                                   session->pool, NULL);
    }
    if (result == 0) {
        const int32_t status = evaluation_run(&evaluation, model, 0, 0, 0, score);

        result = status == SRNN_OK ? 0 : fail_status(status, "%s", settings->test);
    }
    *unknown = test.unknown;
    evaluation_destroy(&evaluation);
    task_close(&test);
    return result;
}
