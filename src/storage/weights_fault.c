/* weights_fault.c - why the weights of PyTorch in a file become no model */
#include "storage/weights_fault.h"

#include <stdio.h>
#include <string.h>

#include "support/bytes.h"
#include "support/message.h"
#include "support/try.h"

/* The most sides of a tensor, and the longest name, that are looked at. */
#define MOST_SIDES 8
#define MOST_NAME 128

/* The tensors of a torch.nn.RNN, of a torch.nn.Linear and of an initial state. */
enum role { WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH, HEAD_WEIGHT, HEAD_BIAS, STATE, ROLES };
static const struct {
    const char *name; /* without the _l0 of a layer */
    enum { LAYER, HEAD, ALONE } module;
    unsigned rank;
} roles[ROLES] = {
    {"weight_ih", LAYER, 2}, {"weight_hh", LAYER, 2}, {"bias_ih", LAYER, 1}, {"bias_hh", LAYER, 1},
    {"weight", HEAD, 2},     {"bias", HEAD, 1},       {"h0", ALONE, 1},
};

/* A tensor in the header of a file. */
struct tensor {
    char name[MOST_NAME]; /* "" for a tensor that was not seen */
    char type[MOST_NAME];
    unsigned rank;
    unsigned long long shape[MOST_SIDES];
};

/* What is left of a header. */
struct scan {
    const unsigned char *at, *end;
};

/* Move past white space, and past `wanted` if it follows. Returns whether it did. */
static int take(struct scan *scan, unsigned char wanted)
{
    while (scan->at < scan->end && memchr(" \t\r\n", *scan->at, 4) != NULL) {
        scan->at++;
    }
    if (scan->at == scan->end || *scan->at != wanted) {
        return 0;
    }
    scan->at++;
    return 1;
}

/* Read one character of a string. An escape of ASCII is decoded; of others the backslash is left
 * out. */
static char take_character(struct scan *scan)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const unsigned char *at = scan->at++;
    unsigned code = 0;

    if (*at != '\\' || scan->end - at < 2) {
        return (char)*at;
    }
    scan->at++;
    if (at[1] != 'u' || scan->end - at < 6) {
        return (char)at[1];
    }
    for (int i = 2; i < 6; i++) {
        const char *digit = memchr(digits, at[i], sizeof digits - 1);

        if (digit == NULL) {
            return 'u';
        }
        code = code << 4 | ((unsigned)(digit - digits) & 15u);
    }
    if (code >= 0x80) {
        return 'u';
    }
    scan->at += 4;
    return (char)code;
}

/* Read a string into text [MOST_NAME], of which the end may be cut. Returns whether there is
 * one. */
static int take_string(struct scan *scan, char *text)
{
    size_t length = 0;

    if (!take(scan, '"')) {
        return 0;
    }
    while (scan->at < scan->end && *scan->at != '"') {
        const char character = take_character(scan);

        if (length < MOST_NAME - 1) {
            text[length++] = character;
        }
    }
    text[length] = '\0';
    return take(scan, '"');
}

/* Read an array of numbers; those beyond MOST_SIDES are counted only. Returns whether there is
 * one. */
static int take_numbers(struct scan *scan, unsigned long long *numbers, unsigned *count)
{
    *count = 0;
    if (!take(scan, '[')) {
        return 0;
    }
    while (!take(scan, ']')) {
        unsigned long long number = 0;

        if (*count > 0 && !take(scan, ',')) {
            return 0;
        }
        (void)take(scan, ' ');
        if (scan->at == scan->end || *scan->at < '0' || *scan->at > '9') {
            return 0;
        }
        while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
            number = number * 10 + (unsigned long long)(*scan->at++ - '0');
        }
        if (*count < MOST_SIDES) {
            numbers[*count] = number;
        }
        ++*count;
    }
    return 1;
}

/* Read the value of a member, a string, an array of numbers or an object of these, into what
 * `tensor` has of it. Returns whether there is one. */
static int take_value(struct scan *scan, struct tensor *tensor)
{
    char key[MOST_NAME], text[MOST_NAME];
    unsigned long long numbers[MOST_SIDES] = {0};
    unsigned count;

    if (!take(scan, '{')) {
        return 0;
    }
    tensor->type[0] = '\0';
    tensor->rank = 0;
    for (int i = 0; !take(scan, '}'); i++) {
        if ((i > 0 && !take(scan, ',')) || !take_string(scan, key) || !take(scan, ':')) {
            return 0;
        }
        if (take_string(scan, text)) {
            if (strcmp(key, "dtype") == 0) {
                memcpy(tensor->type, text, sizeof text);
            }
        } else if (!take_numbers(scan, numbers, &count)) {
            return 0;
        } else if (strcmp(key, "shape") == 0) {
            tensor->rank = count < MOST_SIDES ? count : MOST_SIDES;
            memcpy(tensor->shape, numbers, sizeof numbers);
        }
    }
    return 1;
}

