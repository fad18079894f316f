/* run_checkpoint.c - a run on the disk, to be resumed from there */
#include "training/run_checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/record.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

#define SETTINGS_BYTES 4096 /* of the settings as text, at most */
#define FINGERPRINT_BYTES 8u
#define PARTS 5u /* of a checkpoint: list_objects, and the record */

/* The counters of a run in the order of the record. Each is a uint64_t or a double and takes
 * 8 bytes. The order and the number of rows are the file format. */
#define COUNTER(field) offsetof(struct run, field)
#define TALLY(tally)                                                                               \
    COUNTER(tally.updates), COUNTER(tally.fired), COUNTER(tally.bad), COUNTER(tally.loss),         \
        COUNTER(tally.norm), COUNTER(tally.largest_norm), COUNTER(tally.omega),                    \
        COUNTER(tally.signal)

static const size_t counters[] = {
    COUNTER(trainer.updates),
    COUNTER(seconds),
    COUNTER(verdict.rate_factor),
    COUNTER(verdict.last_loss),
    COUNTER(verdict.best_loss),
    COUNTER(verdict.best_at),
    COUNTER(verdict.evaluations_since_best),
    COUNTER(verdict.solved_at),
    TALLY(interval),
    TALLY(total),
};

#define COUNTERS (sizeof counters / sizeof counters[0])
#define COUNTER_BYTES (COUNTERS * sizeof(uint64_t))

static void put_counters(unsigned char *bytes, const struct run *run)
{
    for (size_t i = 0; i < COUNTERS; i++) {
        uint64_t bits;

        memcpy(&bits, (const char *)run + counters[i], sizeof bits);
        put_u64(bytes + i * sizeof bits, bits);
    }
}

static void get_counters(const unsigned char *bytes, struct run *run)
{
    for (size_t i = 0; i < COUNTERS; i++) {
        const uint64_t bits = get_u64(bytes + i * sizeof bits);

        memcpy((char *)run + counters[i], &bits, sizeof bits);
    }
}

/* Whether a run of `updates` updates can have this tally. Its sums can have any value: gradients
 * that were not finite leave NaN in them. */
static int tally_possible(const struct tally *tally, uint64_t updates)
{
    return tally->updates <= updates && tally->fired <= tally->updates &&
           tally->bad <= tally->updates;
}

/* Whether a run can have these counters. */
static int counters_possible(const struct run *run)
{
    const double most = options_find(&settings_table, "updates", strlen("updates"))->most;
    const uint64_t updates = run->trainer.updates;
    const struct verdict *verdict = &run->verdict;

    if (!((double)updates <= most && run->seconds >= 0.0 && run->seconds < INFINITY)) {
        return 0;
    }
    if (!(verdict->rate_factor >= 0.0 && verdict->rate_factor <= 1.0 &&
          verdict->best_loss > -INFINITY && verdict->best_loss <= verdict->last_loss)) {
        return 0;
    }
    return verdict->best_at <= updates && verdict->evaluations_since_best <= updates + 1 &&
           verdict->solved_at <= updates && tally_possible(&run->interval, updates) &&
           tally_possible(&run->total, updates);
}

/* The number of sequences whose hidden states carry over to the next update; 0 without a file. */
static uint32_t carried_sequences(const struct trainer *trainer)
{
    return trainer->task->file.path != NULL ? trainer->samples.capacity : 0;
}

int run_checkpoint_create(struct run_checkpoint *checkpoint, const struct run *run,
                          uint64_t fingerprint)
{
    const struct trainer *trainer = &run->trainer;
    const size_t states = carried_sequences(trainer) * (size_t)srnn_model_hidden(trainer->model);
    const size_t floats = states + (run->best != NULL ? trainer->count : 0);

    checkpoint->fingerprint = fingerprint;
    checkpoint->capacity = RECORD_HEAD_BYTES + 5 * RECORD_FIELD_BYTES +
                           encoding_bytes(&trainer->task->encoding) + FINGERPRINT_BYTES +
                           strlen(trainer->task->kind->name) + SETTINGS_BYTES + COUNTER_BYTES +
                           floats * sizeof(float);
    checkpoint->record = malloc(checkpoint->capacity);
    checkpoint->state = states > 0 ? malloc(states * sizeof(float)) : NULL;
    checkpoint->parts = srnn_checkpoint_size(PARTS, &checkpoint->parts_bytes) == SRNN_OK
                            ? malloc(checkpoint->parts_bytes)
                            : NULL;
    if (checkpoint->record == NULL || (states > 0 && checkpoint->state == NULL) ||
        checkpoint->parts == NULL) {
        return fail("no memory for checkpoints");
    }
    return 0;
}

