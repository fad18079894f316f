/* evaluate.c - the command `eval`: the loss and the errors of a model on a task */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "storage/model_file.h"
#include "support/message.h"
#include "support/notice.h"
#include "support/number.h"
#include "support/options.h"
#include "support/pool.h"
#include "support/try.h"
#include "tasks/task.h"
#include "training/adaptation.h"
#include "training/evaluation.h"
#include "training/progress.h"

struct eval_settings {
    struct task_options task; /* its length is set from `lengths` */
    struct ranges lengths;
    uint64_t sequences;
    uint64_t batch;
    uint64_t seed;
    uint64_t threads;
    double adapt; /* learning rate of --adapt; 0: without --adapt */
    double adapt_drift;
};

#define SETTING(field) offsetof(struct eval_settings, field)

static const struct option rows[] = {
    {"length", OPTION_RANGES, SETTING(lengths), "LIST", "100", 1, 1000000, NULL, KEEP_NOT,
     SCOPE_SYNTHETIC,
     "synthetic: numbers of steps, such as 50,100,50:200\n"
     "LOW:HIGH: each batch draws a number from LOW to HIGH - 1"},
    {"sequences", OPTION_COUNT, SETTING(sequences), "N", "10000", 1, 1e9, NULL, KEEP_NOT,
     SCOPE_SYNTHETIC, "synthetic: number of new sequences for each length"},
    MEMORIZATION_ROWS(struct eval_settings),
    FILE_OPTION_ROWS(struct eval_settings),
    {"hold-out", OPTION_NUMBER, SETTING(task.hold_out), "SHARE", "1", 0, 1, NULL, KEEP_NOT,
     SCOPE_FILE, "FILE: share that is evaluated, as train holds it out"},
    HOLD_OUT_FROM_ROW(struct eval_settings, KEEP_NOT),
    {"batch", OPTION_COUNT, SETTING(batch), "N", "100", 1, 65536, NULL, KEEP_NOT, 0,
     "sequences at a time, or streams of a text\n"
     "the new sequences depend on it too, and the loss of a text"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, (double)UINT64_MAX, NULL, KEEP_NOT, 0,
     "seed of the sequences, which differ from those of training,\n"
     "and of what is held out"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "1", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "number of threads; results do not depend on it"},
    {"adapt", OPTION_NUMBER, SETTING(adapt), "RATE", NULL, 1e-30, 1e6, NULL, KEEP_NOT, SCOPE_FILE,
     "FILE: dynamic evaluation with this learning rate\n"
     "each chunk is evaluated first and then trained on"},
    {"adapt-drift", OPTION_NUMBER, SETTING(adapt_drift), "SHARE", "0.001", 0, 1, NULL, KEEP_NOT,
     SCOPE_FILE,
     "with --adapt: pull towards the original weights\n"
     "after each update by this share of the difference"},
};