/* ---------------------------------------------------------------------------
 * What a tensor is
 * ------------------------------------------------------------------------ */

/* The part of a name after its last dot. */
static const char *base_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

/* The role that a base name begins with, the longest; *rest is what follows. ROLES for none. */
static enum role find_role(const char *base, const char **rest)
{
    enum role found = ROLES;
    size_t longest = 0;

    for (enum role role = WEIGHT_IH; role < ROLES; role++) {
        const size_t length = strlen(roles[role].name);

        if (length > longest && strncmp(base, roles[role].name, length) == 0) {
            found = role;
            longest = length;
        }
    }
    *rest = base + longest;
    return found;
}

/* What a tensor is that has no place in a model, or NULL for one that may have; *role receives
 * which that is. */
static const char *misfit(const char *base, enum role *role)
{
    const char *rest;

    *role = find_role(base, &rest);
    if (*role != ROLES &&
        (*rest == '\0' || (roles[*role].module == LAYER && strcmp(rest, "_l0") == 0))) {
        return NULL;
    }
    if (*role != ROLES && roles[*role].module == LAYER && strncmp(rest, "_l", 2) == 0) {
        return strstr(rest, "_reverse") != NULL ? "of a second direction" : "of a second layer";
    }
    return strncmp(base, "weight_hr", 9) == 0
               ? "the projection of an LSTM"
               : "no tensor of a torch.nn.RNN, of its head or an initial state (h0)";
}

static int is_read(const char *type)
{
    return strcmp(type, "F32") == 0 || strcmp(type, "F16") == 0 || strcmp(type, "BF16") == 0;
}

/* Whether two names have the same prefix. */
static int same_prefix(const char *a, const char *b)
{
    const size_t length = (size_t)(base_of(a) - a);

    return length == (size_t)(base_of(b) - b) && strncmp(a, b, length) == 0;
}

/* ---------------------------------------------------------------------------
 * What is wrong with it
 * ------------------------------------------------------------------------ */

/* Look at one tensor beside those `seen` before [ROLES], and add it to them. Returns 0, or
 * EXIT_FAILED after a message. */
static int check_tensor(const char *path, const struct tensor *tensor, struct tensor *seen)
{
    enum role role;
    const char *what = misfit(base_of(tensor->name), &role);

    if (what != NULL) {
        return fail("%s: %s is %s", path, tensor->name, what);
    }
    if (!is_read(tensor->type)) {
        return fail("%s: %s has elements of the type %s; float32, float16 and bfloat16 (F32, F16, "
                    "BF16) are read",
                    path, tensor->name, tensor->type);
    }
    if (strcmp(seen[role].name, tensor->name) == 0) {
        return fail("%s: %s comes twice", path, tensor->name);
    }
    for (enum role other = WEIGHT_IH; other < ROLES; other++) {
        if (seen[other].name[0] != '\0' && roles[other].module == roles[role].module &&
            (other == role || !same_prefix(seen[other].name, tensor->name))) {
            return fail("%s: %s and %s are of two layers; a model has one recurrent layer and one "
                        "head",
                        path, seen[other].name, tensor->name);
        }
    }
    seen[role] = *tensor;
    return 0;
}

/* Write a shape, "[3 x 2]", to text [size]. Returns `text`. */
static const char *shape_text(const struct tensor *tensor, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "[");

    for (unsigned i = 0; i < tensor->rank && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%llu", i > 0 ? " x " : "",
                                 tensor->shape[i]);
    }
    if (used < size) {
        snprintf(text + used, size - used, "]");
    }
    return text;
}

/* Check that the recurrent weights are not those of gates. Returns 0, or EXIT_FAILED after a
 * message. */
static int check_gates(const char *path, const struct tensor *recurrent)
{
    const unsigned long long rows = recurrent->shape[0], hidden = recurrent->shape[1];

    if (recurrent->rank != 2 || hidden == 0 || (rows / hidden != 3 && rows / hidden != 4) ||
        rows % hidden != 0) {
        return 0;
    }
    return fail("%s: %s has %s gates: it is of a torch.nn.%s, not of a torch.nn.RNN", path,
                recurrent->name, rows / hidden == 3 ? "three" : "four",
                rows / hidden == 3 ? "GRU" : "LSTM");
}

