/* session_loop.c - a run from its first update to its last: evaluations, signals, limits */
#include "training/session_loop.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/clock.h"
#include "support/message.h"
#include "support/ranks.h"
#include "support/signals.h"
#include "support/try.h"
#include "training/clip_forms.h"
#include "training/weights.h"

/* When the time is over, a model may be judged for this share of the time and these seconds longer:
 * few enough for --minutes to be kept, enough for a run of seconds to have a result. */
#define GRACE 0.02
#define GRACE_SECONDS 1.0

int session_look(void *user, double share)
{
    struct session *session = user;

    progress_evaluating(&session->progress, share);
    return signals_noted() ||
           (session->deadline > 0.0 && run_seconds(&session->run) >= session->deadline);
}

uint64_t session_interval(const struct session *session)
{
    const uint64_t every = session->settings.evaluate_every;

    return every > 0 ? every : session->epoch;
}

int session_evaluation_due(const struct session *session)
{
    const struct run *run = &session->run;
    const uint64_t updates = run->trainer.updates;

    if (!session->judges) {
        return 0;
    }
    if (updates == 0) {
        return isinf(run->verdict.last_loss) &&
               (session->settings.from != NULL || run->verdict.evaluations_since_best > 0);
    }
    return run->interval.updates > 0 && updates % session_interval(session) == 0;
}

