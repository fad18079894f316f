/* run_checkpoint.c - a run on the disk, to be resumed from there */
#include "training/run_checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "storage/old_record.h"
#include "support/bytes.h"
#include "support/exit_codes.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"
#include "training/old_run.h"

/* Room for the settings as text. */
#define SETTINGS_BYTES 4096

/* The part with the numbers of a run: a fingerprint of its data, a uint64_t, and its counters. */
#define NUMBERS "run"
#define FINGERPRINT_BYTES 8u

/* The most parts of a checkpoint. */
#define PARTS (9u + ENCODING_TEXTS)

/* The counters of a run in the order of the file. Each is a uint64_t or a double and takes
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
#define NUMBER_BYTES (FINGERPRINT_BYTES + COUNTER_BYTES)

static void put_counters(unsigned char *bytes, const struct run *run)
{
    for (size_t i = 0; i < COUNTERS; i++) {
        uint64_t bits;

        memcpy(&bits, (const char *)run + counters[i], sizeof bits);
        put_u64(bytes + i * sizeof bits, bits);
    }
}

/* Write the part NUMBERS. */
static void put_numbers(struct run_checkpoint *checkpoint, const struct run *run)
{
    put_u64(checkpoint->numbers, checkpoint->fingerprint);
    put_counters(checkpoint->numbers + FINGERPRINT_BYTES, run);
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
          verdict->best_loss > -INFINITY && !(verdict->last_loss < verdict->best_loss))) {
        return 0;
    }
    return verdict->best_at <= updates && verdict->evaluations_since_best <= updates + 1 &&
           verdict->solved_at <= updates && tally_possible(&run->interval, updates) &&
           tally_possible(&run->total, updates);
}

/* List the objects that each checkpoint has. Returns a status of the library. */
static int32_t list_trainer(srnn_checkpoint *parts, const struct trainer *trainer)
{
    TRY(srnn_checkpoint_add(parts, "model", trainer->model));
    TRY(srnn_checkpoint_add(parts, "optimizer", trainer->optimizer));
    TRY(srnn_checkpoint_add(parts, "clipper", trainer->clipper));
    return srnn_checkpoint_add(parts, "random", trainer->random);
}

/* List all parts. Returns a status of the library. */
static int32_t list_parts(struct run_checkpoint *checkpoint, const struct run *run)
{
    srnn_checkpoint *const parts = checkpoint->parts;
    const struct trainer *trainer = &run->trainer;

    TRY(list_trainer(parts, trainer));
    if (run->best != NULL) {
        TRY(srnn_checkpoint_add(parts, "best", run->best));
    }
    if (trainer_carries_state(trainer)) {
        TRY(srnn_checkpoint_add(parts, "workspace", trainer_state(trainer)));
    }
    TRY(srnn_checkpoint_add_bytes(parts, NUMBERS, checkpoint->numbers, NUMBER_BYTES));
    TRY(srnn_checkpoint_add_text(parts, MODEL_FILE_TASK, trainer->task->kind->name));
    TRY(srnn_checkpoint_add_text(parts, MODEL_FILE_SETTINGS, checkpoint->settings));
    return encoding_add(&trainer->task->encoding, parts, &checkpoint->texts);
}

int run_checkpoint_create(struct run_checkpoint *checkpoint, const struct run *run,
                          uint64_t fingerprint)
{
    const struct trainer *trainer = &run->trainer;
    int32_t status = srnn_checkpoint_create(NULL, NULL, PARTS, &checkpoint->parts);

    checkpoint->fingerprint = fingerprint;
    checkpoint->numbers = malloc(NUMBER_BYTES);
    checkpoint->settings = malloc(SETTINGS_BYTES);
    if (checkpoint->numbers == NULL || checkpoint->settings == NULL) {
        status = SRNN_E_MEMORY;
    }
    if (status == SRNN_OK) {
        settings_describe(trainer->settings, trainer->task->kind->scope, checkpoint->settings,
                          SETTINGS_BYTES);
        status = list_parts(checkpoint, run);
    }
    return status == SRNN_OK ? 0 : fail_status(status, "cannot prepare checkpoints");
}

