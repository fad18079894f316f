/* run.c - a whole run on the disk, to go on from later */
#include "training/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/record.h"
#include "support/clock.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"

/* The settings as text, the fingerprint, and the counters: updates, seconds, a verdict
 * of six numbers and two tallies of eight, 8 bytes each. */
#define SETTINGS_BYTES 4096
#define FINGERPRINT_BYTES 8u
#define TALLY_BYTES 64u
#define VERDICT_BYTES 48u
#define COUNTER_BYTES (16u + VERDICT_BYTES + 2u * TALLY_BYTES)

int run_begin(struct run *run)
{
    run->verdict.rate_factor = 1.0;
    run->verdict.last_loss = INFINITY;
    run->verdict.best_loss = INFINITY;
    run->resumed_at = clock_seconds();
    if (run->trainer.settings->keep == KEEP_BEST) {
        run->best = malloc(run->trainer.count * sizeof *run->best);
    }
    return run->trainer.settings->keep == KEEP_BEST && run->best == NULL ? fail("no memory") : 0;
}

void run_judge(struct run *run, double loss, double wrong)
{
    static const double solved = 0.5; /* wrong at most */
    struct verdict *verdict = &run->verdict;

    if (loss > verdict->last_loss) {
        verdict->rate_factor *= 0.5;
    }
    verdict->last_loss = loss;
    if (wrong < solved && verdict->solved_at == 0) {
        verdict->solved_at = run->trainer.updates;
    }
    verdict->waited++;
    if (loss < verdict->best_loss) {
        verdict->best_loss = loss;
        verdict->best_at = run->trainer.updates;
        verdict->waited = 0;
        if (run->best != NULL) {
            memcpy(run->best, srnn_model_parameters_const(run->trainer.model),
                   run->trainer.count * sizeof *run->best);
        }
    }
}

int run_has_best(const struct run *run)
{
    return run->best != NULL && run->verdict.best_loss < INFINITY;
}

void run_end(struct run *run)
{
    trainer_destroy(&run->trainer);
    free(run->best);
    run->best = NULL;
}

double run_seconds(const struct run *run)
{
    return run->seconds + clock_seconds() - run->resumed_at;
}

/* The number of sequences whose state is carried on: none but of a file. */
static uint32_t carried(const struct trainer *trainer)
{
    return trainer->task->file.path != NULL ? trainer->samples.capacity : 0;
}

int checkpoint_create(struct checkpoint *checkpoint, const struct run *run, uint64_t fingerprint)
{
    const struct trainer *trainer = &run->trainer;
    const size_t states = carried(trainer) * (size_t)srnn_model_hidden(trainer->model);
    const size_t floats = states + (run->best != NULL ? trainer->count : 0);

    checkpoint->fingerprint = fingerprint;
    checkpoint->capacity = RECORD_HEAD_BYTES + 5 * RECORD_FIELD_BYTES +
                           encoding_bytes(&trainer->task->encoding) + FINGERPRINT_BYTES +
                           strlen(trainer->task->kind->name) + SETTINGS_BYTES + COUNTER_BYTES +
                           floats * sizeof(float);
    checkpoint->record = malloc(checkpoint->capacity);
    checkpoint->state = states > 0 ? malloc(states * sizeof(float)) : NULL;
    if (checkpoint->record == NULL || (states > 0 && checkpoint->state == NULL)) {
        return fail("no memory for checkpoints");
    }
    return 0;
}

void checkpoint_destroy(struct checkpoint *checkpoint)
{
    free(checkpoint->record);
    free(checkpoint->state);
}

static void put_tally(unsigned char *bytes, const struct tally *tally)
{
    put_u64(bytes, tally->updates);
    put_u64(bytes + 8, tally->fired);
    put_u64(bytes + 16, tally->bad);
    put_double(bytes + 24, tally->loss);
    put_double(bytes + 32, tally->norm);
    put_double(bytes + 40, tally->largest_norm);
    put_double(bytes + 48, tally->omega);
    put_double(bytes + 56, tally->signal);
}

static void get_tally(const unsigned char *bytes, struct tally *tally)
{
    tally->updates = get_u64(bytes);
    tally->fired = get_u64(bytes + 8);
    tally->bad = get_u64(bytes + 16);
    tally->loss = get_double(bytes + 24);
    tally->norm = get_double(bytes + 32);
    tally->largest_norm = get_double(bytes + 40);
    tally->omega = get_double(bytes + 48);
    tally->signal = get_double(bytes + 56);
}

