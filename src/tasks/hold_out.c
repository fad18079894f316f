/* hold_out.c - which sequences of a file are not trained on */
#include "tasks/hold_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"
#include "tasks/shuffle.h"

/* The random stream of the choice: in the middle, where neither evaluations, which count up from
 * the first, nor epochs, which count down from the last, ever come. */
#define HOLD_OUT_STREAM (UINT64_C(1) << 63)

/* ---------------------------------------------------------------------------
 * The choice
 * ------------------------------------------------------------------------ */

/* The label of sequence i; 0 for all where none have labels. */
static size_t label_of(const struct sequences *sequences, size_t i)
{
    return sequences->label != NULL ? sequences->label[i] : 0;
}

/* List the sequences label by label: `list` [count] receives their numbers. `begin` [labels + 1]
 * receives the places at which the labels begin. */
static void list_by_label(const struct sequences *sequences, size_t labels, uint32_t *list,
                          size_t *begin)
{
    memset(begin, 0, (labels + 1) * sizeof *begin);
    for (size_t i = 0; i < sequences->count; i++) {
        begin[label_of(sequences, i) + 1]++;
    }
    for (size_t label = 0; label < labels; label++) {
        begin[label + 1] += begin[label];
    }
    for (size_t i = sequences->count; i > 0; i--) { /* begin[l + 1] falls to where l begins */
        list[--begin[label_of(sequences, i - 1) + 1]] = (uint32_t)(i - 1);
    }
    memmove(begin, begin + 1, labels * sizeof *begin);
    begin[labels] = sequences->count;
}

/* Draw `held` of the sequences: set their chosen [count] to 1. In the list of all, label by label
 * and shuffled within each, every (count / held)-th one is taken, from a random place on. So each
 * label has its share, up to one sequence, and the shares add up to `held`. */
static int draw(const struct task *task, size_t held, unsigned char *chosen)
{
    const struct sequences *sequences = task->data;
    const size_t count = sequences->count;
    const size_t labels = sequences->label != NULL ? task->encoding.labels.count : 1;
    uint32_t *list = calloc(count, sizeof *list);
    size_t *begin = calloc(labels + 1, sizeof *begin);
    void *memory = malloc(srnn_random_size());
    srnn_random *random;
    uint64_t at;

    if (list == NULL || begin == NULL || memory == NULL) {
        free(list);
        free(begin);
        free(memory);
        return fail("%s: no memory for %lu sequences", task->file.path, (unsigned long)count);
    }
    (void)srnn_random_init(memory, srnn_random_size(), task->options.seed, HOLD_OUT_STREAM,
                           &random);
    list_by_label(sequences, labels, list, begin);
    for (size_t label = 0; label < labels; label++) {
        shuffle_list(list + begin[label], begin[label + 1] - begin[label], random);
    }
    at = srnn_random_below(random, (uint32_t)count);
    for (size_t i = 0; i < count; i++, at += held) {
        chosen[list[i]] = (at + held) / count > at / count;
    }
    free(list);
    free(begin);
    free(memory);
    return 0;
}

/* ---------------------------------------------------------------------------
 * The order in memory
 * ------------------------------------------------------------------------ */

/* Move the rows of the chosen sequences behind those of the others in `array`, whose sequence i has
 * the rows first[i] to first[i + 1] - 1, or row i alone if `first` is NULL. `room` has at least the
 * bytes of all chosen rows. */
static void part_rows(void *array, size_t row_bytes, const size_t *first,
                      const unsigned char *chosen, size_t count, void *room)
{
    char *const rows = array;
    size_t kept = 0;
    size_t moved = 0;

    for (size_t i = 0; i < count; i++) {
        const size_t at = (first != NULL ? first[i] : i) * row_bytes;
        const size_t bytes = (first != NULL ? first[i + 1] - first[i] : 1) * row_bytes;

        if (chosen[i]) {
            memcpy((char *)room + moved, rows + at, bytes);
            moved += bytes;
        } else {
            memmove(rows + kept, rows + at, bytes);
            kept += bytes;
        }
    }
    memcpy(rows + kept, room, moved);
}

/* Move the chosen [count] sequences behind the others: the values of music, or the numbers of a
 * series. Which numbers are missing is not marked yet; sequences_scale does that. Returns 0, or
 * EXIT_FAILED after a message. */
