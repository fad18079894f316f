/* mutate_archive.c - other safetensors files, made of one */
#include "mutate_archive.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../archive/forge.h"
#include "archive_parts.h"
#include "repair_archive.h"

static uint32_t below(uint32_t *state, size_t bound)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % (uint32_t)bound;
}

/* Puts `text` in the place of `old` bytes at `at` in the header, if there is room. */
static void replace(struct parts *parts, size_t at, size_t old, const char *text, size_t length)
{
    if (parts->length - old + length <= parts->capacity) {
        memmove(parts->header + at + length, parts->header + at + old,
                parts->length - at - old + 1);
        memcpy(parts->header + at, text, length);
        parts->length = parts->length - old + length;
    }
}

/* Puts another number in the place of one in the header. */
static void change_number(struct parts *parts, uint32_t *state)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "2",
                                          "3",
                                          "4",
                                          "5",
                                          "6",
                                          "8",
                                          "16",
                                          "64",
                                          "-1",
                                          "1e3",
                                          "16777216",
                                          "16777217",
                                          "2147483648",
                                          "4294967296",
                                          "01",
                                          "",
                                          "[",
                                          "\"",
                                          "null",
                                          "1073741825",
                                          "4611686018427387904",
                                          "18446744073709551615",
                                          "18446744073709551616"};
    size_t at = below(state, parts->length), old;
    char text[32];
    int length;

    at += strcspn(parts->header + at, "0123456789");
    old = strspn(parts->header + at, "0123456789");
    if (old == 0) {
        return;
    }
    if (below(state, 2) == 0) {
        length = snprintf(text, sizeof text, "%s",
                          numbers[below(state, sizeof numbers / sizeof *numbers)]);
    } else {
        length = snprintf(text, sizeof text, "%lu",
                          strtoul(parts->header + at, NULL, 10) + below(state, 3) - 1);
    }
    replace(parts, at, old, text, (size_t)length);
}

/* Where the string begins that is next to a place in the header, and its length with its quotes; a
 * length of 0: there is none. */
static size_t next_string(const struct parts *parts, size_t at, size_t *length)
{
    at += strcspn(parts->header + at, "\"");
    *length = 0;
    if (at < parts->length) {
        const size_t inner = strcspn(parts->header + at + 1, "\"");

        *length = at + inner + 2 <= parts->length ? inner + 2 : 0;
    }
    return at;
}

/* Puts another string in the place of one in the header: one that a reader knows, or that the
 * header has elsewhere. */
static void change_string(struct parts *parts, uint32_t *state)
{
    static const char *const words[] = {"\"__metadata__\"",
                                        "\"srnn.format\"",
                                        "\"srnn.checksum\"",
                                        "\"srnn.activation\"",
                                        "\"srnn.output\"",
                                        "\"1\"",
                                        "\"2\"",
                                        "\"3\"",
                                        "\"tanh\"",
                                        "\"sigmoid\"",
                                        "\"relu\"",
                                        "\"linear\"",
                                        "\"softmax\"",
                                        "\"F32\"",
                                        "\"F64\"",
                                        "\"F16\"",
                                        "\"BF16\"",
                                        "\"U64\"",
                                        "\"U8\"",
                                        "\"dtype\"",
                                        "\"shape\"",
                                        "\"data_offsets\"",
                                        "\"w_in\"",
                                        "\"w_rec\"",
                                        "\"b_rec\"",
                                        "\"w_out\"",
                                        "\"b_out\"",
                                        "\"h0\"",
                                        "\"srnn.optimizer.options\"",
                                        "\"srnn.optimizer.state\"",
                                        "\"srnn.optimizer.moments\"",
                                        "\"srnn.clipper.options\"",
                                        "\"srnn.clipper.statistics\"",
                                        "\"srnn.clipper.learnt\"",
                                        "\"srnn.omega.options\"",
                                        "\"srnn.omega.state\"",
                                        "\"srnn.random.state\"",
                                        "\"srnn.workspace.options\"",
                                        "\"srnn.workspace.carried\"",
                                        "\"srnn.extra.bytes\"",
                                        "\"srnn.clipper.Comment\"",
                                        "\"srnn.clipper.gate\"",
                                        "\"srnn.clipper.kind\"",
                                        "\"clipper\"",
                                        "\"optimizer\"",
                                        "\"random\"",
                                        "\"regularizer\"",
                                        "\"workspace\"",
                                        "\"model\"",
                                        "\"bytes\"",
                                        "\"user.settings\"",
                                        "\"user.labels\"",
                                        "\"user.alphabet\"",
                                        "\"user.scaling\"",
                                        "\"user.task\"",
                                        "\"user.quarter-steps\"",
                                        "\"optimizer.state\"",
                                        "\"clipper.state\"",
                                        "\"extra\"",
                                        "\"rnn.weight_ih_l0\"",
                                        "\"rnn.weight_hh_l0\"",
                                        "\"rnn.bias_ih_l0\"",
                                        "\"rnn.bias_hh_l0\"",
                                        "\"weight_ih\"",
                                        "\"weight_hh\"",
                                        "\"head.weight\"",
                                        "\"head.bias\"",
                                        "\"weight_ih_l1\"",
                                        "\"weight_ih_l0_reverse\"",
                                        "\"\"",
                                        "\"\\u0077_in\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\\ud800\"",
                                        "\"%0A%25\"",
                                        "\"a\\nb\\\\\""};
    size_t length, other_length;
    const size_t at = next_string(parts, below(state, parts->length), &length);
    const size_t other = next_string(parts, below(state, parts->length), &other_length);
    char text[256];

    if (length == 0) {
        return;
    }
    if (below(state, 2) == 0 && other_length > 0 && other_length < sizeof text) {
        memcpy(text, parts->header + other, other_length);
        replace(parts, at, length, text, other_length);
    } else {
        const char *word = words[below(state, sizeof words / sizeof *words)];

        replace(parts, at, length, word, strlen(word));
    }
}

