/* write_files.c - files of the library in C, to be compared with those of the WebAssembly module
 *
 *     write_files FOLDER
 *
 * Writes model.srnn, model.safetensors (for PyTorch) and run.srnn (a checkpoint) to the folder.
 * files.mjs makes the same objects. */
#include <stdio.h>
#include <stdlib.h>

#include "srnn.h"

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "write_files: %s\n", srnn_status_name(status));
        exit(1);
    }
}

static int32_t store(void *file, const void *data, size_t size)
{
    return fwrite(data, 1, size, file) == size ? 0 : 1;
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

int main(int argc, char **argv)
{
    unsigned char notes[5] = {1, 0, 255, 3, 4};
    srnn_random *random;
    srnn_model *model;
    srnn_optimizer *optimizer;
    srnn_clipper *clipper;
    srnn_checkpoint *checkpoint;
    FILE *file;

    if (argc != 2) {
        fprintf(stderr, "usage: write_files FOLDER\n");
        return 2;
    }
    must(srnn_random_create(NULL, NULL, 7, 3, &random));
    must(srnn_model_create(NULL, NULL, 6, 50, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                           SRNN_MODEL_LEARNED_STATE, &model));
    must(srnn_model_initialize(model, SRNN_START_SMART_TANH, random));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, srnn_model_parameter_count(model),
                               &optimizer));
    must(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.003));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_checkpoint_create(NULL, NULL, 6, &checkpoint));
    must(srnn_checkpoint_add(checkpoint, "model", model));
    must(srnn_checkpoint_add(checkpoint, "optimizer", optimizer));
    must(srnn_checkpoint_add(checkpoint, "clipper", clipper));
    must(srnn_checkpoint_add(checkpoint, "random", random));
    must(srnn_checkpoint_add_bytes(checkpoint, "notes", notes, sizeof notes));
    must(srnn_checkpoint_add_text(checkpoint, "labels", "cat\ndog"));
    file = create(argv[1], "model.srnn");
    must(srnn_model_write(model, store, file));
    fclose(file);
    file = create(argv[1], "model.safetensors");
    must(srnn_pytorch_write(model, store, file));
    fclose(file);
    file = create(argv[1], "run.srnn");
    must(srnn_checkpoint_write(checkpoint, store, file));
    return fclose(file) == 0 ? 0 : 1;
}
