/* predict_file.h - what a model predicts of a whole file */
#ifndef PREDICT_FILE_H
#define PREDICT_FILE_H

#include <stdint.h>

#include "commands/predictor.h"

/* Print the predictions for the file at `path`, "-" for standard input, as the help of `predict`
 * says: of a series or of music. `ahead` steps are forecast after each plain series; others take 1
 * alone. Returns 0, or EXIT_FAILED after a message. */
int predict_file(struct predictor *predictor, const char *path, uint64_t ahead);

#endif /* PREDICT_FILE_H */
