/* settings.c - the options of a training run */
#include "training/settings.h"

#include <stdio.h>
#include <string.h>

#include "srnn.h"
#include "support/message.h"
#include "support/pool.h"
#include "training/clip_forms.h"

static const struct choice activations[] = {{"tanh", SRNN_HIDDEN_TANH},
                                            {"sigmoid", SRNN_HIDDEN_SIGMOID},
                                            {"relu", SRNN_HIDDEN_RELU},
                                            {"linear", SRNN_HIDDEN_LINEAR},
                                            {NULL, 0}};
static const struct choice initializers[] = {{"smart-tanh", SRNN_START_SMART_TANH},
                                             {"basic-tanh", SRNN_START_BASIC_TANH},
                                             {"basic-sigmoid", SRNN_START_BASIC_SIGMOID},
                                             {"orthogonal", SRNN_START_ORTHOGONAL},
                                             {"identity", SRNN_START_IDENTITY},
                                             {"glorot", SRNN_START_GLOROT},
                                             {NULL, 0}};
static const struct choice optimizers[] = {
    {"sgd", SRNN_OPTIMIZER_SGD},           {"momentum", SRNN_OPTIMIZER_MOMENTUM},
    {"nesterov", SRNN_OPTIMIZER_NESTEROV}, {"rmsprop", SRNN_OPTIMIZER_RMSPROP},
    {"adam", SRNN_OPTIMIZER_ADAM},         {NULL, 0}};
static const struct choice schedules[] = {{"constant", SCHEDULE_CONSTANT},
                                          {"linear", SCHEDULE_LINEAR},
                                          {"halve", SCHEDULE_HALVE},
                                          {"settle", SCHEDULE_SETTLE},
                                          {NULL, 0}};
static const struct choice omega_schedules[] = {
    {"constant", OMEGA_CONSTANT}, {"inverse", OMEGA_INVERSE}, {NULL, 0}};
static const struct choice costs[] = {{"mean", COST_MEAN}, {"sum", COST_SUM}, {NULL, 0}};
static const struct choice keeps[] = {{"last", WEIGHTS_LAST}, {"best", WEIGHTS_BEST}, {NULL, 0}};
static const struct choice policies[] = {{"refuse", SRNN_CLIP_POLICY_REFUSE},
                                         {"skip", SRNN_CLIP_POLICY_SKIP},
                                         {"repair", SRNN_CLIP_POLICY_REPAIR},
                                         {NULL, 0}};
static const struct choice omega_forms[] = {
    {"paper", SRNN_OMEGA_PAPER}, {"script", SRNN_OMEGA_SCRIPT}, {NULL, 0}};

#define SETTING(field) offsetof(struct settings, field)

