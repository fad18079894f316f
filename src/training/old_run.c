/* old_run.c - what older versions wrote of a run into a record */
#include "training/old_run.h"

#include <math.h>
#include <stdlib.h>

#include "storage/old_record.h"
#include "support/bytes.h"
#include "support/message.h"

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

/* Set the carried state from the field [bytes] of a record. Returns a status of the library. */
static int32_t set_state(const unsigned char *field, size_t bytes, struct trainer *trainer)
{
    const size_t hidden = srnn_model_hidden(trainer->model);
    const size_t sequences = bytes / (hidden * sizeof(float));
    float *state = malloc(bytes);
    int32_t status = state != NULL ? SRNN_OK : SRNN_E_MEMORY;

    if (status == SRNN_OK) {
        status = get_floats(field, state, sequences * hidden) ? SRNN_OK : SRNN_E_NONFINITE;
    }
    if (status == SRNN_OK) {
        status =
            srnn_workspace_set_state(trainer_state(trainer), state, hidden, (uint32_t)sequences);
    }
    free(state);
    return status;
}

int old_run_restore(const struct model_file *file, int with_state, struct run *run)
{
    struct trainer *trainer = &run->trainer;
    const size_t best_bytes = run_has_best(run) ? trainer->count * sizeof(float) : 0;
    const unsigned char *field;
    size_t bytes;

    record_find(file->record, file->record_bytes, RECORD_STATE, &field, &bytes);
    if ((bytes > 0) != with_state ||
        bytes % (srnn_model_hidden(trainer->model) * sizeof(float)) != 0 ||
        (with_state && set_state(field, bytes, trainer) != SRNN_OK)) {
        return fail("%s: the carried state does not fit the run", file->path);
    }
    record_find(file->record, file->record_bytes, RECORD_BEST, &field, &bytes);
    if (bytes != best_bytes ||
        (bytes > 0 && !get_floats(field, srnn_model_parameters(run->best), trainer->count))) {
        return fail("%s: the best weights do not fit the run", file->path);
    }
    return 0;
}
