/* train.c - the command `train`: from its options to its result */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/commands.h"
#include "storage/model_file.h"
#include "support/file_place.h"
#include "support/message.h"
#include "support/number.h"
#include "support/options.h"
#include "support/printable.h"
#include "support/ranks.h"
#include "support/try.h"
#include "tasks/task.h"
#include "training/evaluation.h"
#include "training/log.h"
#include "training/run_checkpoint.h"
#include "training/session.h"
#include "training/settings.h"

/* The command line, and the files that its options open. */
struct request {
    struct settings settings;
    const struct task_kind *kind;
    const char *path;          /* the task's file, or NULL */
    int wants_target;          /* --stop-error is an option: EXIT_UNREACHED is possible */
    struct model_file resumed; /* the checkpoint of --resume, else zeroed */
    struct model_file start;   /* the model of --from, else zeroed */
};

/* ---------------------------------------------------------------------------
 * Options
 * ------------------------------------------------------------------------ */

/* Set the settings of a command line whose options are those of `given` that choose defaults: the
 * defaults of the program and of the task, or the paper's; with --resume those of the program and
 * the settings of its checkpoint, which is opened. */
static int set_defaults(struct request *request, const struct settings *given,
                        struct settings *settings)
{
    const struct task_kind *kind = request->kind;

    if (given->as_published && kind->published == NULL) {
        return misuse("train: --as-published: the paper has no settings of %s", kind->name);
    }
    memset(settings, 0, sizeof *settings);
    options_default(&settings_table, settings);
    if (given->resume == NULL) {
        options_preset(&settings_table, settings,
                       given->as_published ? kind->published : kind->presets);
        return 0;
    }
    /* An option that is newer than the checkpoint has the program's default, unless
     * run_checkpoint_settings knows better. The task's may have been chosen since. */
    if (request->resumed.model == NULL) {
        TRY(model_file_open(&request->resumed, given->resume));
    }
    return run_checkpoint_settings(&request->resumed, kind, settings);
}

/* Open the model of --from if there is one, and set the network's shape by it. Returns 0, or an
 * exit code after a message. */
static int open_start(struct request *request, const struct arguments *arguments)
{
    static const char *const names[] = {"hidden", "activation", "init", "no-biases"};
    const uint32_t no_biases = SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS;
    struct settings *settings = &request->settings;
    const srnn_model *model;

    if (settings->resume != NULL) {
        settings->from = NULL; /* the run has its weights */
    }
    if (settings->from == NULL) {
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (options_given(&settings_table, arguments, names[i])) {
            return misuse("train: --%s does not go with --from: the model of --from decides it",
                          names[i]);
        }
    }
    TRY(model_file_open(&request->start, settings->from));
    TRY(task_check_trained(request->kind, &request->start));
    model = request->start.model;
    settings->hidden = srnn_model_hidden(model);
    settings->activation = model_made_with(model, SRNN_MODEL_ACTIVATION);
    settings->no_biases = (model_made_with(model, SRNN_MODEL_FLAGS) & no_biases) != 0;
    /* The weights of --from replace those that are drawn first. Whatever --init a task has by
     * default, the numbers that the seed gives after them are then the same. */
    settings->initializer = SRNN_START_SMART_TANH;
    return 0;
}

/* Refuse settings that a resumed run must not change and that differ from those of its checkpoint,
 * `resumed`. Returns 0, or EXIT_FAILED after a message. */
static int check_resumed(const struct request *request, const struct settings *resumed)
{
    char value[SETTINGS_VALUE_BYTES], resumed_value[SETTINGS_VALUE_BYTES];
    const struct settings *settings = &request->settings;
    const struct option *difference;

    if (settings->resume == NULL) {
        return 0;
    }
    if (settings->valid != NULL && resumed->task.hold_out > 0.0) {
        return fail("%s: the run to resume is judged by what is held out by --hold-out %g, not by "
                    "--valid",
                    settings->resume, resumed->task.hold_out);
    }
    difference = settings_difference(settings, resumed, request->kind->scope, value, resumed_value);
    return difference == NULL ? 0
                              : fail("%s: the run to resume has --%s %s, not %s", settings->resume,
                                     difference->name, resumed_value, value);
}

