/* evaluate.c - the command `eval`: judge a model, also at other lengths */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "evaluation.h"
#include "message.h"
#include "model_file.h"
#include "options.h"
#include "pool.h"
#include "task.h"
#include "task_text.h"

struct eval_settings {
    struct task_options task; /* its length is set from `lengths` */
    struct ranges lengths;
    uint64_t sequences;
    uint64_t batch;
    uint64_t seed;
    uint64_t threads;
};

#define SETTING(field) offsetof(struct eval_settings, field)

static const struct option rows[] = {
    {"length", OPTION_RANGES, SETTING(lengths), "LIST", "100", 1, 1000000, NULL, KEEP_NOT,
     SCOPE_SYNTHETIC, "N or LOW:HIGH (HIGH excluded), by commas: 50,100,50:200"},
    {"sequences", OPTION_COUNT, SETTING(sequences), "N", "10000", 1, 1e9, NULL, KEEP_NOT,
     SCOPE_SYNTHETIC, "fresh sequences for each of the lengths"},
    TASK_OPTION_ROWS(struct eval_settings),
    {"batch", OPTION_COUNT, SETTING(batch), "N", "100", 1, 65536, NULL, KEEP_NOT, 0,
     "sequences, or streams of a text, at a time"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, 1.8446744073709552e19, NULL, KEEP_NOT, 0,
     "of the sequences; never those of training"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "1", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "changes the speed, never the result"},
};

static const struct option_table table = {
    "eval",
    "MODEL TASK [FILE] [options]",
    "Judge a model on fresh sequences of a task, or on the end of a text FILE (with\n"
    "--hold-out 1 on all of it). Prints the loss (in nats; squared for addition and\n"
    "multiplication; for text also bits a character) and the share that is wrong.",
    2,
    3,
    rows,
    sizeof rows / sizeof rows[0],
    NULL};

/* Judge the model on an open task. Gives 0, or EXIT_FAILED after a message. */
static int judge(const struct eval_settings *settings, const struct model_file *file,
                 const struct task *task, struct pool *pool, struct score *score)
{
    struct evaluation evaluation;
    int32_t status;
    int result = evaluation_create(&evaluation, task, file->model, (uint32_t)settings->batch, pool);

    if (result == 0) {
        status =
            evaluation_run(&evaluation, file->model, settings->seed, 0, settings->sequences, score);
        if (status != SRNN_OK) {
            result = fail_status(status, "%s: the evaluation", file->path);
        }
    }
    evaluation_destroy(&evaluation);
    return result;
}

/* Print a length as it was typed. */
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

/* A line of the table for each length. */
static int eval_lengths(struct eval_settings *settings, const struct task_kind *kind,
                        const struct model_file *file, struct pool *pool)
{
    struct task task;
    struct score score;
    size_t i;
    int result = 0;

    for (i = 0; result == 0 && i < settings->lengths.count; i++) {
        settings->task.length = settings->lengths.items[i];
        result = task_open(&task, kind, &settings->task, NULL);
        if (result == 0) {
            result = task_check_model(&task, file->model, file->path);
        }
        if (result == 0) {
            result = judge(settings, file, &task, pool, &score);
        }
        if (result == 0) {
            if (i == 0) {
                puts("length      loss          wrong     sequences");
            }
            print_length(&settings->task.length);
            printf("%-12.6f  %.6f  %llu\n", score.loss, score.wrong,
                   (unsigned long long)score.judged);
            result = finish_output(0);
        }
        task_close(&task);
    }
    return result;
}

static int eval_text(const struct eval_settings *settings, const struct task_kind *kind,
                     const struct model_file *file, const char *path, struct pool *pool)
{
    struct task task;
    struct score score;
    int result = task_open(&task, kind, &settings->task, path);

    if (result == 0) {
        result = file->alphabet == NULL
                     ? fail("%s: the model has no alphabet; it was not trained on text", file->path)
                     : text_use_alphabet(&task, file->alphabet, file->symbols);
    }
    if (result == 0) {
        result = judge(settings, file, &task, pool, &score);
    }
    if (result == 0) {
        printf("loss %.6f\nbits-per-character %.4f\nwrong %.6f\ncharacters %llu\n", score.loss,
               score.loss * BITS_OF_NAT, score.wrong, (unsigned long long)score.judged);
    }
    task_close(&task);
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
    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    kind = task_find(arguments.operands[1]);
    path = arguments.operand_count > 2 ? arguments.operands[2] : NULL;
    if (kind == NULL) {
        return misuse("eval: unknown task '%s'; see srnn help train", arguments.operands[1]);
    }
    if (task_check_file(kind, path) != 0 ||
        options_scope(&table, &arguments, kind->scope, kind->name) != 0) {
        return EXIT_MISUSED;
    }
    result = model_file_open(&file, arguments.operands[0]);
    if (result == 0 && settings.threads > 1) {
        result = pool_create((uint32_t)settings.threads, &pool);
    }
    if (result == 0) {
        result = kind->needs_file ? eval_text(&settings, kind, &file, path, pool)
                                  : eval_lengths(&settings, kind, &file, pool);
    }
    pool_destroy(pool);
    model_file_close(&file);
    return finish_output(result);
}