void run_checkpoint_destroy(struct run_checkpoint *checkpoint)
{
    free(checkpoint->parts);
    free(checkpoint->record);
    free(checkpoint->state);
}

/* Add the encoding and the fingerprint of the data, and the task's name. */
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

/* Add the carried state of a file's sequences, unless there is none yet. Returns a status of the
 * library. */
static int32_t add_state(struct run_checkpoint *checkpoint, struct record_writer *record,
                         const struct trainer *trainer)
{
    const uint32_t hidden = srnn_model_hidden(trainer->model);
    const uint32_t sequences = trainer->samples.sequences;
    int32_t status;

    if (carried_sequences(trainer) == 0 || trainer->updates == 0) {
        return SRNN_OK;
    }
    status = srnn_workspace_get_state(trainer->workspace, checkpoint->state, hidden, sequences);
    if (status == SRNN_OK) {
        add_floats(record, RECORD_STATE, checkpoint->state, sequences * (size_t)hidden);
    }
    return status;
}

/* Build the record of a run, which fits into the capacity. Returns a status of the library. */
static int32_t build_record(struct run_checkpoint *checkpoint, const struct run *run,
                            struct record_writer *record)
{
    const struct trainer *trainer = &run->trainer;
    char text[SETTINGS_BYTES];
    struct run now = *run;
    unsigned char *field;
    int32_t status;

    now.seconds = run_seconds(run);
    settings_describe(trainer->settings, trainer->task->kind->scope, text, sizeof text);
    record_begin(record, checkpoint->record, checkpoint->capacity);
    add_task(record, trainer->task, checkpoint->fingerprint);
    field = record_add(record, RECORD_SETTINGS, strlen(text));
    memcpy(field, text, strlen(text));
    field = record_add(record, RECORD_COUNTERS, COUNTER_BYTES);
    put_counters(field, &now);
    status = add_state(checkpoint, record, trainer);
    if (status == SRNN_OK && run_has_best(run)) {
        add_floats(record, RECORD_BEST, run->best, trainer->count);
    }
    return status;
}

/* List the objects of a run, to save or to restore them, in *parts. Returns a status of the
 * library. */
static int32_t list_objects(const struct run_checkpoint *checkpoint, const struct trainer *trainer,
                            srnn_checkpoint **parts)
{
    TRY(srnn_checkpoint_init(checkpoint->parts, checkpoint->parts_bytes, PARTS, parts));
    TRY(srnn_checkpoint_add(*parts, "model", trainer->model));
    TRY(srnn_checkpoint_add(*parts, "optimizer", trainer->optimizer));
    TRY(srnn_checkpoint_add(*parts, "clipper", trainer->clipper));
    return srnn_checkpoint_add(*parts, "random", trainer->random);
}

int run_checkpoint_save(struct run_checkpoint *checkpoint, const struct run *run, const char *path)
{
    const struct trainer *trainer = &run->trainer;
    struct record_writer record;
    struct file_writer writer;
    srnn_checkpoint *parts;
    int32_t status = build_record(checkpoint, run, &record);

    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot read the run's state", path);
    }
    TRY(file_begin(&writer, path));
    status = list_objects(checkpoint, trainer, &parts);
    if (status == SRNN_OK) {
        status =
            srnn_checkpoint_add_bytes(parts, MODEL_FILE_RECORD, checkpoint->record, record.size);
    }
    if (status == SRNN_OK) {
        status = srnn_checkpoint_write(parts, file_write, &writer);
    }
    return file_finish(&writer, status, path, "save the run");
}

/* The fields that every run's record has. */
struct fields {
    uint64_t fingerprint; /* of the data */
    const char *task;     /* [task_bytes] */
    size_t task_bytes;
    const char *settings; /* [settings_bytes] */
    size_t settings_bytes;
    const unsigned char *counters; /* [COUNTER_BYTES] */
};