/* Whether a file can be read twice, as a pipe, a terminal or standard input cannot. One that is not
 * there is refused when it is opened. */
static int is_read_twice(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

/* Refuse names of one run that lead to one file: writing it would destroy the other. The first
 * three are only read, and may be the same; then say what the run is judged by. */
static int check_files(const struct settings *settings, const char *text)
{
    enum { READ_ONLY = 3 };

    const char *const names[] = {text,           settings->valid,      settings->test,
                                 settings->save, settings->checkpoint, settings->log};
    const char *const places[] = {file_input_name(text),
                                  file_input_name(settings->valid),
                                  file_input_name(settings->test),
                                  settings->save,
                                  settings->checkpoint,
                                  settings->log};
    static const char *const what[] = {"the FILE", "--valid",      "--test",
                                       "--save",   "--checkpoint", "--log"};
    const size_t count = sizeof names / sizeof names[0];

    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (names[i] == NULL || names[k] == NULL || !file_same(places[i], places[k])) {
                continue;
            }
            if (k >= READ_ONLY || !is_read_twice(names[i])) {
                return misuse("train: %s and %s are the same file, %s; use two files", what[i],
                              what[k], names[i]);
            }
            warn("%s is %s too: %s", what[k], what[i],
                 i == 0 ? "what is learnt from it is judged by it"
                        : "the weights that it judges are chosen by it");
        }
    }
    return 0;
}

/* Refuse names with which the file that the run begins with would be lost. A new model may take the
 * place of the one that it began with, but not that of a checkpoint, whose run could not go on. */
static int check_beginning(const struct request *request)
{
    const struct settings *settings = &request->settings;
    const int resumes = settings->resume != NULL;
    const char *const name = resumes ? settings->resume : settings->from;
    const int is_run = resumes || (name != NULL && run_checkpoint_present(&request->start));
    const struct {
        const char *what, *name;
    } written[] = {
        {"--log", settings->log},
        {"--save", is_run ? settings->save : NULL},
        {"--checkpoint", is_run && !resumes ? settings->checkpoint : NULL},
    };

    for (size_t i = 0; name != NULL && i < sizeof written / sizeof written[0]; i++) {
        if (written[i].name != NULL && file_same(written[i].name, name)) {
            return misuse("train: %s and %s are the same file, %s; use two files", written[i].what,
                          resumes ? "--resume" : "--from", name);
        }
    }
    return 0;
}

/* Refuse options that need evaluations where nothing is held out. */
static int check_unjudged(const struct settings *settings, const struct arguments *arguments,
                          const struct task_kind *kind)
{
    const struct {
        const char *option, *value;
        int is_wanted;
    } needing[] = {
        {"stop-error", "", settings->stop_error > 0.0},
        {"patience", "", settings->patience > 0},
        {"keep", " best", settings->keep == WEIGHTS_BEST},
    };

    if (!kind->needs_file || settings->valid != NULL || settings->task.hold_out > 0.0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof needing / sizeof needing[0]; i++) {
        if (needing[i].is_wanted && options_given(&settings_table, arguments, needing[i].option)) {
            return misuse("train: --%s%s needs evaluations, and with --hold-out 0 there are none; "
                          "--valid names a file to judge by",
                          needing[i].option, needing[i].value);
        }
    }
    if (settings->schedule == SCHEDULE_HALVE) {
        return misuse("train: --schedule halve needs evaluations, and with --hold-out 0 there are "
                      "none; choose another --schedule, or --valid");
    }
    return 0;
}

/* Refuse options of what is held out where nothing is: they would have no effect. */
static int check_hold_out(const struct settings *settings, const struct arguments *arguments)
{
    if (settings->valid != NULL && settings->task.hold_out > 0.0 &&
        options_given(&settings_table, arguments, "hold-out")) {
        return misuse("train: --hold-out does not go with --valid: all of the FILE is trained on");
    }
    if ((settings->valid != NULL || settings->task.hold_out <= 0.0) &&
        options_given(&settings_table, arguments, "hold-out-from")) {
        return misuse("train: --hold-out-from needs a share that is held out, and nothing is");
    }
    return 0;
}

