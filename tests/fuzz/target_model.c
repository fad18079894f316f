/* target_model.c - the library's own files of models
 *
 * An input is a file. Every function that reads one says the same of it; what is loaded is saved
 * and loaded again; and a file that ends too early is told from one that is wrong. */
#include <string.h>

#include "../archive/forge.h"
#include "doors.h"
#include "mutate_archive.h"

/* As many bytes as a file needs are found from its header alone, also where more follow. */
static void try_length(struct heap *heap, const uint8_t *file, size_t bytes, int32_t loaded)
{
    size_t length = 0, again = 0;
    uint8_t *longer = heap_array(heap, bytes + 3, 1);
    const int32_t status = srnn_archive_length(file, bytes, &length);

    memcpy(longer, file, bytes);
    assert_true(status == SRNN_OK || status == SRNN_E_FORMAT || status == SRNN_E_TRUNCATED);
    if (loaded == SRNN_OK || loaded == SRNN_E_CHECKSUM) {
        SUCCEEDS(status);
        assert_int_equal(length, bytes);
    }
    if (status == SRNN_OK) {
        assert_true(length <= bytes);
        SUCCEEDS(srnn_archive_length(longer, bytes + 3, &again));
        assert_int_equal(again, length);
        RETURNS(SRNN_E_TRUNCATED, srnn_archive_length(file, length - 1, &again));
    }
}

/* A checkpoint opens every file that is loaded, and finds the model in it. */
static void try_checkpoint(struct heap *heap, const uint8_t *file, size_t bytes,
                           const srnn_model *model)
{
    srnn_checkpoint *checkpoint = NULL;
    double hidden = 0.0, count = 0.0;

    SUCCEEDS(srnn_checkpoint_create(heap_allocate, heap, 0, &checkpoint));
    SUCCEEDS(srnn_checkpoint_open(checkpoint, file, bytes));
    SUCCEEDS(srnn_checkpoint_get(checkpoint, "model", SRNN_STORED_HIDDEN, &hidden));
    SUCCEEDS(srnn_checkpoint_get(checkpoint, "model", SRNN_STORED_COUNT, &count));
    assert_true(hidden == srnn_model_hidden(model));
    assert_true(count == (double)srnn_model_parameter_count(model));
    srnn_checkpoint_destroy(checkpoint);
}

static void run(const uint8_t *data, size_t size)
{
    const struct doors plain = own_doors(0), view = own_doors(SRNN_LOAD_VIEW);
    struct heap heap;
    uint8_t *file;
    srnn_model *model, *viewed;
    int32_t status, view_status;

    heap_open(&heap);
    file = heap_array(&heap, size, 1);
    memcpy(file, data, size);
    status = doors_try(&plain, &heap, file, size, &model);
    view_status = doors_try(&view, &heap, file, size, &viewed);
    if (status != SRNN_OK) {
        assert_int_equal(view_status, status);
    } else if (view_status == SRNN_OK) {
        forge_same(model, viewed);
        assert_null(srnn_model_parameters(viewed));
    } else {
        assert_true(view_status == SRNN_E_ALIGNMENT || view_status == SRNN_E_UNSUPPORTED);
    }
    try_length(&heap, file, size, status);
    if (model != NULL) {
        try_checkpoint(&heap, file, size, model);
        doors_return(&heap, model);
    }
    srnn_model_destroy(viewed);
    srnn_model_destroy(model);
    assert_memory_equal(file, data, size);
    heap_close(&heap);
}

const struct fuzz_target fuzz_target = {run, mutate_archive};