int run_checkpoint_check(const struct run_checkpoint *checkpoint)
{
    size_t bytes;
    const int32_t status = srnn_checkpoint_save(checkpoint->parts, NULL, 0, &bytes);

    return status == SRNN_OK ? 0 : fail_status(status, "train: no file can hold the run");
}

uint64_t run_checkpoint_hash(struct run_checkpoint *checkpoint, const struct run *run,
                             uint64_t test_fingerprint)
{
    const struct trainer *trainer = &run->trainer;
    const uint64_t numbers[] = {trainer->settings->from != NULL, test_fingerprint};
    uint64_t hash = bytes_hash(BYTES_HASH, checkpoint->settings, strlen(checkpoint->settings));

    put_numbers(checkpoint, run);
    hash = bytes_hash(hash, checkpoint->numbers, NUMBER_BYTES);
    hash = bytes_hash(hash, numbers, sizeof numbers);
    return bytes_hash(hash, srnn_model_parameters_const(trainer->model),
                      trainer->count * sizeof(float));
}

void run_checkpoint_destroy(struct run_checkpoint *checkpoint)
{
    srnn_checkpoint_destroy(checkpoint->parts);
    free(checkpoint->numbers);
    free(checkpoint->settings);
    encoding_texts_destroy(&checkpoint->texts);
}

int run_checkpoint_save(struct run_checkpoint *checkpoint, const struct run *run, const char *path)
{
    struct run now = *run;
    struct file_writer writer;

    now.seconds = run_seconds(run);
    put_numbers(checkpoint, &now);
    TRY(file_begin(&writer, path));
    return file_finish(&writer, srnn_checkpoint_write(checkpoint->parts, file_write, &writer), path,
                       "save the run");
}

/* ---------------------------------------------------------------------------
 * Reading
 * ------------------------------------------------------------------------ */

/* The fingerprint of the data and the counters in a file: [FINGERPRINT_BYTES], [COUNTER_BYTES]. */
struct numbers {
    const unsigned char *fingerprint, *counters;
};

/* Find them in a record. Returns whether they are there. */
static int find_in_record(const struct model_file *file, struct numbers *numbers)
{
    size_t task, bytes;

    record_find(file->record, file->record_bytes, RECORD_TASK, &numbers->fingerprint, &task);
    record_find(file->record, file->record_bytes, RECORD_COUNTERS, &numbers->counters, &bytes);
    return task >= RECORD_FINGERPRINT_BYTES && bytes == COUNTER_BYTES;
}

/* Find them in the part NUMBERS. Returns whether they are there. */
static int find_in_part(const struct model_file *file, struct numbers *numbers)
{
    const void *data;
    size_t bytes;

    if (srnn_checkpoint_bytes(file->parts, NUMBERS, &data, &bytes) != SRNN_OK ||
        bytes != NUMBER_BYTES) {
        return 0;
    }
    numbers->fingerprint = data;
    numbers->counters = numbers->fingerprint + FINGERPRINT_BYTES;
    return 1;
}

/* Find what the file of every run has. Returns whether it is there. */
static int has_numbers(const struct model_file *file, struct numbers *numbers)
{
    const int found =
        file->record != NULL ? find_in_record(file, numbers) : find_in_part(file, numbers);

    return found && file->task != NULL && file->settings != NULL;
}

/* The same. Returns 0, or EXIT_FAILED after a message. */
static int find_numbers(const struct model_file *file, struct numbers *numbers)
{
    return has_numbers(file, numbers)
               ? 0
               : fail("%s: a model, not the checkpoint of a run", file->path);
}

int run_checkpoint_present(const struct model_file *file)
{
    struct numbers numbers;

    return has_numbers(file, &numbers);
}

uint64_t run_checkpoint_updates(const struct model_file *file)
{
    struct numbers numbers;

    return has_numbers(file, &numbers) ? get_u64(numbers.counters) : 0; /* the first of them */
}