/* Whether a tensor has the shape of its role in a network of `hidden` units and `outputs`. A state
 * may have sides of 1 before its own. */
static int has_shape(enum role role, const struct tensor *tensor, unsigned long long hidden,
                     unsigned long long outputs)
{
    const unsigned long long first = tensor->shape[0];
    const unsigned long long last = tensor->rank > 0 ? tensor->shape[tensor->rank - 1] : 0;

    if (first == 0 || (role != STATE && tensor->rank != roles[role].rank)) {
        return 0;
    }
    for (unsigned i = 0; role == STATE && i + 1 < tensor->rank; i++) {
        if (tensor->shape[i] != 1) {
            return 0;
        }
    }
    switch (role) {
    case WEIGHT_IH:
    case WEIGHT_HH: /* of which `hidden` is the other side */
        return first == hidden;
    case HEAD_BIAS:
        return last == outputs;
    default:
        return last == hidden;
    }
}

/* Check the shapes of the tensors of a network. Returns 0, or EXIT_FAILED after a message. */
static int check_shapes(const char *path, const struct tensor *seen)
{
    static const enum role order[ROLES] = {WEIGHT_HH,   WEIGHT_IH, BIAS_IH, BIAS_HH,
                                           HEAD_WEIGHT, HEAD_BIAS, STATE};
    static const char *const wanted[ROLES] = {
        "[hidden x inputs]",  "[hidden x hidden]", "[hidden]", "[hidden]",
        "[outputs x hidden]", "[outputs]",         "[hidden]"};
    char shape[128];

    for (size_t i = 0; i < ROLES; i++) {
        const struct tensor *tensor = &seen[order[i]];

        if (tensor->name[0] != '\0' &&
            !has_shape(order[i], tensor, seen[WEIGHT_HH].shape[1], seen[HEAD_WEIGHT].shape[0])) {
            return fail("%s: %s is %s, not %s", path, tensor->name,
                        shape_text(tensor, shape, sizeof shape), wanted[order[i]]);
        }
    }
    return 0;
}

/* Check that no tensor is missing. Returns 0, or EXIT_FAILED after a message. */
static int check_present(const char *path, const struct tensor *seen)
{
    static const enum role needed[] = {WEIGHT_IH, WEIGHT_HH, HEAD_WEIGHT};
    static const char *const what[] = {"weight_ih_l0, the input weights of a torch.nn.RNN",
                                       "weight_hh_l0, the recurrent weights of a torch.nn.RNN",
                                       "weight of a torch.nn.Linear, the head"};
    const int has_first = seen[BIAS_IH].name[0] != '\0', has_second = seen[BIAS_HH].name[0] != '\0';

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (seen[needed[i]].name[0] == '\0') {
            return fail("%s: there is no %s", path, what[i]);
        }
    }
    if (has_first != has_second) {
        return fail("%s: there is %s, but no %s", path, seen[has_first ? BIAS_IH : BIAS_HH].name,
                    has_first ? "bias_hh_l0" : "bias_ih_l0");
    }
    return 0;
}

/* Look at all tensors of a header. Returns EXIT_FAILED after a message, or 0 if nothing was found.
 */
static int find_fault(const char *path, struct scan *scan, struct tensor *seen)
{
    struct tensor tensor;
    int count = 0;

    if (!take(scan, '{')) {
        return 0;
    }
    for (int i = 0; !take(scan, '}'); i++) {
        if ((i > 0 && !take(scan, ',')) || !take_string(scan, tensor.name) || !take(scan, ':') ||
            !take_value(scan, &tensor)) {
            return 0;
        }
        if (strcmp(tensor.name, "__metadata__") != 0) {
            TRY(check_tensor(path, &tensor, seen));
            count++;
        }
    }
    if (count == 0) {
        return fail("%s: there are no tensors", path);
    }
    TRY(check_gates(path, &seen[WEIGHT_HH]));
    TRY(check_present(path, seen));
    return check_shapes(path, seen);
}

int weights_fail(const char *path, const unsigned char *archive, size_t bytes)
{
    struct tensor seen[ROLES];
    struct scan scan = {archive, archive};

    memset(seen, 0, sizeof seen);
    if (bytes >= 8 && get_u64(archive) <= bytes - 8) {
        scan.at = archive + 8;
        scan.end = scan.at + get_u64(archive);
    }
    TRY(find_fault(path, &scan, seen));
    return fail("%s: not the weights of one torch.nn.RNN layer and one linear head", path);
}
