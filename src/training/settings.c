/* settings.c - the options of a training run */
#include "training/settings.h"

#include <stdio.h>
#include <string.h>

#include "srnn.h"
#include "support/exit_codes.h"
#include "support/message.h"
#include "support/pool.h"

static const struct choice activations[] = {{"tanh", SRNN_TANH},
                                            {"sigmoid", SRNN_SIGMOID},
                                            {"relu", SRNN_RELU},
                                            {"linear", SRNN_LINEAR},
                                            {NULL, 0}};
static const struct choice initializers[] = {{"smart-tanh", SRNN_SMART_TANH},
                                             {"basic-tanh", SRNN_BASIC_TANH},
                                             {"basic-sigmoid", SRNN_BASIC_SIGMOID},
                                             {"orthogonal", SRNN_ORTHOGONAL},
                                             {"identity", SRNN_IDENTITY},
                                             {"glorot", SRNN_GLOROT},
                                             {NULL, 0}};
static const struct choice optimizers[] = {{"sgd", SRNN_SGD},           {"momentum", SRNN_MOMENTUM},
                                           {"nesterov", SRNN_NESTEROV}, {"rmsprop", SRNN_RMSPROP},
                                           {"adam", SRNN_ADAM},         {NULL, 0}};
static const struct choice schedules[] = {{"constant", SCHEDULE_CONSTANT},
                                          {"linear", SCHEDULE_LINEAR},
                                          {"halve", SCHEDULE_HALVE},
                                          {"settle", SCHEDULE_SETTLE},
                                          {NULL, 0}};
static const struct choice omega_schedules[] = {
    {"constant", OMEGA_CONSTANT}, {"inverse", OMEGA_INVERSE}, {NULL, 0}};
static const struct choice costs[] = {{"mean", COST_MEAN}, {"sum", COST_SUM}, {NULL, 0}};
static const struct choice keeps[] = {{"last", WEIGHTS_LAST}, {"best", WEIGHTS_BEST}, {NULL, 0}};
static const struct choice clips[] = {{"norm", SRNN_CLIP_NORM},     {"value", SRNN_CLIP_VALUE},
                                      {"tensor", SRNN_CLIP_TENSOR}, {"error", CLIP_ERROR},
                                      {"none", CLIP_NONE},          {NULL, 0}};
static const struct choice policies[] = {{"refuse", SRNN_POLICY_REFUSE},
                                         {"skip", SRNN_POLICY_SKIP},
                                         {"repair", SRNN_POLICY_REPAIR},
                                         {NULL, 0}};
static const struct choice omega_forms[] = {
    {"paper", SRNN_OMEGA}, {"script", SRNN_OMEGA_SCRIPT}, {NULL, 0}};

#define SETTING(field) offsetof(struct settings, field)

