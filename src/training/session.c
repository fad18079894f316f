/* session.c - a run from its first update to its end */
#include "training/session.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#include "support/clock.h"
#include "support/message.h"
#include "training/weights.h"

/* Set by the handler: the run is to end after this update. */
static volatile sig_atomic_t interrupted;

static void note_signal(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* Let SIGINT, SIGTERM and SIGHUP end the run in order, the first time; the next
 * one ends the program at once. nohup keeps its meaning. A closed pipe and a file
 * beyond the shell's limit are errors of a write, not the end. */
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

/* The share of the run that is done, by the limit that is nearer. */
static double share_done(const struct session *session)
{
    const struct settings *settings = &session->settings;
    double share = (double)session->run.trainer.updates / (double)session->limit;

    if (settings->minutes > 0.0) {
        const double time_share = run_seconds(&session->run) / (60.0 * settings->minutes);

        share = time_share > share ? time_share : share;
    }
    return share;
}

/* The rate at that share of the run: up over its first part, then down to 0. */
static double linear_rate(double rate, double share)
{
    static const double rise = 0.05; /* a full rate at first breaks ReLU networks */

    if (share < rise) {
        return rate * share / rise;
    }
    return share < 1.0 ? rate * (1.0 - share) / (1.0 - rise) : 0.0;
}

/* The rate so many updates after the solution: half after 20,000. */
static double settled_rate(double rate, uint64_t updates)
{
    return rate / (1.0 + (double)updates / 20000.0);
}

/* The rate of the next update. */
static double current_rate(const struct session *session)
{
    const struct settings *settings = &session->settings;
    const struct verdict *verdict = &session->run.verdict;

    switch (settings->schedule) {
    case SCHEDULE_LINEAR:
        return linear_rate(settings->rate, share_done(session));
    case SCHEDULE_HALVE:
        return settings->rate * verdict->rate_factor;
    case SCHEDULE_SETTLE:
        return verdict->solved_at == 0 ? settings->rate
                                       : settled_rate(settings->rate, session->run.trainer.updates -
                                                                          verdict->solved_at);
    default:
        return settings->rate;
    }
}

/* The weight of Omega in the next update. */
static double current_omega(const struct session *session)
{
    const struct settings *settings = &session->settings;

    return settings->omega_schedule == OMEGA_INVERSE && session->epoch > 0
               ? settings->omega / (double)(session->run.trainer.updates / session->epoch + 1)
               : settings->omega;
}

/* The bound of Omega in the next update. A rate that settles has one of its own before the
 * solution: in a network that has not learned, the error fades on its way back, and Omega
 * is to see all of it. */
static double current_bound(const struct session *session)
{
    const struct settings *settings = &session->settings;
    static const double least = 1e-20;

    return settings->schedule == SCHEDULE_SETTLE && session->run.verdict.solved_at == 0
               ? least
               : settings->omega_bound;
}

/* Put the means of the updates since the last evaluation into the report. */
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
    report->rate = current_rate(session);
}

int session_evaluate(struct session *session)
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

/* An evaluation on schedule: shown, logged, and the start of a new interval. */
static enum ending evaluate_on_schedule(struct session *session)
{
    const struct settings *settings = &session->settings;

    if (session_evaluate(session) != 0) {
        return BROKEN;
    }
    progress_report(&session->progress, &session->report);
    log_write(&session->log, &session->report);
    memset(&session->run.interval, 0, sizeof session->run.interval);
    run_judge(&session->run, session->report.loss, session->report.wrong);
    if (session->report.wrong < settings->stop_error) {
        return TARGET_REACHED;
    }
    return settings->patience > 0 && session->run.verdict.waited >= settings->patience
               ? PATIENCE_LOST
               : GOING_ON;
}

/* Save a checkpoint when it is time. A failure is told and the run goes on: there
 * may be room the next time, and to stop would lose the work. */
static void save_now_and_then(struct session *session)
{
    if (session->settings.checkpoint == NULL ||
        clock_seconds() - session->saved_at < session->settings.every) {
        return;
    }
    progress_clear(&session->progress);
    (void)checkpoint_save(&session->checkpoint, &session->run, session->settings.checkpoint);
    session->saved_at = clock_seconds();
}

/* One update and what comes due after it. */
static enum ending advance(struct session *session)
{
    struct trainer *trainer = &session->run.trainer;
    const struct settings *settings = &session->settings;
    const uint64_t every = settings->evaluate_every > 0 ? settings->evaluate_every : session->epoch;
    const struct pace pace = {current_rate(session), current_omega(session),
                              current_bound(session)};
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
    save_now_and_then(session);
    return ending;
}

void session_train(struct session *session)
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
    session->ending = ending;
}