static const struct option_table table = {
    "eval",
    "MODEL TASK [FILE] [options]",
    "Evaluate a model on new sequences of a task, or on a FILE; - is standard input. Prints\n"
    "the mean loss and the share of wrong answers. The loss is in nats, for text also in\n"
    "bits; for music it is the sum over the keys of a step; for addition, multiplication and\n"
    "plain series it is the squared error. A plain series is scaled, so two lines are in its\n"
    "own units: `rmse`, the root of the mean squared error of each number of a step, and\n"
    "`tolerance`, the error from which a step is wrong. Characters that the model does not\n"
    "know are counted and left out.\n"
    "With --adapt the model goes on learning during the evaluation; its file does not change.",
    2,
    3,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* Check the options that depend on each other, once the task has a use for them. Returns 0, or
 * EXIT_MISUSED after a message. */
static int check_settings(struct eval_settings *settings, const struct arguments *arguments)
{
    if (settings->task.hold_out <= 0.0) { /* train allows it */
        return misuse("eval: --hold-out 0 leaves nothing to evaluate; use more than 0");
    }
    if (settings->task.hold_out >= 1.0 && options_given(&table, arguments, "hold-out-from")) {
        return misuse(
            "eval: --hold-out-from needs a --hold-out below 1: all of the FILE is evaluated");
    }
    if (settings->adapt <= 0.0) {
        return options_given(&table, arguments, "adapt-drift")
                   ? misuse("eval: --adapt-drift needs --adapt")
                   : 0;
    }
    /* --adapt reads one sequence at a time. With --ahead above 1 it would have learnt from
     * characters that come after the one it predicts from. */
    if (options_given(&table, arguments, "batch") && settings->batch != 1) {
        return misuse("eval: --adapt reads the file in order and needs --batch 1, not %llu",
                      (unsigned long long)settings->batch);
    }
    if (settings->task.ahead > 1) {
        return misuse(
            "eval: --adapt needs --ahead 1, not %llu: it would learn from later characters",
            (unsigned long long)settings->task.ahead);
    }
    settings->batch = 1;
    return 0;
}

/* Show how much is done. A look_fn; `user` is a struct progress. */
static int look(void *user, double share)
{
    progress_evaluating(user, share);
    return 0;
}

/* Run an evaluation, and show on a terminal how far it is. Returns a status of the library. */
static int32_t run_with_progress(struct evaluation *evaluation,
                                 const struct eval_settings *settings, const srnn_model *model,
                                 struct score *score)
{
    static const struct progress_run nothing = {0, 0, 0.0, 0};
    struct progress progress;
    int32_t status;

    progress_begin(&progress, 0, &nothing, 0);
    progress_evaluating(&progress, 0.0);
    evaluation->look = look;
    evaluation->user = &progress;
    status = evaluation_run(evaluation, model, settings->seed, 0, settings->sequences, score);
    evaluation->look = NULL;
    evaluation->user = NULL;
    progress_clear(&progress);
    return status;
}

/* Judge the model on an open task; --adapt changes the model. `squares`, NULL if they are not
 * wanted, is as in struct evaluation. Returns 0, or EXIT_FAILED after a message. */
static int judge(const struct eval_settings *settings, const struct model_file *file,
                 const struct task *task, struct pool *pool, struct score *score,
                 struct squares *squares)
{
    const int adapts = settings->adapt > 0.0;
    struct evaluation evaluation;
    struct adaptation adaptation;
    int result = 0;

    memset(&evaluation, 0, sizeof evaluation);
    memset(&adaptation, 0, sizeof adaptation);
    if (adapts) {
        result =
            adaptation_create(&adaptation, file->model, settings->adapt, settings->adapt_drift);
    }
    if (result == 0) {
        result = evaluation_create(&evaluation, task, file->model, (uint32_t)settings->batch, pool,
                                   adapts ? &adaptation : NULL);
    }
    if (result == 0) {
        int32_t status;

        evaluation.squares = squares;
        status = run_with_progress(&evaluation, settings, file->model, score);

        result = status == SRNN_OK ? 0
                                   : fail_status(status, "%s: the evaluation%s failed", file->path,
                                                 adapts ? " with --adapt" : "");
    }
    adaptation_destroy(&adaptation);
    evaluation_destroy(&evaluation);
    return result;
}

/* Open a task, whose file is `path` or NULL, and judge the model on it. Returns 0, or an exit code
 * after a message; task_close follows in either case. */
static int open_and_judge(const struct eval_settings *settings, const struct task_kind *kind,
                          const struct model_file *file, const char *path, struct pool *pool,
                          struct task *task, struct score *score, struct squares *squares)
{
    int result;

    memset(task, 0, sizeof *task);
    TRY(task_check_trained(kind, file));
    notice_begin(0, "reading", path);
    result = task_open(task, kind, &settings->task, path, &file->encoding);
    notice_end();
    TRY(result);
    TRY(task_check_model(task, file->model, file->path));
    if (settings->adapt > 0.0) {
        TRY(encoding_check_next(&task->encoding, file->path, "--adapt"));
    }
    return judge(settings, file, task, pool, score, squares);
}

/* Print a length as it can be typed: N, or LOW:HIGH. */
static void print_length(const struct range *length)
{
    char text[32];

    if (length->high == length->low + 1) {
        snprintf(text, sizeof text, "%lu", (unsigned long)length->low);
    } else {
        snprintf(text, sizeof text, "%lu:%lu", (unsigned long)length->low,
                 (unsigned long)length->high);
    }
    printf("%-12s", text);
}

/* Judge the model at each length, and print a line of the table for it. Returns 0, or an exit code
 * after a message. */
static int eval_lengths(struct eval_settings *settings, const struct task_kind *kind,
                        const struct model_file *file, struct pool *pool)
{
    struct task task;
    struct score score;
    char text[32];
    int result = 0;

    for (size_t i = 0; result == 0 && i < settings->lengths.count; i++) {
        settings->task.length = settings->lengths.items[i];
        result = open_and_judge(settings, kind, file, NULL, pool, &task, &score, NULL);
        task_close(&task);
        if (result == 0) {
            if (i == 0) {
                puts("length      loss          wrong     sequences");
            }
            print_length(&settings->task.length);
            printf("%-12s  %.6f  %llu\n", fixed_describe(score.loss, 6, text, sizeof text),
                   score.wrong, (unsigned long long)score.judged);
            result = finish_output(0);
        }
    }
    return result;
}

/* Print, in the units of the data and for each number of a step, the root of the mean squared error
 * and the error beyond which a step is wrong. */
static void print_units(const struct task *task, const struct squares *squares)
{
    const struct scaling *scaling = &task->encoding.scaling;
    char text[32];

    fputs("rmse", stdout);
    for (uint32_t i = 0; i < scaling->width; i++) {
        const double count = squares[i].count > 0 ? (double)squares[i].count : 1.0;

        printf(" %s", rounded_describe(scaling->deviation[i] * sqrt(squares[i].sum / count), 6,
                                       text, sizeof text));
    }
    fputs("\ntolerance", stdout);
    for (uint32_t i = 0; i < scaling->width; i++) {
        printf(" %.6g", scaling->deviation[i] * task->tolerance);
    }
    putchar('\n');
}

/* Print the score of a file. `squares` is NULL where there are none. */
static void print_score(const struct task *task, const struct score *score,
                        const struct squares *squares)
{
    const struct task_kind *kind = task->kind;

    print_loss(kind, "", score->loss);
    if (kind->characters) {
        printf("unknown %llu\n", (unsigned long long)task->unknown);
    }
    if (squares != NULL) {
        print_units(task, squares);
    }
    printf("wrong %.6f\n%s %llu\n", score->wrong,
           kind->characters    ? "characters"
           : task->judge_steps ? "steps"
                               : "sequences",
           (unsigned long long)score->judged);
}

/* Judge the model on a file, or on the share that is held out, and print the score. Returns 0, or
 * an exit code after a message. */
static int eval_file(const struct eval_settings *settings, const struct task_kind *kind,
                     const struct model_file *file, const char *path, struct pool *pool)
{
    struct task task;
    struct score score;
    struct squares *squares = NULL;
    int result;

    if (model_file_forecasts(file)) {
        squares = calloc(srnn_model_outputs(file->model), sizeof *squares);
        if (squares == NULL) {
            return fail("%s: no memory for the errors", file->path);
        }
    }
    result = open_and_judge(settings, kind, file, path, pool, &task, &score, squares);
    if (result == 0) {
        print_score(&task, &score, squares);
    }
    task_close(&task);
    free(squares);
    return result;
}

int command_eval(int argc, char **argv)
{
    struct eval_settings settings;
    struct arguments arguments;
    struct model_file file;
    struct pool *pool = NULL;
    const struct task_kind *kind;
    const char *path;
    int result;

    memset(&settings, 0, sizeof settings);
    result = options_read(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    kind = task_find(arguments.operands[1]);
    path = arguments.operand_count > 2 ? arguments.operands[2] : NULL;
    if (kind == NULL) {
        return task_unknown("eval", arguments.operands[1]);
    }
    TRY(task_check_file("eval", kind, path));
    TRY(options_scope(&table, &arguments, kind->scope, kind->name));
    TRY(check_settings(&settings, &arguments));
    settings.task.seed = settings.seed;
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0 && settings.threads > 1) {
        result = pool_create((uint32_t)settings.threads, &pool);
    }
    if (result == 0) {
        result = kind->needs_file ? eval_file(&settings, kind, &file, path, pool)
                                  : eval_lengths(&settings, kind, &file, pool);
    }
    pool_destroy(pool);
    model_file_close(&file);
    return finish_output(result);
}
