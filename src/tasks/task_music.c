/* task_music.c - music: which notes sound at the next step
 *
 * 88 inputs and as many logistic outputs, one for each key. All steps of a piece are
 * predicted, the first from silence. The loss is in nats a step, summed over the keys, as in
 * the literature (paper, section 4.2). */
#include "storage/midi.h"
#include "storage/music.h"
#include "support/try.h"
#include "tasks/task_sequences.h"

static int open_music(struct task *task, const struct encoding *encoding)
{
    const struct task_file *file = &task->file;
    const uint64_t quarter_steps = midi_quarter_steps(task->options.quarter_steps, encoding);

    if (encoding != NULL) {
        TRY(encoding_copy(&task->encoding, encoding));
    }
    task->inputs = PITCHES;
    task->outputs = PITCHES;
    task->output_kind = SRNN_OUTPUT_SIGMOID;
    task->numeric = 1;
    task->numeric_targets = 1;
    task->every_step = 1;
    task->judge_steps = 1;
    task->tolerance = 0.5;
    task->lead = 1;
    task->max_steps = (uint32_t)task->options.chunk;
    if (is_midi(file->data, file->size)) {
        task->encoding.quarter_steps = (uint32_t)quarter_steps;
    }
    TRY(sequences_create(task));
    TRY(sequences_read_music(task->data, file->path, (const char *)file->data, file->size,
                             quarter_steps));
    sequences_describe(task->data, 0, task->summary, sizeof task->summary);
    return sequences_select_training(task);
}

static const struct preset presets[] = {{"hidden", "300"},         {"activation", "relu"},
                                        {"init", "basic-sigmoid"}, {"chunk", "100"},
                                        {"batch", "12"},           {"optimizer", "adam"},
                                        {"rate", "0.003"},         {"schedule", "linear"},
                                        {"drop", "0.4"},           {"omega", "0"},
                                        {"nonfinite", "repair"},   {"keep", "best"},
                                        {"evaluate-every", "0"},   {"updates", "6000"},
                                        {"stop-error", "0"},       {NULL, NULL}};
static const struct preset published[] = {{"hidden", "300"},
                                          {"activation", "sigmoid"},
                                          {"init", "basic-sigmoid"},
                                          {"chunk", "200"},
                                          {"batch", "1"},
                                          {"rate", "1"},
                                          {"schedule", "halve"},
                                          {"omega", "0.5"},
                                          {"omega-schedule", "inverse"},
                                          {"clip", "norm:8"},
                                          {"keep", "best"},
                                          {"evaluate-every", "0"},
                                          {"epochs", "100"},
                                          {"patience", "10"},
                                          {"stop-error", "0"},
                                          {NULL, NULL}};

const struct task_kind music_task = {
    .name = "music",
    .summary = "the notes at the next step, in a FILE of MIDI or piano rolls",
    .scope = SCOPE_FILE | SCOPE_SEQUENCES | SCOPE_MUSIC,
    .needs_file = 1,
    .presets = presets,
    .published = published,
    .open = open_music,
    .draw = sequences_draw,
    .plan = sequences_plan,
    .for_evaluation = sequences_select_held_out,
    .close = sequences_close,
};
