/* sample_music.c - the command `sample` with a model of music: which notes sound, step by step */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/predictor.h"
#include "commands/sample.h"
#include "srnn.h"
#include "storage/midi.h"
#include "storage/midi_writer.h"
#include "storage/music.h"
#include "support/file.h"
#include "support/message.h"
#include "support/try.h"

/* A model that plays. */
struct player {
    struct predictor predictor; /* its input is the last step, its output what sounds next */
    srnn_random *random;
    struct midi_writer midi;
    int writes_midi; /* into `midi`; else each step is printed */
    uint64_t steps;  /* that were played */
    uint64_t quarter_steps;
};

/* Play the step that is the predictor's input [PITCHES], and predict the next. Returns 0, or
 * EXIT_FAILED after a message. */
static int play_step(struct player *player)
{
    const float *const notes = player->predictor.input;
    int32_t status;

    if (player->writes_midi) {
        TRY(midi_writer_step(&player->midi, notes));
    } else {
        fputs(player->steps > 0 ? ";" : "", stdout);
        music_print_step(notes);
    }
    player->steps++;
    status = predictor_step(&player->predictor, NULL);
    return status == SRNN_OK ? 0 : fail_status(status, "%s", player->predictor.file->path);
}

/* Set the input to notes that are drawn: each key sounds with the probability of its logit divided
 * by the temperature, on its own; with 0 it sounds if that is likelier than not. Returns a status.
 */
static int32_t draw_notes(struct player *player, double temperature)
{
    struct predictor *predictor = &player->predictor;

    if (temperature > 0.0) {
        for (uint32_t key = 0; key < PITCHES; key++) {
            const double logit = (double)predictor->logits[key] / temperature;

            /* Beyond these the probability is 0 or 1; and a float may not hold the quotient. */
            predictor->logits[key] = (float)fmax(-1e4, fmin(1e4, logit));
        }
        TRY(srnn_outputs(predictor->model, predictor->logits, 1, predictor->output));
    }
    for (uint32_t key = 0; key < PITCHES; key++) {
        const float threshold = temperature > 0.0 ? srnn_random_uniform(player->random) : 0.5f;

        predictor->input[key] = predictor->output[key] > threshold ? 1.0f : 0.0f;
    }
    return SRNN_OK;
}

/* Play the only piece of sequences. Returns 0, or EXIT_FAILED after a message. */
static int play_piece(struct player *player, const struct sequences *sequences)
{
    if (sequences->count != 1) {
        return fail("%s: has %lu pieces; one can be continued", sequences->path,
                    (unsigned long)sequences->count);
    }
    for (size_t step = 0; step < sequences->steps; step++) {
        memcpy(player->predictor.input, sequences->values + step * PITCHES,
               PITCHES * sizeof *sequences->values);
        TRY(play_step(player));
    }
    return 0;
}

/* Play the piece to continue, if there is one. Returns 0, or EXIT_FAILED after a message. */
static int play_prime(struct player *player, const struct sample_settings *settings)
{
    struct sequences sequences;
    const char *path = settings->prime_file != NULL ? settings->prime_file : "--prime";
    unsigned char *bytes = NULL;
    const char *text = settings->prime;
    size_t size = text != NULL ? strlen(text) : 0;
    int result;

    if (settings->prime_file != NULL) {
        TRY(file_read_input(&path, &bytes, &size));
        text = (const char *)bytes;
    } else if (size == 0) {
        return 0;
    }
    result = sequences_read_music(&sequences, path, text, size, player->quarter_steps);
    if (result == 0) {
        result = play_piece(player, &sequences);
    }
    sequences_destroy(&sequences);
    free(bytes);
    return result;
}

/* Play the piece to continue and --length steps. Returns 0, or EXIT_FAILED after a message. */
static int play(struct player *player, const struct sample_settings *settings)
{
    const char *path = player->predictor.file->path;
    int32_t status = srnn_random_create(NULL, NULL, settings->seed, 0, &player->random);

    if (status == SRNN_OK) {
        status = predictor_step(&player->predictor, NULL); /* the first step, from silence */
    }
    if (status != SRNN_OK) {
        return fail_status(status, "%s", path);
    }
    TRY(play_prime(player, settings));
    for (uint64_t i = 0; i < settings->length && !ferror(stdout); i++) {
        status = draw_notes(player, settings->temperature);
        if (status != SRNN_OK) {
            return fail_status(status, "%s", path);
        }
        TRY(play_step(player));
    }
    if (player->writes_midi) {
        return player->steps > 0
                   ? midi_writer_save(&player->midi, settings->output, player->quarter_steps)
                   : fail("%s: no step to write; --length is 0", settings->output);
    }
    putchar('\n');
    return 0;
}

int sample_music(const struct model_file *file, const struct sample_settings *settings)
{
    struct player player;
    int result;

    memset(&player, 0, sizeof player);
    player.quarter_steps = midi_quarter_steps(settings->quarter_steps, &file->encoding);
    player.writes_midi = settings->output != NULL;
    if (player.writes_midi) {
        TRY(file_check_writable(settings->output));
    }
    result = predictor_create(&player.predictor, file, 0);
    if (result == 0) {
        result = play(&player, settings);
    }
    midi_writer_destroy(&player.midi);
    srnn_random_destroy(player.random);
    predictor_destroy(&player.predictor);
    return result;
}