static int part(struct sequences *sequences, const unsigned char *chosen)
{
    const size_t count = sequences->count;
    const int scaled = sequences->values != NULL;
    void *const numbers = scaled ? (void *)sequences->values : (void *)sequences->numbers;
    const size_t row =
        sequences->width * (scaled ? sizeof *sequences->values : sizeof *sequences->numbers);
    size_t *lengths = calloc(count, sizeof *lengths);
    size_t steps = 0;
    void *room;

    for (size_t i = 0; i < count; i++) {
        steps += chosen[i] ? sequences_length(sequences, i) : 0;
    }
    /* A sequence has at least a step, and a step at least a number: so it has room for a length. */
    room = malloc(steps * (row > sizeof *lengths ? row : sizeof *lengths));
    if (lengths == NULL || room == NULL) {
        free(lengths);
        free(room);
        return fail("%s: no memory for what is held out", sequences->path);
    }
    for (size_t i = 0; i < count; i++) {
        lengths[i] = sequences_length(sequences, i);
    }
    part_rows(numbers, row, sequences->first, chosen, count, room);
    part_rows(lengths, sizeof *lengths, NULL, chosen, count, room);
    if (sequences->label != NULL) {
        part_rows(sequences->label, sizeof *sequences->label, NULL, chosen, count, room);
    }
    for (size_t i = 0; i < count; i++) {
        sequences->first[i + 1] = sequences->first[i] + lengths[i];
    }
    free(lengths);
    free(room);
    return 0;
}

/* ---------------------------------------------------------------------------
 * The size
 * ------------------------------------------------------------------------ */

const char *hold_out_advice(const struct task *task)
{
    return task->options.advises ? "--valid names a file to judge by, --hold-out 0 trains on all"
                                 : "--hold-out 1 judges by all";
}

/* Refuse a share of `all` things, `what`, that leaves fewer than `least` on one side: `held` are
 * held out. Returns EXIT_FAILED. */
static int refuse_share(const struct task *task, size_t held, size_t all, size_t least,
                        const char *what)
{
    const double share = ceil(100.0 * (double)least / (double)all) / 100.0;
    char other[64] = "";

    if (held < least && all >= 2 * least) {
        snprintf(other, sizeof other, "--hold-out %g is enough, ", share);
    }
    return fail("%s: --hold-out %g of %lu %s leaves %lu to %s; %s%s", task->file.path,
                task->options.hold_out, (unsigned long)all, what,
                (unsigned long)(held < least ? held : all - held),
                held < least ? "judge by" : "train on", other, hold_out_advice(task));
}

int hold_out(struct task *task, size_t *held)
{
    struct sequences *sequences = task->data;
    const double share = task->options.hold_out;
    const size_t count = sequences->count;
    const size_t least = task->every_step && !task->lead ? 2 : 1; /* steps of a sequence */
    unsigned char *chosen;
    int result;

    *held = (size_t)((double)count * share);
    if (share <= 0.0 || share >= 1.0) {
        return 0;
    }
    if (count == 1 && sequences->label == NULL) {
        const size_t all = sequences->first[1];
        const size_t steps = (size_t)((double)all * share);

        if (steps < least || all - steps < least) {
            return refuse_share(task, steps, all, least, "steps");
        }
        *held = 1;
        return sequences_cut(sequences, steps);
    }
    if (*held == 0) { /* it is never all: the share is below 1 */
        return refuse_share(task, *held, count, 1, "sequences");
    }
    if (task->options.hold_out_from == HOLD_OUT_END) {
        return 0;
    }
    chosen = calloc(count, sizeof *chosen);
    if (chosen == NULL) {
        return fail("%s: no memory for %lu sequences", task->file.path, (unsigned long)count);
    }
    result = draw(task, *held, chosen);
    if (result == 0) {
        result = part(sequences, chosen);
    }
    free(chosen);
    return result;
}

/* ---------------------------------------------------------------------------
 * The labels
 * ------------------------------------------------------------------------ */

/* The number of labels that the sequences from `begin` to `end` - 1 have between them. */
static uint32_t count_labels(const struct sequences *sequences, size_t begin, size_t end)
{
    unsigned char seen[MAX_LABELS] = {0};
    uint32_t count = 0;

    for (size_t i = begin; i < end; i++) {
        count += !seen[sequences->label[i]];
        seen[sequences->label[i]] = 1;
    }
    return count;
}

void hold_out_warn(const struct task *task, size_t training)
{
    const struct sequences *sequences = task->data;
    const unsigned long count = (unsigned long)sequences->count;
    const unsigned long labels = task->encoding.labels.count;
    unsigned long trained, judged;

    if (sequences->label == NULL || !task->options.advises) {
        return;
    }
    if (labels == 1) {
        warn("%s: one label, %s: nothing to learn", task->file.path,
             task->encoding.labels.names[0]);
        return;
    }
    trained = count_labels(sequences, 0, training);
    judged = count_labels(sequences, training, sequences->count);
    if (training > 0 && trained < labels) {
        warn("%s: what is trained on (%lu of %lu sequences) has %lu of %lu labels", task->file.path,
             (unsigned long)training, count, trained, labels);
    }
    if (training == 0 && judged < labels) {
        warn("%s: a run is judged by %lu of %lu labels", task->file.path, judged, labels);
    } else if (training < sequences->count && judged < labels) {
        warn("%s: what is held out (%lu of %lu sequences) has %lu of %lu labels; %s, --valid names "
             "a file to judge by",
             task->file.path, count - (unsigned long)training, count, judged, labels,
             task->options.hold_out_from == HOLD_OUT_END
                 ? "--hold-out-from drawn holds out a share of each"
                 : "--hold-out holds out more");
    }
}