/* Find these fields. Returns 0, or EXIT_FAILED after a message if one is missing. */
static int find_fields(const struct model_file *file, struct fields *fields)
{
    size_t task_bytes, counter_bytes;
    const unsigned char *task = model_file_field(file, RECORD_TASK, &task_bytes);

    fields->settings =
        (const char *)model_file_field(file, RECORD_SETTINGS, &fields->settings_bytes);
    fields->counters = model_file_field(file, RECORD_COUNTERS, &counter_bytes);
    if (task_bytes < FINGERPRINT_BYTES || fields->settings == NULL ||
        counter_bytes != COUNTER_BYTES) {
        return fail("%s: a model, not the checkpoint of a run", file->path);
    }
    fields->fingerprint = get_u64(task);
    fields->task = (const char *)task + FINGERPRINT_BYTES;
    fields->task_bytes = task_bytes - FINGERPRINT_BYTES;
    return 0;
}

/* The kind of the run's task, or NULL. */
static const struct task_kind *find_kind(const struct fields *fields)
{
    const struct task_kind *const *kind = task_kinds;

    while (*kind != NULL && (strlen((*kind)->name) != fields->task_bytes ||
                             memcmp((*kind)->name, fields->task, fields->task_bytes) != 0)) {
        kind++;
    }
    return *kind;
}

int run_checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                            struct settings *settings)
{
    const struct task_kind *saved;
    struct fields fields;

    TRY(find_fields(file, &fields));
    saved = find_kind(&fields);
    if (saved != kind) {
        return fail("%s: the run's task is %s, not %s", file->path,
                    saved != NULL ? saved->name : "unknown", kind->name);
    }
    if (settings_adopt(settings, fields.settings, fields.settings_bytes) != 0) {
        return fail("%s: the run has settings that this program does not know", file->path);
    }
    return 0;
}

/* Read floats. Returns whether all are finite. */
static int get_floats(const unsigned char *field, float *values, size_t count)
{
    int finite = 1;

    for (size_t i = 0; i < count; i++) {
        values[i] = get_float(field + i * sizeof(float));
        finite &= isfinite(values[i]) != 0;
    }
    return finite;
}

/* Set the carried state of a file's sequences in the workspace, if there is any. Returns 0, or
 * EXIT_FAILED after a message. */
static int restore_state(struct run_checkpoint *checkpoint, const struct model_file *file,
                         struct trainer *trainer)
{
    const size_t hidden = srnn_model_hidden(trainer->model);
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_STATE, &bytes);
    const size_t sequences = bytes / (hidden * sizeof(float));
    int32_t status;

    if (bytes % (hidden * sizeof(float)) != 0 || sequences > carried_sequences(trainer) ||
        (sequences > 0) != (carried_sequences(trainer) > 0 && trainer->updates > 0)) {
        return fail("%s: the carried state does not fit the run", file->path);
    }
    if (sequences == 0) {
        return 0;
    }
    (void)get_floats(field, checkpoint->state, sequences * hidden);
    trainer->samples.sequences = (uint32_t)sequences;
    status = srnn_workspace_set_state(trainer->workspace, checkpoint->state, hidden,
                                      (uint32_t)sequences);
    return status == SRNN_OK ? 0 : fail_status(status, "%s: the carried state", file->path);
}

/* Read the best weights so far of a run that keeps them and was evaluated. Returns 0, or
 * EXIT_FAILED after a message. */
static int restore_best(const struct model_file *file, struct run *run)
{
    const int wanted = run_has_best(run);
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_BEST, &bytes);

    if (bytes != (wanted ? run->trainer.count * sizeof(float) : 0) ||
        (wanted && !get_floats(field, run->best, run->trainer.count))) {
        return fail("%s: the best weights do not fit the run", file->path);
    }
    return 0;
}

int run_checkpoint_restore(struct run_checkpoint *checkpoint, const struct model_file *file,
                           struct run *run)
{
    struct trainer *trainer = &run->trainer;
    srnn_checkpoint *parts;
    struct fields fields;
    int32_t status;

    TRY(find_fields(file, &fields));
    if (fields.fingerprint != checkpoint->fingerprint) {
        return fail("%s: the run was trained or judged on other data than %s", file->path,
                    trainer->task->file.path != NULL ? trainer->task->file.path
                                                     : trainer->task->kind->name);
    }
    status = list_objects(checkpoint, trainer, &parts);
    if (status == SRNN_OK) {
        status = srnn_checkpoint_open(parts, file->archive, file->bytes);
    }
    if (status == SRNN_OK) {
        status = srnn_checkpoint_restore(parts);
    }
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot resume the run", file->path);
    }
    get_counters(fields.counters, run);
    if (!counters_possible(run)) {
        return fail("%s: no run can have its counters", file->path);
    }
    return restore_state(checkpoint, file, trainer) == 0 ? restore_best(file, run) : EXIT_FAILED;
}
