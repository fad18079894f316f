/* convert.c - the command `convert`: a model to PyTorch's names and order of weights, and back */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "srnn.h"
#include "storage/foreign.h"
#include "storage/model_file.h"
#include "storage/weights_fault.h"
#include "support/file.h"
#include "support/file_place.h"
#include "support/message.h"
#include "support/options.h"
#include "support/try.h"

enum { TO_PYTORCH = 1, TO_SRNN };

struct convert_settings {
    uint32_t to;
    const char *output;
    uint32_t activation;  /* of the hidden units; 0: that in the file's metadata */
    uint32_t output_kind; /* of the outputs; 0: that in the file's metadata */
};

static const struct choice targets[] = {{"pytorch", TO_PYTORCH}, {"srnn", TO_SRNN}, {NULL, 0}};
static const struct choice activations[] = {
    {"file", 0}, {"tanh", SRNN_HIDDEN_TANH}, {"relu", SRNN_HIDDEN_RELU}, {NULL, 0}};
static const struct choice output_kinds[] = {{"file", 0},
                                             {"linear", SRNN_OUTPUT_LINEAR},
                                             {"sigmoid", SRNN_OUTPUT_SIGMOID},
                                             {"softmax", SRNN_OUTPUT_SOFTMAX},
                                             {NULL, 0}};

#define SETTING(name) offsetof(struct convert_settings, name)

/* The scope of an option has a bit for each target that the option applies to. */
static const struct option rows[] = {
    {"to", OPTION_CHOICE, SETTING(to), NULL, NULL, 0, 0, targets, KEEP_NOT, 0,
     "format of the new file"},
    {"output", OPTION_OUTPUT, SETTING(output), "FILE", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "name of the new file"},
    {"activation", OPTION_CHOICE, SETTING(activation), NULL, "file", 0, 0, activations, KEEP_NOT,
     1u << TO_SRNN,
     "with --to srnn: activation function of the hidden units\nfile: that in the metadata of the "
     "file"},
    {"output-kind", OPTION_CHOICE, SETTING(output_kind), NULL, "file", 0, 0, output_kinds, KEEP_NOT,
     1u << TO_SRNN, "with --to srnn: kind of the outputs\nfile: that in the metadata of the file"},
};