int session_has_reported(const struct session *session)
{
    return session->run.trainer.updates > 0 || !isinf(session->run.verdict.last_loss);
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
 * The loop of updates
 * ------------------------------------------------------------------------ */

/* The pace of the next update. The share of the run is that of the nearer limit. */
static struct pace next_pace(const struct session *session)
{
    const struct settings *settings = &session->settings;
    const uint64_t updates = session->run.trainer.updates;
    double share = session->limit > 0 ? (double)updates / (double)session->limit : 1.0;

    if (settings->minutes > 0.0) {
        const double time_share = session->seconds / (60.0 * settings->minutes);

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

/* Whether a signal to any rank asks the run to end: session->interrupted. */
static int ask_for_signals(struct session *session)
{
    double votes = signals_noted();

    (void)ranks_add(SRNN_OK, NULL, 0, &votes, 1);
    session->interrupted = votes != 0.0;
    return session->interrupted;
}

/* Judge the model as it is now. A score that a signal ended stays out of the report. Returns a
 * status of the library. */
static int32_t judge(struct session *session, struct score *score)
{
    const struct trainer *trainer = &session->run.trainer;
    struct report *report = &session->report;

    progress_evaluating(&session->progress, 0.0);
    TRY(evaluation_run(&session->evaluation, trainer->model, session->settings.seed,
                       trainer->updates, session->settings.evaluate_sequences, score));
    if (!score->whole && ask_for_signals(session)) {
        return SRNN_OK;
    }
    report->loss = score->loss;
    report->wrong = score->wrong;
    session->judged = score->judged;
    session->evaluated_at = trainer->updates;
    return SRNN_OK;
}

/* Whether the model as it is now has been reported, maybe before the run was resumed. */
static int is_reported(const struct session *session)
{
    return session_has_reported(session) && session->run.interval.updates == 0;
}

/* Judge the model as it is now, if there is something to judge it by, and print and log the report.
 * *whole is set to whether nothing ended the evaluation early. After a signal nothing is reported,
 * and nothing twice. */
static int evaluate(struct session *session, int *whole)
{
    const struct trainer *trainer = &session->run.trainer;
    struct report *report = &session->report;
    struct score score = {0.0, 0.0, 0, 1};
    int32_t status;

    report_training(session);
    status = session->judges ? judge(session, &score) : SRNN_OK;
    *whole = score.whole;
    if (status == SRNN_OK && session->interrupted) {
        return 0;
    }
    if (status == SRNN_OK) {
        status =
            weights_spectrum(trainer->model, session->scratch, 2 * (size_t)session->settings.hidden,
                             &report->radius, &report->singular);
    }
    progress_clear(&session->progress);
    if (status != SRNN_OK) {
        return fail_status(status, "the evaluation after update %llu",
                           (unsigned long long)trainer->updates);
    }
    if (!is_reported(session)) {
        progress_report(&session->progress, report);
        log_write(&session->log, report);
    }
    if (!score.whole && !session->settings.quiet) {
        fputs("the time was over before this evaluation was: it is of a part\n", stderr);
    }
    return 0;
}

/* Whether --patience lets the run go on. */
static int has_patience(const struct session *session)
{
    const uint64_t patience = session->settings.patience;

    return patience == 0 || session->run.verdict.evaluations_since_best < patience;
}

/* Evaluate. Returns GOING_ON, or what ended the run before the evaluation was whole. */
static enum ending evaluate_whole(struct session *session)
{
    int whole;

    if (evaluate(session, &whole) != 0) {
        return BROKEN;
    }
    if (whole) {
        return GOING_ON;
    }
    return session->interrupted ? INTERRUPTED : TIME_OVER;
}

/* What the last report makes of the run: its target was reached, or its patience is lost. */
static enum ending ending_by_report(const struct session *session)
{
    if (session->report.wrong < session->settings.stop_error) {
        return TARGET_REACHED;
    }
    return has_patience(session) ? GOING_ON : PATIENCE_LOST;
}

/* Evaluate on schedule, and start a new interval. An evaluation that a signal or the clock ended
 * counts for nothing: a resumed run begins with it. */
static enum ending evaluate_on_schedule(struct session *session)
{
    const enum ending ending = evaluate_whole(session);

    if (ending == BROKEN) {
        return ending;
    }
    if (ending != GOING_ON) {
        if (session->run.trainer.updates == 0) {
            /* A resumed run does not know of --from: this is how it learns that it is to be judged
             * first. */
            verdict_mark_begun(&session->run.verdict);
        }
        return ending;
    }
    memset(&session->run.interval, 0, sizeof session->run.interval);
    if (!session->judges) {
        return GOING_ON;
    }
    run_judge(&session->run, session->report.loss, session->report.wrong);
    return ending_by_report(session);
}

/* What had already ended a resumed run, or GOING_ON. A checkpoint does not have the share of wrong
 * answers. So if an evaluation came last, it is made again to compare that with the target. */
static enum ending ended_before(struct session *session)
{
    if (session->judges && session->settings.stop_error > 0.0 && is_reported(session)) {
        const enum ending ending = evaluate_whole(session);

        return ending == GOING_ON ? ending_by_report(session) : ending;
    }
    return has_patience(session) ? GOING_ON : PATIENCE_LOST;
}

int session_checkpoint(struct session *session)
{
    const char *path = session->settings.checkpoint;
    /* All ranks must collect, also those that have no path. */
    const int32_t status = trainer_collect_state(&session->run.trainer);

    if (path == NULL) {
        return 0;
    }
    log_synchronize(&session->log);
    return status == SRNN_OK ? run_checkpoint_save(&session->checkpoint, &session->run, path)
                             : fail_status(status, "%s: cannot save the run", path);
}

/* Whether it is time for a checkpoint. */
static int checkpoint_due(const struct session *session)
{
    return session->settings.checkpoint != NULL &&
           clock_seconds() - session->saved_at >= session->settings.every;
}

/* Between two updates: let all ranks decide alike, by the clock of rank 0 and by the signals to any
 * of them, and write a checkpoint when it is time. After a failure, which prints a message, the run
 * goes on: there may be room the next time, and to stop would lose the work. */
static void pause_between_updates(struct session *session)
{
    const int leads = ranks_own() == 0;
    double votes[] = {leads ? run_seconds(&session->run) : 0.0, leads && checkpoint_due(session),
                      signals_noted()};

    (void)ranks_add(SRNN_OK, NULL, 0, votes, sizeof votes / sizeof votes[0]);
    session->seconds = votes[0];
    session->interrupted = votes[2] != 0.0;
    if (votes[1] != 0.0) {
        progress_clear(&session->progress);
        (void)session_checkpoint(session);
        session->saved_at = clock_seconds();
    }
}

/* Make one update, and what is due after it: an evaluation, a line of progress. */
static enum ending advance(struct session *session)
{
    struct trainer *trainer = &session->run.trainer;
    const struct pace pace = next_pace(session);
    enum ending ending = GOING_ON;
    struct update update;
    int32_t status = trainer_update(trainer, &pace, &update);

    if (status != SRNN_OK) {
        progress_clear(&session->progress);
        if (status == SRNN_E_NONFINITE) {
            fail("update %llu: NaN or infinity in the gradient%s",
                 (unsigned long long)trainer->updates + 1,
                 trainer->settings->nonfinite == SRNN_CLIP_POLICY_REPAIR
                     ? " and the recurrent weights; begin a new run with a smaller --rate or --clip"
                     : "; begin a new run with a smaller --rate or --clip, or with --nonfinite "
                       "skip");
        } else {
            fail_status(status, "update %llu", (unsigned long long)trainer->updates + 1);
        }
        return BROKEN;
    }
    tally_add(&session->run.interval, &update);
    tally_add(&session->run.total, &update);
    if (trainer->updates % session_interval(session) == 0) {
        ending = evaluate_on_schedule(session);
    } else if (progress_due(&session->progress)) {
        report_training(session);
        progress_show(&session->progress, &session->report);
    }
    show_norms(session);
    return ending;
}

/* Begin to show the run. */
static void begin_progress(struct session *session)
{
    const struct settings *settings = &session->settings;
    const struct progress_run run = {
        (session->judges ? PROGRESS_JUDGES : 0u) |
            (clip_has_threshold(settings->clip.kind) ? PROGRESS_CLIPS : 0u) |
            (settings->omega > 0.0 ? PROGRESS_OMEGA : 0u),
        session->limit, 60.0 * settings->minutes,
        settings->stop_error > 0.0 || settings->patience > 0};

    session->report.wrong = -1.0;
    session->report.radius = -1.0;
    if (!session->judges && !settings->quiet) {
        fputs("nothing is held out: the run is not judged, and its last weights are kept\n",
              stderr);
    }
    progress_begin(&session->progress, settings->quiet, &run, session->run.trainer.updates);
}

/* Train until something ends the run. */
static enum ending train(struct session *session)
{
    const struct settings *settings = &session->settings;
    enum ending ending =
        session_evaluation_due(session) ? evaluate_on_schedule(session) : ended_before(session);

    while (ending == GOING_ON) {
        pause_between_updates(session);
        if (session->interrupted) {
            ending = INTERRUPTED;
        } else if (session->run.trainer.updates >= session->limit) {
            ending = UPDATES_DONE;
        } else if (settings->minutes > 0.0 && session->seconds >= 60.0 * settings->minutes) {
            ending = TIME_OVER;
        } else {
            ending = advance(session);
        }
    }
    return ending;
}

/* Judge the last weights, unless an evaluation has. */
static enum ending close_run(struct session *session, enum ending ending)
{
    int whole = 0;

    if (ending == INTERRUPTED || ending == BROKEN ||
        (session->judged > 0 && session->evaluated_at == session->run.trainer.updates)) {
        return ending;
    }
    if (!session->judges && is_reported(session)) {
        return ending;
    }
    if (evaluate(session, &whole) != 0) {
        return BROKEN;
    }
    session->is_closing = whole && session->judges;
    return session->interrupted ? INTERRUPTED : ending;
}

void session_run(struct session *session)
{
    const double minutes = session->settings.minutes;

    session->seconds = run_seconds(&session->run);
    session->deadline =
        minutes > 0.0 && ranks_own() == 0 ? 60.0 * minutes * (1.0 + GRACE) + GRACE_SECONDS : 0.0;
    begin_progress(session);
    signals_note();
    session->ending = close_run(session, train(session));
    progress_clear(&session->progress);
    report_clipping(session);
}