static void put_verdict(unsigned char *bytes, const struct verdict *verdict)
{
    put_double(bytes, verdict->rate_factor);
    put_double(bytes + 8, verdict->last_loss);
    put_double(bytes + 16, verdict->best_loss);
    put_u64(bytes + 24, verdict->best_at);
    put_u64(bytes + 32, verdict->waited);
    put_u64(bytes + 40, verdict->solved_at);
}

static void get_verdict(const unsigned char *bytes, struct verdict *verdict)
{
    verdict->rate_factor = get_double(bytes);
    verdict->last_loss = get_double(bytes + 8);
    verdict->best_loss = get_double(bytes + 16);
    verdict->best_at = get_u64(bytes + 24);
    verdict->waited = get_u64(bytes + 32);
    verdict->solved_at = get_u64(bytes + 40);
}

/* The encoding and the fingerprint of the data, and the name of any task. */
static void add_task(struct record_writer *record, const struct task *task, uint64_t fingerprint)
{
    const size_t name_length = strlen(task->kind->name);
    unsigned char *field;

    encoding_write(&task->encoding, record);
    field = record_add(record, RECORD_TASK, FINGERPRINT_BYTES + name_length);
    put_u64(field, fingerprint);
    memcpy(field + FINGERPRINT_BYTES, task->kind->name, name_length);
}

static void add_floats(struct record_writer *record, uint32_t tag, const float *values,
                       size_t count)
{
    unsigned char *field = record_add(record, tag, count * sizeof(float));

    for (size_t i = 0; i < count; i++) {
        put_float(field + i * sizeof(float), values[i]);
    }
}

/* The carried state of a file's sequences, unless there is none yet. Gives a status of
 * the library. */
static int32_t add_state(struct checkpoint *checkpoint, struct record_writer *record,
                         const struct trainer *trainer)
{
    const uint32_t hidden = srnn_model_hidden(trainer->model);
    const uint32_t sequences = trainer->samples.sequences;
    int32_t status;

    if (carried(trainer) == 0 || trainer->updates == 0) {
        return SRNN_OK;
    }
    status = srnn_workspace_get_state(trainer->workspace, checkpoint->state, hidden, sequences);
    if (status == SRNN_OK) {
        add_floats(record, RECORD_STATE, checkpoint->state, sequences * (size_t)hidden);
    }
    return status;
}

/* Build the record of a run. checkpoint_create made it large enough for all. */
static int32_t build_record(struct checkpoint *checkpoint, const struct run *run,
                            struct record_writer *record)
{
    const struct trainer *trainer = &run->trainer;
    char text[SETTINGS_BYTES];
    unsigned char *field;
    int32_t status;

    settings_describe(trainer->settings, trainer->task->kind->scope, text, sizeof text);
    record_begin(record, checkpoint->record, checkpoint->capacity);
    add_task(record, trainer->task, checkpoint->fingerprint);
    field = record_add(record, RECORD_SETTINGS, strlen(text));
    memcpy(field, text, strlen(text));
    field = record_add(record, RECORD_COUNTERS, COUNTER_BYTES);
    put_u64(field, trainer->updates);
    put_double(field + 8, run_seconds(run));
    put_verdict(field + 16, &run->verdict);
    put_tally(field + 16 + VERDICT_BYTES, &run->interval);
    put_tally(field + 16 + VERDICT_BYTES + TALLY_BYTES, &run->total);
    status = add_state(checkpoint, record, trainer);
    if (status == SRNN_OK && run_has_best(run)) {
        add_floats(record, RECORD_BEST, run->best, trainer->count);
    }
    return status;
}

int checkpoint_save(struct checkpoint *checkpoint, const struct run *run, const char *path)
{
    const struct trainer *trainer = &run->trainer;
    struct record_writer record;
    struct file_writer writer;
    int32_t status = build_record(checkpoint, run, &record);

    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot tell the run's state", path);
    }
    if (file_begin(&writer, path) != 0) {
        return EXIT_FAILED;
    }
    status =
        srnn_checkpoint_write(trainer->model, trainer->optimizer, trainer->clipper, trainer->random,
                              checkpoint->record, record.size, file_write, &writer);
    if (status != SRNN_OK && status != SRNN_E_IO) {
        file_abandon(&writer);
        return fail_status(status, "%s: cannot save the run", path);
    }
    return file_commit(&writer);
}

int checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                        struct settings *settings)
{
    size_t task_bytes, settings_bytes, counter_bytes;
    const unsigned char *task = model_file_field(file, RECORD_TASK, &task_bytes);
    const unsigned char *text = model_file_field(file, RECORD_SETTINGS, &settings_bytes);
    const char *name;

    model_file_field(file, RECORD_COUNTERS, &counter_bytes);
    if (task_bytes < FINGERPRINT_BYTES || text == NULL || counter_bytes != COUNTER_BYTES) {
        return fail("%s: a model, not the checkpoint of a run", file->path);
    }
    name = (const char *)task + FINGERPRINT_BYTES;
    task_bytes -= FINGERPRINT_BYTES;
    if (task_bytes != strlen(kind->name) || memcmp(name, kind->name, task_bytes) != 0) {
        return fail("%s: the run's task is %.*s, not %s", file->path, (int)task_bytes,
                    name, kind->name);
    }
    if (settings_adopt(settings, (const char *)text, settings_bytes) != 0) {
        return fail("%s: the run has settings that this program does not know", file->path);
    }
    return 0;
}

static void get_floats(const unsigned char *field, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = get_float(field + i * sizeof(float));
    }
}

/* Put the carried state of a file's sequences into the workspace, if there is any. Gives
 * 0, or EXIT_FAILED after a message. */
static int restore_state(struct checkpoint *checkpoint, const struct model_file *file,
                         struct trainer *trainer)
{
    const size_t hidden = srnn_model_hidden(trainer->model);
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_STATE, &bytes);
    const size_t sequences = bytes / (hidden * sizeof(float));
    int32_t status;

    if (bytes % (hidden * sizeof(float)) != 0 || sequences > carried(trainer) ||
        (sequences > 0) != (carried(trainer) > 0 && trainer->updates > 0)) {
        return fail("%s: the carried state does not fit the run", file->path);
    }
    if (sequences == 0) {
        return 0;
    }
    get_floats(field, checkpoint->state, sequences * hidden);
    trainer->samples.sequences = (uint32_t)sequences;
    status = srnn_workspace_set_state(trainer->workspace, checkpoint->state, hidden,
                                      (uint32_t)sequences);
    return status == SRNN_OK ? 0 : fail_status(status, "%s: the carried state", file->path);
}

/* The best weights so far, of a run that keeps them and has judged any. Gives 0, or
 * EXIT_FAILED after a message. */
static int restore_best(const struct model_file *file, struct run *run)
{
    const int wanted = run_has_best(run);
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_BEST, &bytes);

    if (bytes != (wanted ? run->trainer.count * sizeof(float) : 0)) {
        return fail("%s: the best weights do not fit the run", file->path);
    }
    if (wanted) {
        get_floats(field, run->best, run->trainer.count);
    }
    return 0;
}

int checkpoint_restore(struct checkpoint *checkpoint, const struct model_file *file,
                       struct run *run)
{
    struct trainer *trainer = &run->trainer;
    size_t task_bytes, counter_bytes;
    const unsigned char *task = model_file_field(file, RECORD_TASK, &task_bytes);
    const unsigned char *field = model_file_field(file, RECORD_COUNTERS, &counter_bytes);
    int32_t status;

    if (task_bytes < FINGERPRINT_BYTES || counter_bytes != COUNTER_BYTES) {
        return fail("%s: a model, not the checkpoint of a run", file->path);
    }
    if (get_u64(task) != checkpoint->fingerprint) {
        return fail("%s: the run was trained or judged on other data than %s", file->path,
                    trainer->task->file.path);
    }
    status = srnn_checkpoint_restore(file->archive, file->bytes, trainer->model, trainer->optimizer,
                                     trainer->clipper, trainer->random);
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot resume the run", file->path);
    }
    trainer->updates = get_u64(field);
    run->seconds = get_double(field + 8);
    get_verdict(field + 16, &run->verdict);
    get_tally(field + 16 + VERDICT_BYTES, &run->interval);
    get_tally(field + 16 + VERDICT_BYTES + TALLY_BYTES, &run->total);
    return restore_state(checkpoint, file, trainer) == 0 ? restore_best(file, run) : EXIT_FAILED;
}