static const struct option rows[] = {
    {"as-published", OPTION_FLAG, SETTING(as_published), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "use the paper's settings of the task as defaults"},
    {"hidden", OPTION_COUNT, SETTING(hidden), "N", "50", 1, 65536, NULL, KEEP_PINNED, 0,
     "number of hidden units"},
    {"activation", OPTION_CHOICE, SETTING(activation), NULL, "tanh", 0, 0, activations, KEEP_PINNED,
     0, "activation function of the hidden units"},
    {"init", OPTION_CHOICE, SETTING(initializer), NULL, "smart-tanh", 0, 0, initializers,
     KEEP_PINNED, 0, "distribution of the initial weights"},
    {"from", OPTION_FILE, SETTING(from), "MODEL", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "start from the network and the weights of this saved model"},
    {"no-biases", OPTION_FLAG, SETTING(no_biases), NULL, NULL, 0, 0, NULL, KEEP_PINNED, 0,
     "use no biases, neither of hidden units nor of outputs"},
    {"seed", OPTION_COUNT, SETTING(seed), "N", "1", 0, (double)UINT64_MAX, NULL, KEEP_PINNED, 0,
     "seed of all random numbers: same seed, same bits"},
    {"length", OPTION_RANGE, SETTING(task.length), "N|LOW:HIGH", "50:200", 1, 100000, NULL,
     KEEP_PINNED, SCOPE_SYNTHETIC,
     "synthetic: number of steps of a sequence\n"
     "LOW:HIGH: each batch draws a number from LOW to HIGH - 1"},
    {"grow", OPTION_COUNT, SETTING(task.grow), "N", "0", 0, 1e9, NULL, KEEP_PINNED, SCOPE_SYNTHETIC,
     "synthetic: number of updates over which lengths grow; 0: off\n"
     "they grow from the task's shortest length to --length"},
    {"targets", OPTION_CHOICE, SETTING(task.targets), NULL, "last", 0, 0, target_choices,
     KEEP_PINNED, SCOPE_ORDER,
     "temporal order: which steps have the class as target\n"
     "last: the last; known: each from the last symbol that matters on"},
    READING_ROW(struct settings),
    MEMORIZATION_ROWS(struct settings),
    FILE_OPTION_ROWS(struct settings),
    {"hold-out", OPTION_NUMBER, SETTING(task.hold_out), "SHARE", "0.1", 0, 1, NULL, KEEP_PINNED,
     SCOPE_FILE,
     "FILE: share that is not trained on but evaluated\n"
     "0: train on all, and evaluate nothing"},
    HOLD_OUT_FROM_ROW(struct settings, KEEP_PINNED),
    {"batch", OPTION_COUNT, SETTING(batch), "N", "20", 1, 65536, NULL, KEEP_PINNED, 0,
     "sequences per update, or streams of a text"},
    {"valid", OPTION_FILE, SETTING(valid), "FILE", NULL, 0, 0, NULL, KEEP_NOT, SCOPE_FILE,
     "with FILE: evaluate on this other file; nothing is held out"},
    {"test", OPTION_FILE, SETTING(test), "FILE", NULL, 0, 0, NULL, KEEP_NOT, SCOPE_FILE,
     "with FILE: evaluate on this other file once, at the end,\n"
     "with the weights that --keep chose"},
    {"optimizer", OPTION_CHOICE, SETTING(optimizer), NULL, "sgd", 0, 0, optimizers, KEEP_PINNED, 0,
     "update rule"},
    {"rate", OPTION_NUMBER, SETTING(rate), "R", "0.01", 0, 1e6, NULL, KEEP_PINNED, 0,
     "learning rate"},
    {"schedule", OPTION_CHOICE, SETTING(schedule), NULL, "constant", 0, 0, schedules, KEEP_PINNED,
     0,
     "learning rate over the run\n"
     "linear: rises for 5 % of the run, then falls to 0 at its end,\n"
     "that of --updates, --epochs or --minutes\n"
     "halve: halved after each evaluation whose loss rose\n"
     "settle: falls slowly once less than half is wrong"},
    {"cost", OPTION_CHOICE, SETTING(cost), NULL, "mean", 0, 0, costs, KEEP_PINNED, 0,
     "loss of a batch\n"
     "mean: mean over all targets\n"
     "sum: sum over the steps, mean over the sequences"},
    {"clip", OPTION_METHOD, SETTING(clip), "KIND[:RULE][:C]", "auto", 0, 0, clip_forms, KEEP_PINNED,
     0,
     "gradient clipping: what a KIND limits to C, the threshold\n"
     "norm: the norm of the whole gradient\n"
     "smooth: the same, but short gradients are shortened too\n"
     "tensor: the norm of each matrix and each bias\n"
     "value: each element of the gradient\n"
     "unit: the norm of each unit's weights, as a share of theirs\n"
     "error: each element of the error in back-propagation\n"
     "through time\n"
     "growth: how much that error grows on its way back\n"
     "none: nothing; auto: a KIND and a RULE for --optimizer\n"
     "With a RULE, norm and smooth set their own threshold\n"
     "quantile: the share C of recent norms is below it\n"
     "mean: C times the mean norm\n"
     "polyak: a step may promise the share C of the loss\n"
     "trust: a step may have the share C / steps of the weights'\n"
     "norm\n"
     "auto: the lower of polyak and trust, at 0.1 and 0.5"},
    {"nonfinite", OPTION_CHOICE, SETTING(nonfinite), NULL, "refuse", 0, 0, policies, KEEP_PINNED, 0,
     "what to do with a gradient that has NaN or infinity\n"
     "refuse: end the run; skip: skip the update;\n"
     "repair: shrink the recurrent weights"},
    {"drop", OPTION_NUMBER, SETTING(drop), "SHARE", "0", 0, 0.9, NULL, KEEP_PINNED, 0,
     "DropConnect: share of recurrent weights left out"},
    {"weight-decay", OPTION_NUMBER, SETTING(weight_decay), "X", "0", 0, 1e6, NULL, KEEP_PINNED, 0,
     "each update first shrinks all weights by X times the rate\n"
     "biases and an initial state do not shrink"},
    {"omega", OPTION_NUMBER, SETTING(omega), "WEIGHT", "4", 0, 1e6, NULL, KEEP_PINNED, 0,
     "weight of the regulariser Omega; 0: off\n"
     "1: a step's term of Omega counts as the loss of one target\n"
     "Omega keeps the gradient from vanishing"},
    {"omega-form", OPTION_CHOICE, SETTING(omega_form), NULL, "paper", 0, 0, omega_forms,
     KEEP_PINNED, 0, "Omega's terms as published, or as in the authors' script"},
    {"omega-schedule", OPTION_CHOICE, SETTING(omega_schedule), NULL, "constant", 0, 0,
     omega_schedules, KEEP_PINNED, SCOPE_FILE,
     "FILE: weight of Omega over the run\n"
     "inverse: --omega divided by the number of the epoch"},
    {"omega-bound", OPTION_NUMBER, SETTING(omega_bound), "B", "1e-20", 1e-30, 1e30, NULL,
     KEEP_PINNED, 0, "Omega ignores errors whose squared norm is below B"},
    {"updates", OPTION_COUNT, SETTING(updates), "N", "5000000", 0, 1e15, NULL, KEEP_VALUE, 0,
     "maximum number of updates"},
    {"epochs", OPTION_COUNT, SETTING(epochs), "N", "0", 0, 1e9, NULL, KEEP_VALUE, SCOPE_FILE,
     "FILE: maximum number of passes through it; 0: no limit"},
    {"patience", OPTION_COUNT, SETTING(patience), "N", "0", 0, 1e9, NULL, KEEP_VALUE, SCOPE_FILE,
     "FILE: end after N evaluations without a new lowest loss\n"
     "0: no limit"},
    {"minutes", OPTION_NUMBER, SETTING(minutes), "M", "0", 0, 1e6, NULL, KEEP_VALUE, 0,
     "maximum time in minutes; 0: no limit"},
    {"stop-error", OPTION_NUMBER, SETTING(stop_error), "SHARE", "0.01", 0, 1, NULL, KEEP_VALUE, 0,
     "end when fewer answers are wrong; 0: never"},
    {"evaluate-every", OPTION_COUNT, SETTING(evaluate_every), "N", "1000", 0, 1e15, NULL,
     KEEP_PINNED, 0, "number of updates between evaluations; 0: one epoch"},
    {"evaluate-sequences", OPTION_COUNT, SETTING(evaluate_sequences), "N", "10000", 1, 1e9, NULL,
     KEEP_PINNED, SCOPE_SYNTHETIC, "synthetic: number of new sequences per evaluation"},
    {"evaluate-steps", OPTION_COUNT, SETTING(task.evaluate_steps), "N", "500000", 0, 1e15, NULL,
     KEEP_PINNED, SCOPE_FILE,
     "FILE: about the most steps of an evaluation; 0: all\n"
     "in whole batches, always the same; --test is evaluated whole"},
    {"evaluate-length", OPTION_RANGE, SETTING(task.evaluate_length), "N|LOW:HIGH", "0", 0, 100000,
     NULL, KEEP_PINNED, SCOPE_SYNTHETIC, "synthetic: steps in evaluations; 0: as --length"},
    {"keep", OPTION_CHOICE, SETTING(keep), NULL, "last", 0, 0, keeps, KEEP_PINNED, 0,
     "weights to save\n"
     "best: those of the evaluation with the lowest loss"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "1", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "number of threads; results do not depend on it"},
    {"save", OPTION_OUTPUT, SETTING(save), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write the trained model to this file"},
    {"checkpoint", OPTION_OUTPUT, SETTING(checkpoint), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write the state of the run to this file, from time to time\n"
     "and at the end, so that --resume can continue it"},
    {"every", OPTION_SECONDS, SETTING(every), "TIME", "60s", 0.1, 1e9, NULL, KEEP_NOT, 0,
     "time between checkpoints, such as 90s, 5m or 2h"},
    {"resume", OPTION_FILE, SETTING(resume), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "continue the run of this checkpoint, with its options"},
    {"log", OPTION_OUTPUT, SETTING(log), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "write a CSV file with a line for each evaluation"},
    {"quiet", OPTION_FLAG, SETTING(quiet), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "show no progress on standard error"},
};

/* Print defaults of one task after `title`, in lines that begin under its summary. */
static void print_presets(const char *title, const struct preset *preset)
{
    const int margin = 23;
    const int width = 90;
    int column = 1 + printf("%*s%s", margin - 1, "", title);

    for (; preset->name != NULL; preset++) {
        const int length = (int)(strlen(preset->name) + strlen(preset->value)) + 4;

        if (column + length > width) {
            printf("\n%*s", margin - 1, "");
            column = margin;
        }
        column +=
            printf(preset->value[0] != '\0' ? " --%s %s" : " --%s", preset->name, preset->value);
    }
    putchar('\n');
}

/* Print the tasks and their defaults, and how training ends: the end of the help. */
static void print_tasks(void)
{
    puts("\ntasks, and their defaults where they differ from those above:");
    for (const struct task_kind *const *kind = task_kinds; *kind != NULL; kind++) {
        printf("  %-20s %s\n", (*kind)->name, (*kind)->summary);
        if ((*kind)->presets != NULL) {
            print_presets("", (*kind)->presets);
        }
        if ((*kind)->published != NULL) {
            print_presets(" as published:", (*kind)->published);
        }
    }
    puts("\nTraining ends when --stop-error, --updates, --epochs, --patience or --minutes is\n"
         "reached. Ctrl-C ends it too: the update is finished, --save and --checkpoint are\n"
         "written, and the exit code is 130. A resumed run ends with the same bits as one that\n"
         "was never interrupted, unless --schedule linear follows the clock (--minutes) or gets\n"
         "another end. Names of files are not kept: FILE, --valid, --test, --save, --log and\n"
         "--checkpoint are given again.\n"
         "\n"
         "`mpirun -n K srnn train ...` divides each batch over K processes, of one machine or of\n"
         "many, if srnn was built by `make MPI=1`; see SEVERAL PROCESSES in the manual page.");
}

const struct option_table settings_table = {
    "train",
    "TASK [FILE] [options]",
    "Train a network on a TASK: synthetic tasks generate new sequences for each update,\n"
    "the others read a FILE; - is standard input. The network is written to a file only with\n"
    "--save. Progress goes to standard error, the result to standard output. With --resume\n"
    "the TASK may be left out if it has no FILE.",
    0,
    2,
    rows,
    OPTIONS_IN(rows),
    print_tasks};

void settings_complete(struct settings *settings)
{
    if (settings->clip.kind == CLIP_AUTO) {
        settings->clip = clip_choose(settings->optimizer);
    }
}

int settings_check(const struct settings *settings)
{
    if (settings->schedule == SCHEDULE_LINEAR && settings->updates == 0) {
        return misuse("train: --schedule linear needs --updates of at least 1");
    }
    if (settings->task.hold_out >= 1.0) { /* eval allows it */
        return misuse("train: --hold-out 1 leaves nothing to train on; use less than 1");
    }
    if (settings->rate * settings->weight_decay > 1.0) {
        return misuse("train: --rate times --weight-decay must be at most 1: more than all of a "
                      "weight cannot decay");
    }
    return 0;
}

/* Whether a checkpoint of a task of `scope` keeps the option. */
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
