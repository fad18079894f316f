/* predict_file.h - what a model predicts of a whole file */
#ifndef PREDICT_FILE_H
#define PREDICT_FILE_H

#include <stdint.h>

#include "commands/predictor.h"
#include "storage/series_form.h"

/* Print the predictions for the file at `path`, "-" for standard input, as the help of `predict`
 * says: of a series or of music. `ahead` steps are forecast after each plain series; others take 1
 * alone. `form` is what the user says of a series, `quarter_steps` of MIDI files. Returns 0, or
 * EXIT_FAILED after a message. */
int predict_file(struct predictor *predictor, const char *path, const struct series_form *form,
                 uint64_t quarter_steps, uint64_t ahead);

#endif /* PREDICT_FILE_H */
