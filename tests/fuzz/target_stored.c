/* target_stored.c - what the program reads from files of models and runs
 *
 * An input is a file. The program opens it, with the alphabet, labels and scale in it and the
 * record of older versions; prints it; makes a sample; predicts a step; and, if it is a run, reads
 * its settings and resumes it. Each refusal is told, without a character that controls a
 * terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "fuzz.h"
#include "mutate_archive.h"
#include "said.h"
#include "storage/model_file.h"
#include "support/exit_codes.h"
#include "training/run_checkpoint.h"

/* A larger model, or run, is opened only. */
#define MOST_PARAMETERS 5000u
#define MOST_HIDDEN 64u
#define MOST_SEQUENCES 64u
#define MOST_STEPS 1000u

/* The file of an input, and that of standard input. */
static char path[64], lines[64];

static void remove_files(void)
{
    (void)unlink(path);
    (void)unlink(lines);
}

static void make_file(char *name)
{
    int descriptor;

    strcpy(name, "/tmp/fuzz.XXXXXX");
    descriptor = mkstemp(name);
    assert_true(descriptor >= 0 && close(descriptor) == 0);
}

/* Writes an input to the file that the program reads. */
static void write_file(const uint8_t *data, size_t size)
{
    FILE *file;

    if (path[0] == '\0') {
        said_nothing();
        make_file(path);
        make_file(lines);
        assert_int_equal(atexit(remove_files), 0);
    }
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Lets standard input be a step of so many zeros. */
static void write_step(uint32_t inputs)
{
    FILE *file = fopen(lines, "w");

    assert_non_null(file);
    for (uint32_t i = 0; i < inputs; i++) {
        assert_true(fputs(i == 0 ? "0" : " 0", file) >= 0);
    }
    assert_true(fputs("\n", file) >= 0 && fclose(file) == 0);
    assert_non_null(freopen(lines, "r", stdin));
}

/* Runs a command on the file, with up to six arguments more, NULL after the last. */
static int command(int (*function)(int argc, char **argv), const char *const *more)
{
    static char words[10][32];
    char *argv[10];
    int argc = 0, result;

    for (; more[argc] != NULL; argc++) {
        assert_true(argc < 9 && strlen(more[argc]) < sizeof words[0]);
        argv[argc] = strcpy(words[argc], more[argc]);
    }
    argv[argc] = NULL;
    said_begin();
    result = function(argc, argv);
    said_end(result);
    assert_true(result >= 0 && result <= EXIT_UNREACHED);
    return result;
}

/* Resumes a run that has no file of data: it has made its updates, so that it is judged and ends.
 */
static void resume(const struct model_file *file)
{
    const char *const words[] = {
        "train", "--resume", path, "--updates", "1", "--evaluate-sequences", "1", "--quiet", NULL};
    const struct task_kind *kind = NULL;
    struct settings settings;
    int result;

    memset(&settings, 0, sizeof settings);
    options_default(&settings_table, &settings);
    said_begin();
    result = run_checkpoint_kind(file, &kind);
    result = result != 0 ? result : run_checkpoint_settings(file, kind, &settings);
    said_end(result);
    if (result == 0 && !kind->needs_file && settings.hidden <= MOST_HIDDEN &&
        settings.batch <= MOST_SEQUENCES && settings.task.length.high <= MOST_STEPS &&
        settings.task.values <= MOST_HIDDEN && settings.task.positions <= MOST_HIDDEN) {
        (void)command(command_train, words);
    }
}

static void run(const uint8_t *data, size_t size)
{
    const char *const inspect[] = {"inspect", path, NULL};
    const char *const sample[] = {"sample", path, "--length", "3", NULL};
    const char *const predict[] = {"predict", path, NULL};
    struct model_file file;
    int result;

    write_file(data, size);
    said_begin();
    result = model_file_open(&file, path);
    said_end(result);
    if (result == 0) {
        const size_t count = srnn_model_parameter_count(file.model);

        assert_true(encoding_valid(&file.encoding));
        (void)model_file_trained_on(&file);
        (void)model_file_forecasts(&file);
        if (count <= MOST_PARAMETERS) {
            assert_int_equal(command(command_inspect, inspect), EXIT_DONE);
            (void)command(command_sample, sample);
            write_step(srnn_model_inputs(file.model));
            (void)command(command_predict, predict);
        }
        if (count <= MOST_PARAMETERS && run_checkpoint_present(&file)) {
            resume(&file);
        }
    }
    model_file_close(&file);
}

const struct fuzz_target fuzz_target = {run, mutate_archive};