/* Takes a tensor out of the header, copies it to the beginning, or both. */
static void change_member(struct parts *parts, uint32_t *state)
{
    const uint32_t how = 1 + below(state, 3);
    size_t at = below(state, parts->length), length;
    char text[512];

    at += strcspn(parts->header + at, ",");
    at += strcspn(parts->header + at, "\"");
    length = strcspn(parts->header + at, "}") + 1;
    if (at + length >= parts->length || length + 1 > sizeof text) {
        return;
    }
    memcpy(text, parts->header + at, length);
    text[length] = ',';
    if ((how & 1u) != 0) {
        const size_t comma = at > 0 && parts->header[at - 1] == ',' ? 1 : 0;

        replace(parts, at - comma, length + comma, "", 0);
    }
    if ((how & 2u) != 0) {
        replace(parts, 1, 0, text, length + 1);
    }
}

/* Puts another number of eight or four bytes in the place of one among the elements. */
static void change_element(struct parts *parts, uint32_t *state)
{
    static const double numbers[] = {-1.0, 0.0,      1.0,   2.0,    3.0,   0.5,
                                     NAN,  INFINITY, 1e300, 1e-310, 71.0,  81.0,
                                     85.0, 91.0,     93.0,  191.0,  196.0, 9007199254740993.0};
    const double number = numbers[below(state, sizeof numbers / sizeof *numbers)];
    const float single = number > 1e38 && number < INFINITY ? 3.4e38f : (float)number;
    uint32_t bits;

    if (parts->bytes < 8) {
        return;
    }
    if (below(state, 2) == 0) {
        forge_put_double(parts->elements + 8 * below(state, parts->bytes / 8), number);
    } else {
        memcpy(&bits, &single, sizeof bits);
        forge_put(parts->elements + 4 * below(state, parts->bytes / 4), bits, 4);
    }
}

/* Changes the parts of a file, in one of several ways. */
static void change_parts(struct parts *parts, uint32_t *state, fuzz_mutate_fn plain)
{
    /* Changes before this one may have made the file too large. */
    const size_t used = 8 + parts->length + parts->bytes;
    const size_t room = used < parts->capacity ? parts->capacity - used : 0;
    const size_t more = room < 64 ? room : 64;

    switch (below(state, 9)) {
    case 0:
    case 1:
        parts->length = plain((uint8_t *)parts->header, parts->length, parts->length + more);
        parts->header[parts->length] = '\0';
        break;
    case 2:
        parts->bytes =
            more == 0 ? parts->bytes : plain(parts->elements, parts->bytes, parts->bytes + more);
        break;
    case 3:
    case 4:
        change_number(parts, state);
        break;
    case 5:
        change_string(parts, state);
        break;
    case 6:
        change_member(parts, state);
        break;
    default:
        change_element(parts, state);
    }
}

size_t mutate_archive(uint8_t *data, size_t size, size_t capacity, uint32_t seed,
                      fuzz_mutate_fn plain)
{
    uint32_t state = seed | 1u;
    struct parts parts;
    size_t changed, repaired = 0;

    if (below(&state, 32) == 0 || !parts_open(&parts, data, size, capacity)) {
        return plain(data, size, capacity);
    }
    for (uint32_t times = 1 + below(&state, 3); times > 0 && parts.length > 1; times--) {
        change_parts(&parts, &state, plain);
    }
    changed = parts_join(&parts, data);
    parts_free(&parts);
    if (changed == 0) {
        return size;
    }
    if (below(&state, 4) != 0) {
        repaired = repair_archive(data, changed, capacity);
    } else if (below(&state, 8) != 0) {
        forge_seal(data, changed);
    }
    return repaired > 0 ? repaired : changed;
}
