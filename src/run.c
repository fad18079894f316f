/* run.c - a whole run on the disk, to go on from later */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "file.h"
#include "message.h"
#include "record.h"
#include "task_text.h"

/* The settings as text, the fingerprint, and the counters: updates, seconds and
 * two tallies of eight numbers, 8 bytes each. */
#define SETTINGS_BYTES 4096
#define FINGERPRINT_BYTES 8u
#define TALLY_BYTES 64u
#define COUNTER_BYTES (16u + 2u * TALLY_BYTES)

double run_seconds(const struct run *run)
{
    return run->seconds + clock_seconds() - run->resumed_at;
}

/* The number of floats of the carried state: none but for text. */
static size_t state_count(const struct trainer *trainer)
{
    return trainer->task->corpus != NULL
               ? trainer->samples.capacity * (size_t)srnn_model_hidden(trainer->model)
               : 0;
}

int checkpoint_create(struct checkpoint *checkpoint, const struct trainer *trainer)
{
    const size_t states = state_count(trainer);

    checkpoint->capacity = RECORD_HEAD_BYTES + 5 * RECORD_FIELD_BYTES + 256 + FINGERPRINT_BYTES +
                           strlen(trainer->task->kind->name) + SETTINGS_BYTES + COUNTER_BYTES +
                           states * sizeof(float);
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

/* The alphabet and the fingerprint of a text, and the name of any task. */
static void add_task(struct record_writer *record, const struct task *task)
{
    const size_t name_length = strlen(task->kind->name);
    unsigned char *field;

    if (task->corpus != NULL) {
        field = record_add(record, RECORD_ALPHABET, task->corpus->symbols);
        memcpy(field, task->corpus->alphabet, task->corpus->symbols);
    }
    field = record_add(record, RECORD_TASK, FINGERPRINT_BYTES + name_length);
    put_u64(field, task->corpus != NULL ? task->corpus->fingerprint : 0);
    memcpy(field + FINGERPRINT_BYTES, task->kind->name, name_length);
}

/* The carried state of a text, unless the next chunk starts afresh and there is
 * none yet. Gives a status of the library. */
static int32_t add_state(struct checkpoint *checkpoint, struct record_writer *record,
                         const struct trainer *trainer)
{
    const size_t states = state_count(trainer);
    const uint32_t hidden = srnn_model_hidden(trainer->model);
    unsigned char *field;
    int32_t status;
    size_t i;

    if (states == 0 || trainer->updates == 0) {
        return SRNN_OK;
    }
    status = srnn_workspace_get_state(trainer->workspace, checkpoint->state, hidden,
                                      trainer->samples.capacity);
    if (status == SRNN_OK) {
        field = record_add(record, RECORD_STATE, states * sizeof(float));
        for (i = 0; i < states; i++) {
            put_float(field + i * sizeof(float), checkpoint->state[i]);
        }
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

    settings_describe(trainer->settings, trainer->task->kind->scope, text, sizeof text);
    record_begin(record, checkpoint->record, checkpoint->capacity);
    add_task(record, trainer->task);
    field = record_add(record, RECORD_SETTINGS, strlen(text));
    memcpy(field, text, strlen(text));
    field = record_add(record, RECORD_COUNTERS, COUNTER_BYTES);
    put_u64(field, trainer->updates);
    put_double(field + 8, run_seconds(run));
    put_tally(field + 16, &run->interval);
    put_tally(field + 16 + TALLY_BYTES, &run->total);
    return add_state(checkpoint, record, trainer);
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
    const unsigned char *name = task + FINGERPRINT_BYTES;

    model_file_field(file, RECORD_COUNTERS, &counter_bytes);
    if (task_bytes < FINGERPRINT_BYTES || text == NULL || counter_bytes != COUNTER_BYTES) {
        return fail("%s: a model, not the checkpoint of a run", file->path);
    }
    task_bytes -= FINGERPRINT_BYTES;
    if (task_bytes != strlen(kind->name) || memcmp(name, kind->name, task_bytes) != 0) {
        return fail("%s: the run's task is %.*s, not %s", file->path, (int)task_bytes,
                    (const char *)name, kind->name);
    }
    if (settings_adopt(settings, (const char *)text, settings_bytes) != 0) {
        return fail("%s: the run has settings that this program does not know", file->path);
    }
    return 0;
}

/* Put the carried state of a text into the workspace, if there is any. Gives 0,
 * or EXIT_FAILED after a message. */
static int restore_state(struct checkpoint *checkpoint, const struct model_file *file,
                         struct trainer *trainer)
{
    const size_t states = state_count(trainer);
    const uint32_t hidden = srnn_model_hidden(trainer->model);
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_STATE, &bytes);
    int32_t status;
    size_t i;

    if (bytes != (trainer->updates > 0 ? states : 0) * sizeof(float)) {
        return fail("%s: the carried state does not fit the run", file->path);
    }
    if (bytes == 0) {
        return 0;
    }
    for (i = 0; i < states; i++) {
        checkpoint->state[i] = get_float(field + i * sizeof(float));
    }
    status = srnn_workspace_set_state(trainer->workspace, checkpoint->state, hidden,
                                      trainer->samples.capacity);
    return status == SRNN_OK ? 0 : fail_status(status, "%s: the carried state", file->path);
}

int checkpoint_restore(struct checkpoint *checkpoint, const struct model_file *file,
                       struct run *run)
{
    struct trainer *trainer = &run->trainer;
    const struct corpus *corpus = trainer->task->corpus;
    size_t bytes;
    const unsigned char *field = model_file_field(file, RECORD_TASK, &bytes);
    int32_t status;

    if (get_u64(field) != (corpus != NULL ? corpus->fingerprint : 0)) {
        return fail("%s: the run was trained on another text than %s", file->path, corpus->path);
    }
    status = srnn_checkpoint_restore(file->archive, file->bytes, trainer->model, trainer->optimizer,
                                     trainer->clipper, trainer->random);
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot resume the run", file->path);
    }
    field = model_file_field(file, RECORD_COUNTERS, &bytes);
    trainer->updates = get_u64(field);
    run->seconds = get_double(field + 8);
    get_tally(field + 16, &run->interval);
    get_tally(field + 16 + TALLY_BYTES, &run->total);
    return restore_state(checkpoint, file, trainer);
}
