/* train.c - the command `train`: from its options to its result */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "storage/model_file.h"
#include "support/clock.h"
#include "support/file.h"
#include "support/message.h"
#include "support/options.h"
#include "support/pool.h"
#include "tasks/task.h"
#include "training/evaluation.h"
#include "training/log.h"
#include "training/run.h"
#include "training/session.h"
#include "training/settings.h"
#include "training/trainer.h"

/* Take over the settings of the run to resume, if there is one, into `kept`.
 * Gives 0, or EXIT_FAILED after a message. */
static int open_resumed(struct model_file *resumed, const char *path, const struct task_kind *kind,
                        struct settings *kept)
{
    int result = 0;

    if (path != NULL) {
        result = model_file_open(resumed, path);
    }
    if (path != NULL && result == 0) {
        result = checkpoint_settings(resumed, kind, kept);
    }
    return result;
}

/* Refuse settings that a resumed run must not change. Gives 0, or EXIT_FAILED
 * after a message. */
static int check_resumed(const struct settings *settings, const struct settings *kept,
                         const struct task_kind *kind)
{
    char value[SETTINGS_VALUE_BYTES], kept_value[SETTINGS_VALUE_BYTES];
    const struct option *difference =
        settings->resume != NULL
            ? settings_difference(settings, kept, kind->scope, value, kept_value)
            : NULL;

    return difference == NULL ? 0
                              : fail("%s: the run has --%s %s, not %s", settings->resume,
                                     difference->name, kept_value, value);
}

/* Refuse two files of one run that have the same name: writing one would lose the
 * other. Gives 0, or EXIT_MISUSED after a message. */
static int check_files(const struct settings *settings, const char *text)
{
    const char *const names[] = {text,           settings->valid,      settings->test,
                                 settings->save, settings->checkpoint, settings->log};
    static const char *const what[] = {"the file", "--valid",      "--test",
                                       "--save",   "--checkpoint", "--log"};
    const size_t count = sizeof names / sizeof names[0];

    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (names[i] != NULL && names[k] != NULL && strcmp(names[i], names[k]) == 0) {
                return misuse("train: %s and %s are the same file, %s", what[i], what[k], names[i]);
            }
        }
    }
    return 0;
}

/* Open the model to start from, if there is one; the network is as it tells. Gives 0, or an
 * exit code after a message. */
static int open_start(struct model_file *start, struct settings *settings,
                      const struct arguments *arguments)
{
    static const char *const told[] = {"hidden", "activation", "init", "no-biases"};
    const uint32_t no_biases = SRNN_NO_RECURRENT_BIAS | SRNN_NO_OUTPUT_BIAS;

    if (settings->from == NULL) {
        return 0;
    }
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (options_given(&settings_table, arguments, told[i])) {
            return misuse("train: --%s is told by the model of --from", told[i]);
        }
    }
    if (model_file_open(start, settings->from) != 0) {
        return EXIT_FAILED;
    }
    settings->hidden = srnn_model_hidden(start->model);
    settings->activation = srnn_model_activation(start->model);
    settings->no_biases = (srnn_model_flags(start->model) & no_biases) != 0;
    return 0;
}

/* Read the options: the task's own defaults, then those of a run to resume, then
 * the command line. Gives OPTIONS_GO_ON or an exit code. */