static const struct option rows[] = {
    {"hidden", OPTION_COUNT, SETTING(hidden), "N", "50", 1, 65536, NULL, KEEP_PINNED, 0,
     "hidden units"},
    {"activation", OPTION_CHOICE, SETTING(activation), NULL, "tanh", 0, 0, activations, KEEP_PINNED,
     0, "of the hidden units"},
    {"init", OPTION_CHOICE, SETTING(initializer), NULL, "smart-tanh", 0, 0, initializers,
     KEEP_PINNED, 0, "how the weights start"},
    {"from", OPTION_TEXT, SETTING(from), "MODEL", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "start from a saved model and its weights, not from --init"},
    {"no-biases", OPTION_FLAG, SETTING(no_biases), NULL, NULL, 0, 0, NULL, KEEP_PINNED, 0,
     "neither hidden units nor outputs have any"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, 1.8446744073709552e19, NULL, KEEP_PINNED, 0,
     "of all randomness: same seed, same bits"},
    {"length", OPTION_RANGE, SETTING(task.length), "N|LOW:HIGH", "50:200", 1, 100000, NULL,
     KEEP_PINNED, SCOPE_SYNTHETIC, "of each batch; HIGH itself is excluded"},
    {"grow", OPTION_COUNT, SETTING(task.grow), "N", "0", 0, 1e9, NULL, KEEP_PINNED, SCOPE_SYNTHETIC,
     "updates in which the highest length grows from LOW"},
    TASK_OPTION_ROWS(struct settings),
    {"hold-out", OPTION_NUMBER, SETTING(task.hold_out), "SHARE", "0.1", 0, 1, NULL, KEEP_PINNED,
     SCOPE_FILE, "of a file: share at its end that evaluations use"},
    {"batch", OPTION_COUNT, SETTING(batch), "N", "20", 1, 65536, NULL, KEEP_PINNED, 0,
     "sequences of an update; text: parallel streams"},
    {"valid", OPTION_TEXT, SETTING(valid), "FILE", NULL, 0, 0, NULL, KEEP_NOT, SCOPE_FILE,
     "evaluate on this one; then nothing is held out"},
    {"test", OPTION_TEXT, SETTING(test), "FILE", NULL, 0, 0, NULL, KEEP_NOT, SCOPE_FILE,
     "judge the model that is kept on this one, at the end"},
    {"optimizer", OPTION_CHOICE, SETTING(optimizer), NULL, "sgd", 0, 0, optimizers, KEEP_PINNED, 0,
     "how weights follow the gradient"},
    {"rate", OPTION_NUMBER, SETTING(rate), "R", "0.01", 0, 1e6, NULL, KEEP_PINNED, 0,
     "learning rate"},
    {"schedule", OPTION_CHOICE, SETTING(schedule), NULL, "constant", 0, 0, schedules, KEEP_PINNED,
     0, "linear: up, then to 0; halve: when a loss rose; settle: when solved"},
    {"cost", OPTION_CHOICE, SETTING(cost), NULL, "mean", 0, 0, costs, KEEP_PINNED, 0,
     "of a sequence: the mean or the sum over its targets"},
    {"clip", OPTION_MEASURE, SETTING(clip), "KIND:C", "norm:1", 1e-30, 1e30, clips, KEEP_PINNED, 0,
     "norm, value, tensor, error (in BPTT), or none"},
    {"nonfinite", OPTION_CHOICE, SETTING(nonfinite), NULL, "refuse", 0, 0, policies, KEEP_PINNED, 0,
     "a gradient with NaN or infinity: end, skip, repair"},
    {"drop", OPTION_NUMBER, SETTING(drop), "SHARE", "0", 0, 0.9, NULL, KEEP_PINNED, 0,
     "of the recurrent weights, left out of each update"},
    {"omega", OPTION_NUMBER, SETTING(omega), "WEIGHT", "4", 0, 1e6, NULL, KEEP_PINNED, 0,
     "of the vanishing-gradient regulariser; 0: off"},
    {"omega-form", OPTION_CHOICE, SETTING(omega_form), NULL, "script", 0, 0, omega_forms,
     KEEP_PINNED, 0, "as published, or as in the authors' script"},
    {"omega-schedule", OPTION_CHOICE, SETTING(omega_schedule), NULL, "constant", 0, 0,
     omega_schedules, KEEP_PINNED, SCOPE_FILE, "inverse: its weight over the epoch's number"},
    {"omega-bound", OPTION_NUMBER, SETTING(omega_bound), "B", "1e-20", 1e-30, 1e30, NULL,
     KEEP_PINNED, 0, "errors of a smaller squared norm carry no signal"},
    {"updates", OPTION_COUNT, SETTING(updates), "N", "5000000", 0, 1e15, NULL, KEEP_VALUE, 0,
     "end after so many"},
    {"epochs", OPTION_COUNT, SETTING(epochs), "N", "0", 0, 1e9, NULL, KEEP_VALUE, SCOPE_FILE,
     "end after so many passes through the file; 0: no limit"},
    {"patience", OPTION_COUNT, SETTING(patience), "N", "0", 0, 1e9, NULL, KEEP_VALUE, SCOPE_FILE,
     "end after so many evaluations without a better loss"},
    {"minutes", OPTION_NUMBER, SETTING(minutes), "M", "0", 0, 1e6, NULL, KEEP_VALUE, 0,
     "end after so much time too; 0: no limit"},
    {"stop-error", OPTION_NUMBER, SETTING(stop_error), "SHARE", "0.01", 0, 1, NULL, KEEP_VALUE, 0,
     "end below this share of wrong; 0: never"},
    {"evaluate-every", OPTION_COUNT, SETTING(evaluate_every), "N", "1000", 0, 1e15, NULL,
     KEEP_PINNED, 0, "updates between evaluations; 0: once an epoch"},
    {"evaluate-sequences", OPTION_COUNT, SETTING(evaluate_sequences), "N", "10000", 1, 1e9, NULL,
     KEEP_PINNED, SCOPE_SYNTHETIC, "fresh sequences of an evaluation"},
    {"evaluate-length", OPTION_RANGE, SETTING(task.evaluate_length), "N|LOW:HIGH", "0", 0, 100000,
     NULL, KEEP_PINNED, SCOPE_SYNTHETIC, "of evaluations; 0: as --length"},
    {"keep", OPTION_CHOICE, SETTING(keep), NULL, "last", 0, 0, keeps, KEEP_PINNED, 0,
     "the weights to save: the last, or of the lowest loss"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "1", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "changes the speed, never the result"},
    {"save", OPTION_TEXT, SETTING(save), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write the model at the end; without it none is kept"},
    {"checkpoint", OPTION_TEXT, SETTING(checkpoint), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write the whole run now and then, and at the end"},
    {"every", OPTION_SECONDS, SETTING(every), "TIME", "60s", 0.1, 1e9, NULL, KEEP_NOT, 0,
     "between checkpoints: 90s, 5m, 2h"},
    {"resume", OPTION_TEXT, SETTING(resume), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "go on from a checkpoint, with its options"},
    {"log", OPTION_TEXT, SETTING(log), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "CSV, a line for each evaluation"},
    {"quiet", OPTION_FLAG, SETTING(quiet), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "no progress on standard error"},
};

/* A task's own defaults, in lines that begin under its summary. */
static void print_presets(const struct preset *preset)
{
    const int margin = 23;
    const int width = 90;
    int column = 0;

    for (; preset->name != NULL; preset++) {
        const int length = (int)(strlen(preset->name) + strlen(preset->value)) + 4;

        if (column == 0 || column + length > width) {
            printf("%s%*s", column > 0 ? "\n" : "", margin - 1, "");
            column = margin;
        }
        column += printf(" --%s %s", preset->name, preset->value);
    }
    putchar('\n');
}

/* The tasks and where their defaults differ, for the help. */
static void print_tasks(void)
{
    puts("\ntasks, and their own defaults:");
    for (const struct task_kind *const *kind = task_kinds; *kind != NULL; kind++) {
        printf("  %-20s %s\n", (*kind)->name, (*kind)->summary);
        if ((*kind)->presets->name != NULL) {
            print_presets((*kind)->presets);
        }
    }
    puts("\nTraining ends at --stop-error, --updates or --minutes. Ctrl-C ends it too: the\n"
         "update is finished, --save and --checkpoint are written, and the exit code is\n"
         "130. A resumed run has the bits of one that was never stopped, unless --minutes\n"
         "sets the rate by the clock.");
}

const struct option_table settings_table = {
    "train",
    "TASK [FILE] [options]",
    "Train a network: with fresh sequences of a synthetic task, or on a FILE.\n"
    "Progress goes to standard error, the result to standard output.",
    1,
    2,
    rows,
    sizeof rows / sizeof rows[0],
    print_tasks};

int settings_check(const struct settings *settings)
{
    if (settings->schedule == SCHEDULE_LINEAR && settings->updates == 0) {
        return misuse("train: --schedule linear needs --updates above 0");
    }
    if (settings->task.hold_out >= 1.0) { /* eval allows it */
        return misuse("train: --hold-out 1 leaves nothing to train on");
    }
    return 0;
}

/* Whether a checkpoint of a run in `scope` keeps the option. */
static int is_kept(const struct option *option, unsigned scope)
{
    return option->keep != KEEP_NOT && (option->scope == 0 || (option->scope & scope) != 0);
}

void settings_describe(const struct settings *settings, unsigned scope, char *text, size_t size)
{
    char value[SETTINGS_VALUE_BYTES];

    text[0] = '\0';
    for (size_t i = 0; i < settings_table.count; i++) {
        if (is_kept(&rows[i], scope)) {
            const size_t used = strlen(text);

            options_describe(&rows[i], settings, value, sizeof value);
            snprintf(text + used, size - used, "%s %s\n", rows[i].name, value);
        }
    }
}

/* Read one line without its end. Returns 0, or -1 when it is wrong. */
static int adopt_line(struct settings *settings, const char *line, size_t length)
{
    char value[SETTINGS_VALUE_BYTES];
    const char *space = memchr(line, ' ', length);
    const struct option *option;
    size_t value_length;

    if (space == NULL) {
        return -1;
    }
    option = options_find(&settings_table, line, (size_t)(space - line));
    value_length = length - (size_t)(space - line) - 1;
    if (option == NULL || option->keep == KEEP_NOT || value_length >= sizeof value) {
        return -1;
    }
    memcpy(value, space + 1, value_length);
    value[value_length] = '\0';
    return options_set(option, settings, value) == NULL ? 0 : -1;
}

int settings_adopt(struct settings *settings, const char *text, size_t bytes)
{
    while (bytes > 0) {
        const char *end = memchr(text, '\n', bytes);

        if (end == NULL || adopt_line(settings, text, (size_t)(end - text)) != 0) {
            return -1;
        }
        bytes -= (size_t)(end - text) + 1;
        text = end + 1;
    }
    return 0;
}

const struct option *settings_difference(const struct settings *settings,
                                         const struct settings *kept, unsigned scope, char *value,
                                         char *kept_value)
{
    for (size_t i = 0; i < settings_table.count; i++) {
        if (rows[i].keep == KEEP_PINNED && is_kept(&rows[i], scope)) {
            options_describe(&rows[i], settings, value, SETTINGS_VALUE_BYTES);
            options_describe(&rows[i], kept, kept_value, SETTINGS_VALUE_BYTES);
            if (strcmp(value, kept_value) != 0) {
                return &rows[i];
            }
        }
    }
    return NULL;
}
