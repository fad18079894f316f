/* options.h - command lines, driven by one table for each command
 *
 * A table lists the options of a command: where the value goes in the command's
 * struct, its default, its bounds and its help. Parsing, --help and the list of
 * settings in a checkpoint all come from it, so they cannot disagree. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/* A name and what it stands for; a list ends with a NULL name. */
struct choice {
    const char *name;
    uint32_t value;
};

/* The lengths from `low` up to but without `high`. */
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

/* A choice with a number, "norm:1"; a choice of value 0 has none. */
struct measure {
    uint32_t choice;
    double number;
};

/* What an option's value is, and the type that it is stored as. */
enum option_kind {
    OPTION_FLAG,    /* int: no value, 1 when given */
    OPTION_COUNT,   /* uint64_t */
    OPTION_NUMBER,  /* double */
    OPTION_SECONDS, /* double: 90, 90s, 5m, 2h */
    OPTION_TEXT,    /* const char *, borrowed; NULL unless given */
    OPTION_CHOICE,  /* uint32_t */
    OPTION_RANGE,   /* struct range: N or LOW:HIGH */
    OPTION_RANGES,  /* struct ranges */
    OPTION_MEASURE  /* struct measure: NAME:NUMBER */
};

/* What a checkpoint does with an option. */
enum option_keep {
    KEEP_NOT,   /* belongs to one run of the program: a file's name, threads */
    KEEP_VALUE, /* a resumed run takes it over, or changes it */
    KEEP_PINNED /* a resumed run must have the same */
};

struct option {
    const char *name; /* without the dashes */
    enum option_kind kind;
    size_t offset;        /* of the value in the settings */
    const char *operand;  /* the value's name in the help; NULL: the choices */
    const char *fallback; /* the default, as it would be typed; NULL: zero */
    double least, most;   /* bounds of every number in the value */
    const struct choice *choices;
    enum option_keep keep;
    unsigned scope; /* see options_scope; 0: always */
    const char *help;
};

struct option_table {
    const char *command;
    const char *synopsis; /* what follows the command's name */
    const char *summary;
    size_t least_operands, most_operands;
    const struct option *options;
    size_t count;
    void (*notes)(void); /* print more help, or NULL */
};

/* What a command line held besides option values. */
#define MAX_OPERANDS 13
#define MAX_OPTIONS 48
struct arguments {
    const char *operands[MAX_OPERANDS];
    size_t operand_count;
    unsigned char given[MAX_OPTIONS]; /* by index in the table */
};

/* A default other than the table's; a list ends with a NULL name. */
struct preset {
    const char *name;
    const char *value;
};

/* Set all options of `settings` (the command's own struct) to their defaults,
 * or those in `presets` to the values told there. */
void options_default(const struct option_table *table, void *settings);
void options_preset(const struct option_table *table, void *settings, const struct preset *presets);

/* Read a command line into `settings`; options that are not there keep their
 * value. Gives -1 to go on, or else the exit code: after a message about what is
 * wrong, or after the help that was asked for. */
#define OPTIONS_GO_ON (-1)
int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
                  struct arguments *arguments);

/* Refuse options that were given but have a scope without a bit of `scope`: they
 * would change nothing. Gives 0, or EXIT_MISUSED after a message; `what` is what
 * they do not fit. */
int options_scope(const struct option_table *table, const struct arguments *arguments,
                  unsigned scope, const char *what);

/* Whether the option called `name` was on the command line. */
int options_given(const struct option_table *table, const struct arguments *arguments,
                  const char *name);

/* The option called by the `length` characters at `name`, or NULL. */
const struct option *options_find(const struct option_table *table, const char *name,
                                  size_t length);

/* Set one option from text. Gives NULL, or what is wrong with the text. */
const char *options_set(const struct option *option, void *settings, const char *text);

/* Write an option's value to `text` as it could be typed, always in the same
 * way. At most `size` bytes with the final zero; RANGES and TEXT are not told. */
void options_describe(const struct option *option, const void *settings, char *text, size_t size);

#endif /* OPTIONS_H */