const char *run_checkpoint_valid_hint(const struct model_file *file)
{
    struct settings settings;
    struct numbers numbers;
    struct run run;

    memset(&settings, 0, sizeof settings);
    settings.task.hold_out = 1.0; /* of a task without a file, which does not keep it */
    (void)settings_adopt(&settings, file->settings, strlen(file->settings));
    if (settings.task.hold_out > 0.0 || !has_numbers(file, &numbers)) {
        return "";
    }
    get_counters(numbers.counters, &run);
    return isinf(run.verdict.last_loss) ? " [--valid FILE]" : " --valid FILE";
}

int run_checkpoint_kind(const struct model_file *file, const struct task_kind **kind)
{
    struct numbers numbers;

    TRY(find_numbers(file, &numbers));
    *kind = task_find(file->task);
    return *kind != NULL ? 0 : fail("%s: the run's task is unknown: %s", file->path, file->task);
}

int run_checkpoint_settings(const struct model_file *file, const struct task_kind *kind,
                            struct settings *settings)
{
    const struct task_kind *saved;

    TRY(run_checkpoint_kind(file, &saved));
    if (saved != kind) {
        return fail("%s: the run's task is %s, not %s", file->path, saved->name, kind->name);
    }
    /* Runs that were saved before these options existed. */
    settings->task.hold_out_from = HOLD_OUT_END;
    settings->task.evaluate_steps = 0;
    if (settings_adopt(settings, file->settings, strlen(file->settings)) != 0) {
        return fail("%s: the run has settings that this program does not know", file->path);
    }
    return 0;
}

/* Restore the parts. Those of an older version are fewer: the rest is in the record. Returns a
 * status of the library. */
static int32_t restore_parts(struct run_checkpoint *checkpoint, const struct model_file *file,
                             const struct trainer *trainer)
{
    srnn_checkpoint *older = NULL;
    srnn_checkpoint *parts = checkpoint->parts;
    int32_t status = SRNN_OK;

    if (file->record != NULL) {
        TRY(srnn_checkpoint_create(NULL, NULL, PARTS, &older));
        status = list_trainer(older, trainer);
        parts = older;
    }
    if (status == SRNN_OK) {
        status = srnn_checkpoint_open(parts, file->archive, file->bytes);
    }
    if (status == SRNN_OK) {
        status = srnn_checkpoint_restore(parts);
    }
    srnn_checkpoint_destroy(older);
    return status;
}

/* Report that the data of the run in a file are not those of `run`. Returns EXIT_FAILED. */
static int refuse_data(const struct model_file *file, const struct run *run)
{
    const struct settings *settings = run->trainer.settings;
    const struct task *task = run->trainer.task;
    const char *const trained = task->file.path != NULL ? task->file.path : task->kind->name;

    if (settings->valid != NULL) {
        return fail("%s: the run was trained or judged on other data than %s and %s", file->path,
                    trained, settings->valid);
    }
    if (task->kind->needs_file && settings->task.hold_out <= 0.0) {
        return fail("%s: the run was trained on other data than %s, or judged by a file, which "
                    "--valid must name again",
                    file->path, trained);
    }
    return fail("%s: the run was trained or judged on other data than %s", file->path, trained);
}

int run_checkpoint_restore(struct run_checkpoint *checkpoint, const struct model_file *file,
                           struct run *run)
{
    struct trainer *trainer = &run->trainer;
    struct numbers numbers;
    int32_t status;

    TRY(find_numbers(file, &numbers));
    if (get_u64(numbers.fingerprint) != checkpoint->fingerprint) {
        return refuse_data(file, run);
    }
    status = restore_parts(checkpoint, file, trainer);
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot resume the run", file->path);
    }
    get_counters(numbers.counters, run);
    if (!counters_possible(run)) {
        return fail("%s: no run can have its counters", file->path);
    }
    return file->record != NULL
               ? old_run_restore(file, trainer_carries_state(trainer) && trainer->updates > 0, run)
               : 0;
}