/* Refuse options of Omega for a task that has none by default: they would have no effect. Not with
 * --omega 0, since the runs of a plan may differ in the weight alone, and not with --resume, where
 * the weight is that of the checkpoint. */
static int check_omega(const struct settings *settings, const struct arguments *arguments)
{
    static const char *const names[] = {"omega-form", "omega-schedule", "omega-bound"};

    if (settings->omega > 0.0 || settings->resume != NULL ||
        options_given(&settings_table, arguments, "omega")) {
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (options_given(&settings_table, arguments, names[i])) {
            return misuse("train: --%s has no effect without --omega, which is 0 here by default",
                          names[i]);
        }
    }
    return 0;
}

/* Check the options that depend on each other, and the options and the file by the task. Returns 0,
 * or EXIT_MISUSED after a message. */
static int check_request(const struct request *request, const struct arguments *arguments)
{
    const struct settings *settings = &request->settings;
    const struct task_kind *kind = request->kind;

    TRY(settings_check(settings));
    TRY(check_unjudged(settings, arguments, kind));
    TRY(check_omega(settings, arguments));
    if (settings->batch < ranks_count()) {
        return misuse("train: --batch %llu has fewer sequences than mpirun has processes, %lu",
                      (unsigned long long)settings->batch, (unsigned long)ranks_count());
    }
    if (settings->checkpoint == NULL && options_given(&settings_table, arguments, "every")) {
        return misuse("train: --every is the time between checkpoints, and needs --checkpoint");
    }
    if (settings->evaluate_every == 0 && !kind->needs_file) {
        return misuse("train: --evaluate-every 0: %s has no epochs; use at least 1", kind->name);
    }
    TRY(task_check_file("train", kind, request->path));
    TRY(check_beginning(request));
    return check_files(settings, request->path); /* which may warn: nothing is refused after it */
}

/* Set the task and its file by the operands. Where there are none, --resume is opened, and its
 * checkpoint sets the task. Returns 0, or an exit code after a message. */
static int find_task(struct request *request, const struct arguments *arguments)
{
    const char *const resume = request->settings.resume;

    request->path = arguments->operand_count > 1 ? arguments->operands[1] : NULL;
    if (arguments->operand_count > 0) {
        request->kind = task_find(arguments->operands[0]);
        return request->kind != NULL ? 0 : task_unknown("train", arguments->operands[0]);
    }
    if (resume == NULL) {
        return misuse("train: too few arguments; usage: srnn train %s", settings_table.synopsis);
    }
    TRY(model_file_open(&request->resumed, resume));
    TRY(run_checkpoint_kind(&request->resumed, &request->kind));
    return request->kind->needs_file
               ? misuse(
                     "train: the run of %s goes on with its FILE; srnn inspect prints the command",
                     resume)
               : 0;
}

/* Read the command line into a zeroed request. It is parsed twice. The first time finds the task
 * and --resume, on which the defaults depend; the second time sets its options on top of these
 * defaults. Returns OPTIONS_GO_ON or an exit code. */
