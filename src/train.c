/* train.c - the command `train`: from its options to its result */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "evaluation.h"
#include "file.h"
#include "log.h"
#include "message.h"
#include "model_file.h"
#include "options.h"
#include "pool.h"
#include "run.h"
#include "session.h"
#include "settings.h"
#include "task.h"
#include "task_text.h"
#include "trainer.h"

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
    const char *const names[] = {text, settings->save, settings->checkpoint, settings->log};
    static const char *const what[] = {"the text", "--save", "--checkpoint", "--log"};
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

/* Read the options: the task's own defaults, then those of a run to resume, then
 * the command line. Gives OPTIONS_GO_ON or an exit code. */
static int read_settings(struct session *session, int argc, char **argv, struct model_file *resumed,
                         const char **path)
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
    if (check_resumed(settings, &kept, kind) != 0) {
        return EXIT_FAILED;
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
    return result == 0 ? OPTIONS_GO_ON : result;
}

/* Make everything that the run needs, and find out now whether its files can be
 * written. Gives 0, or an exit code after a message. */
static int prepare(struct session *session, const struct model_file *resumed, const char *path)
{
    struct settings *settings = &session->settings;
    struct run *run = &session->run;
    uint32_t batch = EVALUATION_BATCH;
    int result = task_open(&session->task, session->task.kind, &settings->task, path);

    if (result != 0) {
        return result;
    }
    if (session->task.corpus != NULL) {
        batch = (uint32_t)settings->batch;
    }
    if ((settings->threads > 1 && pool_create((uint32_t)settings->threads, &session->pool) != 0) ||
        trainer_create(&run->trainer, settings, &session->task, session->pool) != 0 ||
        evaluation_create(&session->evaluation, &session->task, run->trainer.model, batch,
                          session->pool) != 0 ||
        checkpoint_create(&session->checkpoint, &run->trainer) != 0) {
        return EXIT_FAILED;
    }
    session->scratch = malloc(2 * settings->hidden * sizeof *session->scratch);
    if (session->scratch == NULL) {
        return fail("no memory");
    }
    run->resumed_at = clock_seconds();
    session->saved_at = run->resumed_at;
    if ((resumed->model != NULL && checkpoint_restore(&session->checkpoint, resumed, run) != 0) ||
        (settings->save != NULL && file_check_writable(settings->save) != 0) ||
        (settings->checkpoint != NULL && file_check_writable(settings->checkpoint) != 0)) {
        return EXIT_FAILED;
    }
    return log_open(&session->log, settings->log, resumed->model != NULL, run->trainer.updates);
}

/* Write the model and the last checkpoint. Gives 0, or EXIT_FAILED after a
 * message for each that could not be written. */
static int save_results(struct session *session)
{
    const struct settings *settings = &session->settings;
    const struct corpus *corpus = session->task.corpus;
    int result = 0;

    if (settings->save != NULL && model_file_save(settings->save, session->run.trainer.model,
                                                  corpus != NULL ? corpus->alphabet : NULL,
                                                  corpus != NULL ? corpus->symbols : 0) != 0) {
        result = EXIT_FAILED;
    }
    if (settings->checkpoint != NULL &&
        checkpoint_save(&session->checkpoint, &session->run, settings->checkpoint) != 0) {
        result = EXIT_FAILED;
    }
    return result;
}

/* Print the result as lines "key value"; nothing was judged in a run that was
 * interrupted before its first evaluation. */
static void print_result(const struct session *session)
{
    static const char *const endings[] = {"", "target", "updates", "time", "interrupted", "broken"};
    const struct tally *total = &session->run.total;
    const struct report *report = &session->report;

    printf("task %s\n", session->task.kind->name);
    printf("end %s\n", endings[session->ending]);
    printf("updates %llu\n", (unsigned long long)session->run.trainer.updates);
    printf("seconds %.1f\n", run_seconds(&session->run));
    if (session->judged > 0) {
        printf("evaluated-at %llu\n", (unsigned long long)session->evaluated_at);
        printf("loss %.6f\n", report->loss);
        if (session->task.corpus != NULL) {
            printf("bits-per-character %.4f\n", report->loss * BITS_OF_NAT);
        }
        printf("wrong %.6f\n", report->wrong);
        printf("judged %llu\n", (unsigned long long)session->judged);
        printf("spectral-radius %.4f\n", report->radius);
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

    if (settings->quiet) {
        return;
    }
    if (settings->save != NULL) {
        fprintf(stderr, "model saved to %s\n", settings->save);
    }
    if (settings->checkpoint != NULL) {
        fprintf(
            stderr, "checkpoint saved to %s; go on with: srnn train %s%s%s --resume %s\n",
            settings->checkpoint, session->task.kind->name, session->task.corpus != NULL ? " " : "",
            session->task.corpus != NULL ? session->task.corpus->path : "", settings->checkpoint);
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
    return finish_output(result);
}

int command_train(int argc, char **argv)
{
    struct model_file resumed;
    struct session session;
    const char *path = NULL;
    int result;

    memset(&session, 0, sizeof session);
    memset(&resumed, 0, sizeof resumed);
    result = read_settings(&session, argc, argv, &resumed, &path);
    if (result == OPTIONS_GO_ON) {
        result = prepare(&session, &resumed, path);
        model_file_close(&resumed);
        if (result == 0) {
            result = run_to_end(&session);
        }
    } else {
        model_file_close(&resumed);
    }
    free(session.scratch);
    checkpoint_destroy(&session.checkpoint);
    evaluation_destroy(&session.evaluation);
    trainer_destroy(&session.run.trainer);
    pool_destroy(session.pool);
    task_close(&session.task);
    return result;
}