static const struct option_table table = {
    "convert",
    "MODEL --to pytorch|srnn --output FILE [options]",
    "Convert a model to the state of a PyTorch module, or such a state to a model. Both\n"
    "are safetensors files. The module has a torch.nn.RNN with tanh or relu units\n"
    "(rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0) and a\n"
    "torch.nn.Linear for the logits (head.weight, head.bias); h0 is a learned initial\n"
    "state. With --to srnn the prefixes rnn. and head. may be others, or none. A file that\n"
    "PyTorch wrote does not contain the kinds of units and outputs: use --activation and\n"
    "--output-kind.",
    1,
    1,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* Write the weights of an opened model with PyTorch's names and order. Returns 0, or
 * EXIT_FAILED after a message. */
static int write_pytorch(const struct model_file *file, const char *output)
{
    struct file_writer writer;
    size_t bytes;
    int32_t status = srnn_pytorch_save(file->model, NULL, 0, &bytes);

    if (status == SRNN_E_UNSUPPORTED) {
        return fail("%s: torch.nn.RNN has no %s units; only tanh and relu can be converted",
                    file->path, kind_name(model_made_with(file->model, SRNN_MODEL_ACTIVATION)));
    }
    if (status != SRNN_OK) {
        return fail_status(status, "%s: cannot convert the model", file->path);
    }
    TRY(file_begin(&writer, output));
    status = srnn_pytorch_write(file->model, file_write, &writer);
    return file_finish(&writer, status, file->path, "convert the model");
}

static int to_pytorch(const char *path, const char *output)
{
    struct model_file file;
    int result = model_file_open(&file, path);

    if (result == 0) {
        result = write_pytorch(&file, output);
    }
    if (result == 0) {
        if (encoding_present(&file.encoding)) {
            warn("%s: the encoding of its data is not converted; srnn inspect prints it", path);
        }
        model_print_shape(file.model);
    }
    model_file_close(&file);
    return result;
}

/* Refuse --activation or --output-kind if it differs from the metadata of archive [bytes]. For each
 * the file is loaded with the other kind given, so that the metadata answer. Returns 0, or
 * EXIT_FAILED after a message. */
static int check_kinds(const char *path, const unsigned char *archive, size_t bytes,
                       const struct convert_settings *settings)
{
    const struct {
        const char *option;
        uint32_t key, given;
        uint32_t activation, output_kind; /* to load with; 0: as the file says */
    } kinds[] = {
        {"activation", SRNN_MODEL_ACTIVATION, settings->activation, 0, SRNN_OUTPUT_LINEAR},
        {"output-kind", SRNN_MODEL_OUTPUT_KIND, settings->output_kind, SRNN_HIDDEN_TANH, 0},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        srnn_model *model;
        uint32_t said;
        int32_t status;

        if (kinds[i].given == 0) {
            continue;
        }
        status = srnn_pytorch_load_create(NULL, NULL, archive, bytes, kinds[i].activation,
                                          kinds[i].output_kind, &model);
        if (status == SRNN_E_MEMORY) {
            return fail_status(status, "%s", path);
        }
        if (status != SRNN_OK) {
            continue; /* the file does not say */
        }
        said = model_made_with(model, kinds[i].key);
        srnn_model_destroy(model);
        if (said != kinds[i].given) {
            return fail("%s: its metadata say --%s %s, not %s; leave the option out", path,
                        kinds[i].option, kind_name(said), kind_name(kinds[i].given));
        }
    }
    return 0;
}

/* Report why the weights in a file, archive [bytes], could not become a model. Returns
 * EXIT_FAILED. */
static int fail_load(int32_t status, const char *path, const unsigned char *archive, size_t bytes)
{
    size_t need;

    switch (status) {
    case SRNN_E_UNSUPPORTED:
        return srnn_model_load_size(archive, bytes, 0, &need) == SRNN_OK
                   ? fail("%s: a model of srnn already; it can be converted --to pytorch", path)
                   : weights_fail(path, archive, bytes);
    case SRNN_E_RANGE:
        return fail("%s: the kinds of its units and outputs are not in the file; use --activation "
                    "and --output-kind",
                    path);
    default:
        return fail_status(status, "%s: cannot load the weights", path);
    }
}

static int to_srnn(const char *path, const struct convert_settings *settings)
{
    const struct encoding none = {0};
    unsigned char *archive;
    srnn_model *model = NULL;
    size_t bytes;
    int32_t status;
    int result;

    TRY(file_read_checked(path, foreign_check, &archive, &bytes));
    status = srnn_pytorch_load_create(NULL, NULL, archive, bytes, settings->activation,
                                      settings->output_kind, &model);
    result = status == SRNN_OK ? check_kinds(path, archive, bytes, settings)
                               : fail_load(status, path, archive, bytes);
    free(archive);
    if (result == 0) {
        result = model_file_save(settings->output, model, &none, NULL);
    }
    if (result == 0) {
        model_print_shape(model);
    }
    srnn_model_destroy(model);
    return result;
}

int command_convert(int argc, char **argv)
{
    struct convert_settings settings;
    struct arguments arguments;
    const char *path;
    int result = options_read(&table, argc, argv, &settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    path = arguments.operands[0];
    if (settings.to == 0 || settings.output == NULL) {
        return misuse("convert: --to pytorch|srnn and --output FILE are required");
    }
    TRY(file_check_output("convert", settings.output, path));
    result = options_scope(&table, &arguments, 1u << settings.to, "--to pytorch");
    if (result == 0) {
        result = settings.to == TO_PYTORCH ? to_pytorch(path, settings.output)
                                           : to_srnn(path, &settings);
    }
    return finish_output(result);
}
