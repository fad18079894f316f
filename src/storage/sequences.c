/* sequences.c - sequences of numbers in memory */
#include "storage/sequences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"

/* The room that a list of values begins with, and one of sequences. */
#define LEAST_VALUES 64
#define LEAST_SEQUENCES 64

/* The room for a list of `count` elements that has to grow, which begins with `least`. */
static size_t grown(size_t count, size_t least)
{
    return count + count / 2 + least;
}

/* Report that there is no memory. Returns EXIT_FAILED. */
static int fail_memory(const struct sequences *sequences)
{
    return fail("%s: no memory for its %lu steps", sequences->path,
                (unsigned long)sequences->steps + 1);
}

int sequences_add_step(struct sequences *sequences, double **numbers)
{
    const size_t step_bytes = sequences->width * sizeof **numbers;

    if (sequences->steps == sequences->room_for_steps) {
        /* Of wide steps only one: memory stays in proportion to the file. */
        const size_t room = grown(sequences->steps, 1 + LEAST_VALUES / sequences->width);
        double *larger =
            room < SIZE_MAX / step_bytes ? realloc(sequences->numbers, room * step_bytes) : NULL;

        if (larger == NULL) {
            return fail_memory(sequences);
        }
        sequences->numbers = larger;
        sequences->room_for_steps = room;
    }
    *numbers = sequences->numbers + sequences->steps++ * sequences->width;
    return 0;
}

/* Make room for another sequence, and for the one that sequences_cut adds. */
static int reserve_sequence(struct sequences *sequences)
{
    const size_t room = grown(sequences->count, LEAST_SEQUENCES);
    size_t *first;
    uint32_t *label;

    if (sequences->count < sequences->room_for_sequences) {
        return 0;
    }
    first = realloc(sequences->first, (room + 2) * sizeof *first);
    sequences->first = first != NULL ? first : sequences->first;
    label = realloc(sequences->label, (room + 1) * sizeof *label);
    sequences->label = label != NULL ? label : sequences->label;
    if (first == NULL || label == NULL) {
        return fail_memory(sequences);
    }
    first[0] = 0;
    sequences->room_for_sequences = room;
    return 0;
}

int sequences_end(struct sequences *sequences, uint32_t label)
{
    if (reserve_sequence(sequences) != 0) {
        return EXIT_FAILED;
    }
    sequences->label[sequences->count++] = label;
    sequences->first[sequences->count] = sequences->steps;
    return 0;
}

void sequences_drop_labels(struct sequences *sequences)
{
    free(sequences->label);
    sequences->label = NULL;
}

/* Make the numbers of a step floats, in the place of the numbers of earlier steps. Returns how many
 * are missing: NaN. */
static size_t scale_step(struct sequences *sequences, size_t step, const struct scaling *scaling)
{
    char *bytes = (char *)sequences->numbers;
    size_t missing = 0;

    for (uint32_t i = 0; i < sequences->width; i++) {
        const size_t at = step * sequences->width + i;
        double number;
        float value;

        memcpy(&number, bytes + at * sizeof number, sizeof number);
        value = scaling_apply(scaling, i, number);
        missing += value != value;
        memcpy(bytes + at * sizeof value, &value, sizeof value);
    }
    return missing;
}

/* Mark the values that are missing, and put others in their places. */
static int fill(struct sequences *sequences)
{
    const size_t width = sequences->width;
    float *value = sequences->values;
    unsigned char *missing = calloc(sequences->steps, width);

    sequences->missing = missing;
    if (missing == NULL) {
        return fail_memory(sequences);
    }
    for (size_t i = 0; i < sequences->count; i++) {
        const size_t begin = sequences->first[i] * width;
        const size_t end = sequences->first[i + 1] * width;

        for (size_t at = begin; at < end; at++) {
            if (value[at] != value[at]) {
                missing[at] = 1;
                value[at] = at >= begin + width ? value[at - width] : 0.0f;
            }
        }
    }
    return 0;
}

int sequences_scale(struct sequences *sequences, const struct scaling *scaling)
{
    const size_t bytes = sequences->steps * sequences->width * sizeof(float);
    size_t missing = 0;
    void *smaller;

    for (size_t step = 0; step < sequences->steps; step++) {
        missing += scale_step(sequences, step, scaling);
    }
    smaller = realloc(sequences->numbers, bytes);
    sequences->values = smaller != NULL ? smaller : (void *)sequences->numbers;
    sequences->numbers = NULL;
    return missing > 0 ? fill(sequences) : 0;
}

size_t sequences_last_end(const struct sequences *sequences)
{
    return sequences->count > 0 ? sequences->first[sequences->count] : 0;
}

size_t sequences_length(const struct sequences *sequences, size_t i)
{
    return sequences->first[i + 1] - sequences->first[i];
}

int sequences_cut(struct sequences *sequences, size_t steps)
{
    const size_t end = sequences->first[sequences->count];

    if (sequences->label != NULL || steps >= sequences_length(sequences, sequences->count - 1)) {
        return -1;
    }
    sequences->first[sequences->count++] = end - steps;
    sequences->first[sequences->count] = end;
    return 0;
}

void sequences_destroy(struct sequences *sequences)
{
    free(sequences->first);
    free(sequences->numbers);
    free(sequences->values);
    free(sequences->missing);
    free(sequences->label);
    memset(sequences, 0, sizeof *sequences);
}

void sequences_describe(const struct sequences *sequences, uint32_t labels, char *text, size_t size)
{
    size_t shortest = SIZE_MAX;
    size_t longest = 0;
    size_t missing = 0;
    char classes[48] = "";
    char steps[64];
    char lacking[48] = "";

    for (size_t i = 0; i < sequences->count; i++) {
        const size_t length = sequences_length(sequences, i);

        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    for (size_t i = 0; sequences->numbers != NULL && i < sequences->steps * sequences->width; i++) {
        missing += sequences->numbers[i] != sequences->numbers[i];
    }
    if (sequences->label != NULL) {
        snprintf(classes, sizeof classes, "%lu label%s, ", (unsigned long)labels,
                 labels == 1 ? "" : "s");
    }
    snprintf(steps, sizeof steps, shortest == longest ? "%lu steps" : "%lu to %lu steps",
             (unsigned long)shortest, (unsigned long)longest);
    if (missing > 0) {
        snprintf(lacking, sizeof lacking, ", %lu missing", (unsigned long)missing);
    }
    snprintf(text, size, "%lu sequence%s, %s%lu value%s a step, %s%s%s%s",
             (unsigned long)sequences->count, sequences->count == 1 ? "" : "s", classes,
             (unsigned long)sequences->width, sequences->width == 1 ? "" : "s", steps, lacking,
             sequences->layout != NULL ? ", " : "",
             sequences->layout != NULL ? sequences->layout : "");
}
