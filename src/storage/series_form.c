/* series_form.c - what the user says of a file of series */
#include "storage/series_form.h"

#include "storage/fields.h"

const struct choice separator_choices[] = {
    {"auto", SEPARATOR_FOUND},  {"semicolon", SEPARATOR_SEMICOLON}, {"tab", SEPARATOR_TAB},
    {"comma", SEPARATOR_COMMA}, {"blank", SEPARATOR_BLANK},         {NULL, 0}};
const struct choice first_column_choices[] = {{"auto", FIRST_FOUND},  {"time", FIRST_TIME},
                                              {"value", FIRST_VALUE}, {"label", FIRST_LABEL},
                                              {"skip", FIRST_SKIP},   {NULL, 0}};
const struct choice last_column_choices[] = {
    {"value", LAST_VALUE}, {"label", LAST_LABEL}, {NULL, 0}};
