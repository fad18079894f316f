/* method.c - values of the form KIND[:RULE][:NUMBER], such as norm:1 or norm:quantile:0.9 */
#include "support/method.h"

#include <stdio.h>
#include <string.h>

#include "support/message.h"
#include "support/number.h"

/* Whether `name` is the `length` characters at `text`; a NULL name is not. */
static int is_called(const char *name, const char *text, size_t length)
{
    return name != NULL && strlen(name) == length && strncmp(name, text, length) == 0;
}

/* The first row of the kind that `text` begins with, or NULL. */
static const struct form *find_kind(const struct form *forms, const char *text)
{
    const size_t length = strcspn(text, ":");

    while (forms->kind != NULL && !is_called(forms->kind, text, length)) {
        forms++;
    }
    return forms->kind != NULL ? forms : NULL;
}

/* The row after the last one of the kind of `first`. */
static const struct form *after_kind(const struct form *first)
{
    const struct form *form = first;

    while (form->kind != NULL && strcmp(form->kind, first->kind) == 0) {
        form++;
    }
    return form;
}

/* Whether a row is the first of its kind. */
static int is_first(const struct form *forms, const struct form *form)
{
    return form == forms || strcmp(form->kind, form[-1].kind) != 0;
}

/* The row of the kind of `first` with the rule that `text` begins with, or NULL. */
static const struct form *find_rule(const struct form *first, const char *text)
{
    const size_t length = strcspn(text, ":");
    const struct form *end = after_kind(first);

    for (const struct form *form = first; form < end; form++) {
        if (is_called(form->rule, text, length)) {
            return form;
        }
    }
    return NULL;
}

/* Whether some kind has the rule that `text` begins with. */
static int is_rule(const struct form *forms, const char *text)
{
    const size_t length = strcspn(text, ":");

    for (; forms->kind != NULL; forms++) {
        if (is_called(forms->rule, text, length)) {
            return 1;
        }
    }
    return 0;
}

/* Find the row that the parts after the kind choose among those of the kind of `first`. `part` is
 * the second part; *last is set to the part that should be the number, or to NULL. Returns NULL, or
 * what is wrong; then *form is `first`. */
static const char *choose_row(const struct form *forms, const struct form *first, const char *part,
                              const struct form **form, const char **last)
{
    const struct form *named = find_rule(first, part);

    *form = named != NULL ? named : first;
    if (named != NULL) {
        const char *colon = strchr(part, ':');

        *last = colon != NULL ? colon + 1 : NULL;
        return NULL;
    }
    *last = part;
    if (first->most > 0.0 && *part >= 'a' && *part <= 'z') {
        *last = NULL;
        if (first->rule != NULL) {
            return "no such rule";
        }
        return is_rule(forms, part) ? "this kind has no rules" : "not a number";
    }
    return NULL;
}

/* Find the row of a value, and the part of it that is the number; *last is NULL when none is.
 * Returns NULL, or what is wrong; then *form is the first row of its kind, or NULL. */
static const char *find_form(const struct form *forms, const char *text, const struct form **form,
                             const char **last)
{
    const struct form *first = find_kind(forms, text);
    const char *colon = strchr(text, ':');

    *form = first;
    *last = NULL;
    if (text[0] == '\0' || text[0] == ':') {
        return "the kind is missing";
    }
    if (first == NULL) {
        return "no such kind";
    }
    return colon == NULL ? NULL : choose_row(forms, first, colon + 1, form, last);
}

/* Read the number of a row from the last part of a value. Returns NULL, or what is wrong. */
static const char *read_last(const struct form *form, const char *text, double *number)
{
    const char *end;
    const char *wrong;

    if (*text == '\0' || *text == ':') {
        return "a part is empty";
    }
    if (form->most == 0.0) {
        return "it has no number";
    }
    wrong = number_read(text, number, &end);
    if (wrong != NULL) {
        return wrong;
    }
    if (*end != '\0') {
        return *end == ':' ? "too many parts" : "not a number";
    }
    if (*number < form->least) {
        return "too small";
    }
    return *number > form->most ? "too large" : NULL;
}

const char *method_read(const struct form *forms, const char *text, struct method *method)
{
    const struct form *form;
    const char *last;
    const char *wrong = find_form(forms, text, &form, &last);
    double number = 0.0;

    if (wrong == NULL) {
        number = form->fallback;
        wrong = last != NULL ? read_last(form, last, &number) : NULL;
    }
    if (wrong == NULL) {
        *method = (struct method){form->kind_value, form->rule_value, number};
    }
    return wrong;
}

/* Write "KIND", or "KIND:RULE" if the rule is not the kind's first, to text [size]. */
static void describe_name(const struct form *forms, const struct form *form, char *text,
                          size_t size)
{
    const int is_named = !is_first(forms, form);

    snprintf(text, size, "%s%s%s", form->kind, is_named ? ":" : "", is_named ? form->rule : "");
}

void method_describe(const struct form *forms, const struct method *method, char *text, size_t size)
{
    const struct form *form = forms;
    char number[32];
    size_t used;

    while (form->kind_value != method->kind || form->rule_value != method->rule) {
        form++;
    }
    describe_name(forms, form, text, size);
    if (form->most > 0.0) {
        number_describe(method->number, number, sizeof number);
        used = strlen(text);
        snprintf(text + used, size - used, ":%s", number);
    }
}

static void list_kinds(const struct form *forms, char *text, size_t size)
{
    text[0] = '\0';
    while (forms->kind != NULL) {
        const struct form *next = after_kind(forms);

        message_list(text, size, forms->kind, next->kind == NULL);
        forms = next;
    }
}

static void list_rules(const struct form *first, char *text, size_t size)
{
    const struct form *end = after_kind(first);

    text[0] = '\0';
    for (const struct form *form = first; form < end; form++) {
        message_list(text, size, form->rule, form + 1 == end);
    }
}

void method_accepted(const struct form *forms, const char *wrong, char *text, size_t size)
{
    const struct form *form = NULL;
    const char *last;
    char names[128];

    if (wrong == NULL || (find_form(forms, wrong, &form, &last) != NULL && form == NULL)) {
        list_kinds(forms, names, sizeof names);
        snprintf(text, size, "KIND[:RULE][:NUMBER], with the kind %s", names);
    } else if (form->most == 0.0) {
        describe_name(forms, form, names, sizeof names);
        snprintf(text, size, "%s alone", names);
    } else if (last == NULL && form->rule != NULL) {
        list_rules(form, names, sizeof names);
        snprintf(text, size, "%s:RULE:NUMBER, with the rule %s", form->kind, names);
    } else {
        describe_name(forms, form, names, sizeof names);
        snprintf(text, size, "%s:NUMBER, from %g to %g", names, form->least, form->most);
    }
}

void method_nearest(const struct form *forms, const char *wrong, struct nearest *nearest)
{
    const struct form *const first = find_kind(forms, wrong);
    const char *const colon = strchr(wrong, ':');

    if (first == NULL) {
        nearest_begin(nearest, wrong, strcspn(wrong, ":"));
        for (; forms->kind != NULL; forms = after_kind(forms)) {
            nearest_try(nearest, forms->kind);
        }
        return;
    }
    nearest_begin(nearest, colon != NULL ? colon + 1 : "",
                  colon != NULL ? strcspn(colon + 1, ":") : 0);
    if (colon != NULL && find_rule(first, colon + 1) != NULL) {
        return; /* what is wrong is the number */
    }
    for (const struct form *form = first; form < after_kind(first); form++) {
        if (form->rule != NULL) {
            nearest_try(nearest, form->rule);
        }
    }
}