static int read_request(struct request *request, int argc, char **argv)
{
    struct settings *settings = &request->settings;
    struct settings defaults;
    struct arguments arguments;
    int result = options_parse(&settings_table, argc, argv, settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    TRY(find_task(request, &arguments));
    TRY(options_scope(&settings_table, &arguments, request->kind->scope, request->kind->name));
    TRY(set_defaults(request, settings, &defaults));
    *settings = defaults;
    options_parse(&settings_table, argc, argv, settings, &arguments);
    settings_complete(settings);
    if (settings->task.ahead == 0) {
        settings->task.ahead = defaults.task.ahead; /* of the run to resume */
    }
    TRY(check_hold_out(settings, &arguments));
    if (settings->valid != NULL) {
        settings->task.hold_out = 0.0;
    }
    request->wants_target =
        settings->stop_error > 0 && options_given(&settings_table, &arguments, "stop-error");
    TRY(open_start(request, &arguments));
    TRY(check_resumed(request, &defaults));
    return check_request(request, &arguments) != 0 ? EXIT_MISUSED : OPTIONS_GO_ON;
}

/* ---------------------------------------------------------------------------
 * The result
 * ------------------------------------------------------------------------ */

/* Print a loss and the share that is wrong, each name after `prefix`. */
static void print_score(const struct session *session, const char *prefix, double loss,
                        double wrong, uint64_t judged)
{
    print_loss(session->task.kind, prefix, loss);
    printf("%swrong %.6f\n%sjudged %llu\n", prefix, wrong, prefix, (unsigned long long)judged);
}

/* Print the number of characters of a text that were left out, since the alphabet lacks them. */
static void print_unknown(const struct session *session, const char *name, size_t unknown)
{
    if (session->task.kind->characters) {
        printf("%s %llu\n", name, (unsigned long long)unknown);
    }
}

/* Print the result as lines "key value". A run that was interrupted before its first evaluation has
 * no loss to print. */
static void print_result(const struct session *session)
{
    const struct tally *total = &session->run.total;
    const struct report *report = &session->report;
    char text[32];

    printf("task %s\n", session->task.kind->name);
    printf("end %s\n", ending_name(session->ending));
    printf("updates %llu\n", (unsigned long long)session->run.trainer.updates);
    printf("seconds %.1f\n", run_seconds(&session->run));
    if (session->judged > 0) {
        printf("evaluated-at %llu\n", (unsigned long long)session->evaluated_at);
        print_score(session, "", report->loss, report->wrong, session->judged);
        printf("spectral-radius %s\n", fixed_describe(report->radius, 4, text, sizeof text));
    } else if (!session->judges) {
        puts("judged 0");
    }
    if (session->epoch > 0) {
        printf("epochs %.2f\n", (double)session->run.trainer.updates / (double)session->epoch);
    }
    if (session->run.verdict.best_loss < INFINITY) {
        printf("best-at %llu\nbest-loss %s\n", (unsigned long long)session->run.verdict.best_at,
               fixed_describe(session->run.verdict.best_loss, 6, text, sizeof text));
    }
    if (session->settings.from != NULL) {
        print_unknown(session, "training-unknown", session->task.unknown);
    }
    if (session->settings.valid != NULL) {
        print_unknown(session, "unknown", session->valid.unknown);
    }
    printf("mean-norm %.6g\n", tally_mean_norm(total));
    printf("largest-norm %.6g\n", total->largest_norm);
    printf("threshold %.6g\n", report->clipping.threshold);
    printf("promised %.6g\n", report->clipping.promised);
    printf("fired %.4f\n", tally_mean(total, (double)total->fired));
    printf("bad %llu\n", (unsigned long long)total->bad);
    printf("omega %s\n", fixed_describe(tally_mean(total, total->omega), 4, text, sizeof text));
}

/* Print on standard error --threads and --every, which a checkpoint does not keep, where they are
 * not the default. */
static void print_unkept(const struct settings *settings)
{
    struct settings defaults;

    options_default(&settings_table, &defaults);
    if (settings->threads != defaults.threads) {
        fprintf(stderr, " --threads %llu", (unsigned long long)settings->threads);
    }
    if (settings->every != defaults.every) {
        fprintf(stderr, " --every %.12gs", settings->every);
    }
}

/* Print on standard error the command with which the run goes on: with what a checkpoint does not
 * keep. Nothing is printed where a name cannot be, since the command would not work. */
static void report_resume(const struct session *session, const char *path)
{
    const struct settings *settings = &session->settings;
    const struct {
        const char *option, *name;
    } files[] = {
        {" ", path},
        {" --valid ", settings->valid},
        {" --test ", settings->test},
        {" --save ", settings->save},
        {" --log ", settings->log},
        {" --checkpoint ", settings->checkpoint},
        {" --resume ", settings->checkpoint},
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].name != NULL && !text_is_printable(files[i].name)) {
            return;
        }
    }
    fputs("continue with: ", stderr);
    if (ranks_count() > 1) { /* another number would go on with other bits */
        fprintf(stderr, "mpirun -n %lu ", (unsigned long)ranks_count());
    }
    fprintf(stderr, "srnn train %s", session->task.kind->name);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].name != NULL) {
            fputs(files[i].option, stderr);
            print_file_name(stderr, files[i].name);
        }
    }
    print_unkept(settings);
    fputc('\n', stderr);
}

