/* options.h - command lines, driven by one table for each command
 *
 * A table lists the options of a command: where the value goes in the command's
 * struct, its default, its bounds and its help. Parsing, --help and the list of
 * settings in a checkpoint all come from it, so they cannot disagree. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "support/nearest.h"

/* A name and the value that it stands for; a list of choices ends with a NULL name. */
struct choice {
    const char *name;
    uint32_t value;
};

/* The lengths from `low` to `high` - 1. */
struct range {
    uint32_t low;
    uint32_t high;
};

/* A list of ranges, "100,200,50:200". */
#define MAX_RANGES 32
struct ranges {
    size_t count;
    struct range items[MAX_RANGES];
};

/* The form of an option's value on the command line, and the type that it is stored as. */
enum option_kind {
    OPTION_FLAG,    /* int: 1 when the option is there; it has no value */
    OPTION_COUNT,   /* uint64_t */
    OPTION_NUMBER,  /* double */
    OPTION_SECONDS, /* double: 90, 90s, 5m, 2h */
    OPTION_TEXT,    /* const char *, borrowed; NULL when the option is not there */
    OPTION_FILE,    /* the same: the name of a file, which is never empty */
    OPTION_OUTPUT,  /* the same, of a file that is written: "-" is refused */
    OPTION_CHOICE,  /* uint32_t */
    OPTION_RANGE,   /* struct range: N or LOW:HIGH */
    OPTION_RANGES,  /* struct ranges */
    OPTION_METHOD   /* struct method: KIND, KIND:NUMBER or KIND:RULE:NUMBER */
};

/* Whether a checkpoint stores an option, and whether a resumed run may change it. */
enum option_keep {
    KEEP_NOT,   /* not stored: file names, threads */
    KEEP_VALUE, /* stored; a resumed run may change it */
    KEEP_PINNED /* stored; a resumed run must not change it */
};

struct option {
    const char *name; /* without the dashes */
    enum option_kind kind;
    size_t offset;        /* where the value is in the command's struct */
    const char *operand;  /* the value's name in the help; NULL: the list of choices */
    const char *fallback; /* the default, as it would be typed; NULL: zero */
    double least, most;   /* inclusive bounds of every number in the value; not for METHOD */
    const void *values;   /* the list of struct choice for CHOICE, of struct form for METHOD */
    enum option_keep keep;
    unsigned scope;   /* bits for options_scope; 0: the option always applies */
    const char *help; /* one line, or several with a newline between them */
};

struct option_table {
    const char *command;
    const char *synopsis; /* what follows the command's name */
    const char *summary;
    size_t least_operands, most_operands;
    const struct option *options;
    size_t count;
    void (*notes)(void); /* prints what the help has below the options; may be NULL */
};

/* The operands of a command line, and which options it has. */
#define MAX_OPERANDS 13
#define MAX_OPTIONS 64
struct arguments {
    const char *operands[MAX_OPERANDS];
    size_t operand_count;
    unsigned char given[MAX_OPTIONS]; /* whether the table's option i was there */
};

/* `value`, a constant: one above `most` does not compile. */
#define AT_MOST(value, most) ((value) * sizeof(char[(value) <= (most) ? 1 : -1]))

/* The number of options in an array. */
#define OPTIONS_IN(array) AT_MOST(sizeof(array) / sizeof *(array), MAX_OPTIONS)

/* A default other than the table's; a list ends with a NULL name. */
struct preset {
    const char *name;
    const char *value;
};

/* Set all options of `settings` (the command's own struct) to their defaults; set those in
 * `presets`, which may be NULL, to the values there. */
void options_default(const struct option_table *table, void *settings);
void options_preset(const struct option_table *table, void *settings, const struct preset *presets);

/* Read a command line into `settings`. What is not there has its default with options_read, and
 * keeps its value with options_parse. Both return OPTIONS_GO_ON, or the exit code with which the
 * command has to end: EXIT_MISUSED after a message, or that of the help after it was printed. */
#define OPTIONS_GO_ON (-1)
int options_read(const struct option_table *table, int argc, char **argv, void *settings,
                 struct arguments *arguments);
int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
                  struct arguments *arguments);

/* A command whose only argument is this one does nothing, and options_asked returns its table. */
#define OPTIONS_ASK "--options-table"
const struct option_table *options_asked(void);

/* Refuse options of the command line whose scope has no bit of `scope`: they would have no
 * effect. The message says that the option does not apply to `what`. Returns 0, or EXIT_MISUSED
 * after a message. */
int options_scope(const struct option_table *table, const struct arguments *arguments,
                  unsigned scope, const char *what);

/* Whether the option `name`, which is in the table, was on the command line. */
int options_given(const struct option_table *table, const struct arguments *arguments,
                  const char *name);

/* The option whose name is the `length` characters at `name`, or NULL. */
const struct option *options_find(const struct option_table *table, const char *name,
                                  size_t length);

/* Set one option from text. Returns NULL, or what is wrong with the text; then the option
 * keeps its value. */
const char *options_set(const struct option *option, void *settings, const char *text);

/* Set one option to zero, which its bounds and choices may leave out; a text to NULL. */
void options_clear(const struct option *option, void *settings);

/* Find the name that was meant by `value`, which the option refused: of a choice, a kind or a
 * rule. */
void options_nearest(const struct option *option, const char *value, struct nearest *nearest);

/* The following write at most `size` bytes to `text`, the final zero included. */

/* Write an option's value as it could be typed; equal values give equal text. For RANGES and
 * TEXT, FILE and OUTPUT the text is empty. */
void options_describe(const struct option *option, const void *settings, char *text, size_t size);

/* Write the bounds of an option, "1 to 256"; and what it accepts in place of the wrong `value`, "a
 * whole number from 1 to 256". `value` may be NULL. */
void options_bounds(const struct option *option, char *text, size_t size);
void options_accepted(const struct option *option, const char *value, char *text, size_t size);

#endif /* OPTIONS_H */