static int read_settings(struct session *session, int argc, char **argv, struct model_file *resumed,
                         struct model_file *start, const char **path)
{
    struct settings *settings = &session->settings;
    struct arguments arguments;
    const struct task_kind *kind;
    struct settings kept;
    int result = options_parse(&settings_table, argc, argv, settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    kind = task_find(arguments.operands[0]);
    if (kind == NULL) {
        return misuse("train: unknown task '%s'; see srnn help train", arguments.operands[0]);
    }
    memset(&kept, 0, sizeof kept);
    options_default(&settings_table, &kept);
    options_preset(&settings_table, &kept, kind->presets);
    if (open_resumed(resumed, settings->resume, kind, &kept) != 0) {
        return EXIT_FAILED;
    }
    *settings = kept;
    options_parse(&settings_table, argc, argv, settings, &arguments);
    if (settings->valid != NULL) {
        settings->task.hold_out = 0.0;
    }
    result = open_start(start, settings, &arguments);
    if (result == 0) {
        result = check_resumed(settings, &kept, kind);
    }
    if (result != 0) {
        return result;
    }
    session->wants_target =
        settings->stop_error > 0 && options_given(&settings_table, &arguments, "stop-error");
    session->task.kind = kind;
    *path = arguments.operand_count > 1 ? arguments.operands[1] : NULL;
    result = options_scope(&settings_table, &arguments, kind->scope, kind->name);
    if (result == 0) {
        result = settings_check(settings);
    }
    if (result == 0) {
        result = check_files(settings, *path);
    }
    if (result == 0 && settings->evaluate_every == 0 && !kind->needs_file) {
        result = misuse("train: --evaluate-every 0: %s has no epochs", kind->name);
    }
    return result == 0 ? OPTIONS_GO_ON : result;
}

/* Open a file beside that of the training, all of it to be judged by. Gives 0, or an exit
 * code after a message. */
static int open_beside(const struct session *session, const char *path, struct task *beside)
{
    struct task_options options = session->settings.task;

    options.hold_out = 1.0;
    return task_open(beside, session->task.kind, &options, path, &session->task.encoding);
}

/* Open the files of the data, seen as `known` knows them already if that is not NULL.
 * Gives 0, or an exit code after a message. */
static int open_data(struct session *session, const char *path, const struct encoding *known)
{
    const struct settings *settings = &session->settings;
    int result = task_open(&session->task, session->task.kind, &settings->task, path, known);

    session->task.seed = settings->seed;
    session->task.shuffled = 1;
    if (result == 0 && settings->valid != NULL) {
        result = open_beside(session, settings->valid, &session->valid);
    }
    return result;
}

/* The task that evaluations open. */
static const struct task *judging_task(const struct session *session)
{
    return session->settings.valid != NULL ? &session->valid : &session->task;
}

/* How many updates an epoch has, and how many there will be at most. */
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

/* Begin with the weights of the model to start from. Gives 0, or EXIT_FAILED after a
 * message. */
static int take_weights(const struct model_file *start, const struct task *task, srnn_model *model)
{
    const size_t count = srnn_model_parameter_count(model);

    if (task_check_model(task, start->model, start->path) != 0) {
        return EXIT_FAILED;
    }
    if (srnn_model_flags(start->model) != srnn_model_flags(model)) {
        return fail("%s: the model has one kind of biases alone, or a trained first state",
                    start->path);
    }
    memcpy(srnn_model_parameters(model), srnn_model_parameters_const(start->model),
           count * sizeof(float));
    return 0;
}

/* Make everything that the run needs, and find out now whether its files can be
 * written. Gives 0, or an exit code after a message. */
static int prepare(struct session *session, const struct model_file *resumed,
                   const struct model_file *start, const char *path)
{
    struct settings *settings = &session->settings;
    struct run *run = &session->run;
    uint32_t batch = EVALUATION_BATCH;
    int result = open_data(session, path,
                           resumed->model != NULL ? &resumed->encoding
                           : start->model != NULL ? &start->encoding
                                                  : NULL);

    if (result != 0) {
        return result;
    }
    if (session->task.kind->needs_file) {
        batch = (uint32_t)settings->batch;
    }
    if ((settings->threads > 1 && pool_create((uint32_t)settings->threads, &session->pool) != 0) ||
        trainer_create(&run->trainer, settings, &session->task, session->pool) != 0 ||
        (start->model != NULL && take_weights(start, &session->task, run->trainer.model) != 0) ||
        evaluation_create(&session->evaluation, judging_task(session), run->trainer.model, batch,
                          session->pool) != 0 ||
        run_begin(run) != 0 ||
        checkpoint_create(&session->checkpoint, run,
                          session->task.file.fingerprint + 3 * session->valid.file.fingerprint) !=
            0) {
        return EXIT_FAILED;
    }
    count_updates(session);
    session->scratch = malloc(2 * settings->hidden * sizeof *session->scratch);
    if (session->scratch == NULL) {
        return fail("no memory");
    }
    session->saved_at = run->resumed_at;
    if ((resumed->model != NULL && checkpoint_restore(&session->checkpoint, resumed, run) != 0) ||
        (settings->save != NULL && file_check_writable(settings->save) != 0) ||
        (settings->checkpoint != NULL && file_check_writable(settings->checkpoint) != 0)) {
        return EXIT_FAILED;
    }
    return log_open(&session->log, settings->log, resumed->model != NULL, run->trainer.updates);
}

/* Write the last checkpoint, and then the model: where the best weights are kept, they
 * are the model's from now on. Gives 0, or EXIT_FAILED after a message for each that
 * could not be written. */
static int save_results(struct session *session)
{
    const struct settings *settings = &session->settings;
    struct run *run = &session->run;
    int result = 0;

    if (settings->checkpoint != NULL &&
        checkpoint_save(&session->checkpoint, run, settings->checkpoint) != 0) {
        result = EXIT_FAILED;
    }
    if (run_has_best(run)) {
        memcpy(srnn_model_parameters(run->trainer.model), run->best,
               run->trainer.count * sizeof *run->best);
    }
    if (settings->save != NULL &&
        model_file_save(settings->save, run->trainer.model, &session->task.encoding) != 0) {
        result = EXIT_FAILED;
    }
    return result;
}

/* Print a loss and what is wrong, each name after `prefix`. */
static void print_score(const struct session *session, const char *prefix, double loss,
                        double wrong, uint64_t judged)
{
    printf("%sloss %.6f\n", prefix, loss);
    if (session->task.kind->characters) {
        printf("%sbits-per-character %.4f\n%sperplexity %.4f\n", prefix, loss * BITS_OF_NAT, prefix,
               exp(loss));
    }
    printf("%swrong %.6f\n%sjudged %llu\n", prefix, wrong, prefix, (unsigned long long)judged);
}

/* Tell how many characters of a text training never saw; they are left out. */
static void print_unknown(const char *name, const struct task *task)
{
    if (task->kind->characters) {
        printf("%s %llu\n", name, (unsigned long long)task->unknown);
    }
}

/* Judge the model that is kept on the file of --test. Gives 0, or an exit code after a
 * message. */
static int judge_test(const struct session *session)
{
    const struct trainer *trainer = &session->run.trainer;
    struct task test;
    struct evaluation evaluation;
    struct score score;
    int result;

    memset(&test, 0, sizeof test);
    memset(&evaluation, 0, sizeof evaluation);
    result = open_beside(session, session->settings.test, &test);
    if (result == 0) {
        result = evaluation_create(&evaluation, &test, trainer->model,
                                   (uint32_t)session->settings.batch, session->pool);
    }
    if (result == 0) {
        const int32_t status = evaluation_run(&evaluation, trainer->model, 0, 0, 0, &score);

        result = status == SRNN_OK ? 0 : fail_status(status, "%s", session->settings.test);
    }
    if (result == 0) {
        print_score(session, "test-", score.loss, score.wrong, score.judged);
        print_unknown("test-unknown", &test);
    }
    evaluation_destroy(&evaluation);
    task_close(&test);
    return result;
}

/* Print the result as lines "key value"; nothing was judged in a run that was
 * interrupted before its first evaluation. */
static void print_result(const struct session *session)
{
    static const char *const endings[] = {"",         "target",      "updates", "time",
                                          "patience", "interrupted", "broken"};
    const struct tally *total = &session->run.total;
    const struct report *report = &session->report;

    printf("task %s\n", session->task.kind->name);
    printf("end %s\n", endings[session->ending]);
    printf("updates %llu\n", (unsigned long long)session->run.trainer.updates);
    printf("seconds %.1f\n", run_seconds(&session->run));
    if (session->judged > 0) {
        printf("evaluated-at %llu\n", (unsigned long long)session->evaluated_at);
        print_score(session, "", report->loss, report->wrong, session->judged);
        printf("spectral-radius %.4f\n", report->radius);
    }
    if (session->epoch > 0) {
        printf("epochs %.2f\n", (double)session->run.trainer.updates / (double)session->epoch);
    }
    if (session->run.verdict.best_loss < INFINITY) {
        printf("best-at %llu\nbest-loss %.6f\n", (unsigned long long)session->run.verdict.best_at,
               session->run.verdict.best_loss);
    }
    if (session->settings.from != NULL) {
        print_unknown("training-unknown", &session->task);
    }
    if (session->settings.valid != NULL) {
        print_unknown("unknown", &session->valid);
    }
    printf("mean-norm %.6g\n", tally_mean_norm(total));
    printf("largest-norm %.6g\n", total->largest_norm);
    printf("fired %.4f\n", tally_mean(total, (double)total->fired));
    printf("bad %llu\n", (unsigned long long)total->bad);
    printf("omega %.4f\n", tally_mean(total, total->omega));
}

/* What is kept of the run, on standard error. */
static void tell_files(const struct session *session)
{
    const struct settings *settings = &session->settings;
    const char *path = session->task.file.path;

    if (settings->quiet) {
        return;
    }
    if (settings->save != NULL) {
        fprintf(stderr, "model saved to %s\n", settings->save);
    }
    if (settings->checkpoint != NULL) {
        fprintf(stderr, "checkpoint saved to %s; go on with: srnn train %s%s%s --resume %s\n",
                settings->checkpoint, session->task.kind->name, path != NULL ? " " : "",
                path != NULL ? path : "", settings->checkpoint);
    }
    if (settings->save == NULL && settings->checkpoint == NULL) {
        fputs("the model was not saved (no --save)\n", stderr);
    }
}

/* Bring a prepared run to its end. Gives the exit code. */
static int run_to_end(struct session *session)
{
    int result = EXIT_DONE;

    session_train(session);
    if ((session->ending == UPDATES_DONE || session->ending == TIME_OVER) &&
        (session->judged == 0 || session->evaluated_at != session->run.trainer.updates) &&
        session_evaluate(session) != 0) {
        session->ending = BROKEN;
    }
    if (session->ending == BROKEN) {
        result = EXIT_FAILED;
    } else if (session->ending == INTERRUPTED) {
        result = EXIT_INTERRUPTED;
    } else if (session->wants_target && session->report.wrong >= session->settings.stop_error) {
        result = EXIT_UNREACHED;
    }
    if (save_results(session) == 0) {
        tell_files(session);
    } else {
        result = EXIT_FAILED;
    }
    if (log_close(&session->log) != 0) {
        result = EXIT_FAILED;
    }
    print_result(session);
    if (session->settings.test != NULL && session->ending != BROKEN && judge_test(session) != 0) {
        result = EXIT_FAILED;
    }
    return finish_output(result);
}

int command_train(int argc, char **argv)
{
    struct model_file resumed;
    struct model_file start;
    struct session session;
    const char *path = NULL;
    int result;
    int goes_on;

    memset(&session, 0, sizeof session);
    memset(&resumed, 0, sizeof resumed);
    memset(&start, 0, sizeof start);
    result = read_settings(&session, argc, argv, &resumed, &start, &path);
    goes_on = result == OPTIONS_GO_ON;
    if (goes_on) {
        result = prepare(&session, &resumed, &start, path);
    }
    model_file_close(&start);
    model_file_close(&resumed);
    if (goes_on && result == 0) {
        result = run_to_end(&session);
    }
    free(session.scratch);
    checkpoint_destroy(&session.checkpoint);
    evaluation_destroy(&session.evaluation);
    run_end(&session.run);
    pool_destroy(session.pool);
    task_close(&session.valid);
    task_close(&session.task);
    return result;
}