/* Print on standard error to which files the run was saved. `path` is the task's file, or NULL. */
static void report_files(const struct session *session, const char *path)
{
    const struct settings *settings = &session->settings;

    if (settings->quiet) {
        return;
    }
    if (settings->save != NULL) {
        if (run_has_best(&session->run)) {
            note("model saved to %s: the weights of update %llu, whose loss was the lowest",
                 settings->save, (unsigned long long)session->run.verdict.best_at);
        } else {
            note("model saved to %s", settings->save);
        }
    }
    if (settings->checkpoint != NULL) {
        note("checkpoint saved to %s", settings->checkpoint);
        if (session->ending != BROKEN) { /* mostly by a gradient that would break it again */
            report_resume(session, path);
        }
    }
    if (settings->save == NULL && settings->checkpoint == NULL) {
        note("the model was not saved; --save FILE saves it");
    }
}

/* Judge the model that --keep chose on the file of --test, and print the score. Returns 0, or an
 * exit code: EXIT_INTERRUPTED after a signal, or EXIT_FAILED after a message. */
static int print_test(struct session *session)
{
    struct score score;
    size_t unknown;
    const int result = session_test(session, &score, &unknown);

    if (result == 0) {
        print_score(session, "test-", score.loss, score.wrong, score.judged);
        print_unknown(session, "test-unknown", unknown);
    }
    return result;
}

/* The exit code of a run that has ended. */
static int exit_code(const struct session *session, int wants_target)
{
    switch (session->ending) {
    case BROKEN:
        return EXIT_FAILED;
    case INTERRUPTED:
        return EXIT_INTERRUPTED;
    default:
        return wants_target && session->report.wrong >= session->settings.stop_error
                   ? EXIT_UNREACHED
                   : EXIT_DONE;
    }
}

/* Run an open session. Say on standard error if it was over when it was resumed. */
static void run_session(struct session *session)
{
    const uint64_t updates = session->run.trainer.updates;
    const int may_be_over = session->settings.resume != NULL && !session_evaluation_due(session);

    session_run(session);
    if (may_be_over && session->run.trainer.updates == updates && !session->settings.quiet &&
        session->ending != BROKEN && session->ending != INTERRUPTED) {
        note("%s: the run was over already, at update %llu: no update was made",
             session->settings.resume, (unsigned long long)updates);
    }
}

/* Run an open session, write its files and print its result. Returns the exit code. */
static int run_to_end(struct session *session, const struct request *request)
{
    int result;

    run_session(session);
    result = exit_code(session, request->wants_target);
    if (session_save(session) == 0) {
        report_files(session, request->path);
    } else {
        result = EXIT_FAILED;
    }
    if (log_close(&session->log) != 0) {
        result = EXIT_FAILED;
    }
    print_result(session);
    if (session->settings.test != NULL && session->ending != BROKEN &&
        session->ending != INTERRUPTED) {
        const int tested = print_test(session);

        result = tested != 0 ? tested : result;
    }
    return finish_output(result);
}

int command_train(int argc, char **argv)
{
    struct request request;
    struct session session;
    int opened = 0;
    int result;

    memset(&request, 0, sizeof request);
    memset(&session, 0, sizeof session);
    result = read_request(&request, argc, argv);
    result = ranks_agree(result - OPTIONS_GO_ON) + OPTIONS_GO_ON;
    if (result == OPTIONS_GO_ON) {
        result = session_open(&session, &request.settings, request.kind, request.path,
                              request.resumed.model != NULL ? &request.resumed : NULL,
                              request.start.model != NULL ? &request.start : NULL);
        opened = result == 0;
    }
    model_file_close(&request.start);
    model_file_close(&request.resumed);
    if (opened) {
        result = run_to_end(&session, &request);
    }
    session_close(&session);
    return result;
}
