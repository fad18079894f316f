/* target_music.c - files of music, as text and as MIDI
 *
 * The first byte of an input is the number of steps of a quarter note, the rest is the file. What
 * is read is a piano roll of zeros and ones with a step in each piece, no larger than midi.h says;
 * a refusal has a message. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "said.h"
#include "storage/midi.h"
#include "storage/music.h"

static void check_roll(const struct sequences *sequences, size_t size)
{
    const size_t steps = sequences->first[sequences->count];
    char text[192];

    assert_true(sequences->count >= 1 && sequences->width == PITCHES);
    assert_int_equal(sequences->first[0], 0);
    assert_true(steps <= 65536 + 4 * size);
    for (size_t i = 0; i < sequences->count; i++) {
        assert_true(sequences_length(sequences, i) >= 1);
    }
    for (size_t i = 0; i < steps * PITCHES; i++) {
        const float value =
            sequences->values != NULL ? sequences->values[i] : (float)sequences->numbers[i];

        assert_true(value == 0.0f || value == 1.0f);
    }
    sequences_describe(sequences, 0, text, sizeof text);
    assert_non_null(memchr(text, '\0', sizeof text));
}

static void run(const uint8_t *data, size_t size)
{
    struct sequences sequences;
    char *text;
    int result;

    if (size == 0) {
        return;
    }
    text = fuzz_text(data + 1, size - 1);
    said_begin();
    result =
        sequences_read_music(&sequences, "piece", text, size - 1, 1 + data[0] % MOST_QUARTER_STEPS);
    said_end(result);
    free(text);
    if (result == 0) {
        check_roll(&sequences, size - 1);
    }
    sequences_destroy(&sequences);
}

/* Makes the lengths of chunks what they are: each ends where the next begins, or with the file. */
static void repair_chunks(uint8_t *data, size_t size)
{
    size_t chunk = SIZE_MAX;

    for (size_t i = 1; i <= size; i++) {
        const int begins =
            i + 8 <= size && memcmp(data + i, "MT", 2) == 0 &&
            (memcmp(data + i + 2, "rk", 2) == 0 || memcmp(data + i + 2, "hd", 2) == 0);

        if (!begins && i < size) {
            continue;
        }
        if (chunk != SIZE_MAX && i >= chunk + 8) {
            const size_t length = i - chunk - 8;

            for (size_t k = 0; k < 4; k++) {
                data[chunk + 4 + k] = (uint8_t)(length >> (24 - 8 * k));
            }
        }
        chunk = i;
    }
}

static size_t mutate(uint8_t *data, size_t size, size_t capacity, uint32_t seed,
                     fuzz_mutate_fn plain)
{
    const size_t changed = plain(data, size, capacity);

    if (seed % 4 != 0 && changed > 9 && is_midi(data + 1, changed - 1)) {
        repair_chunks(data, changed);
    }
    return changed;
}

const struct fuzz_target fuzz_target = {run, mutate};
