/* progress_rows.c - prints a row of progress for each number of the command line
 *
 *     progress_rows NUMBER...
 *
 * The number stands in all columns that measure something. */
#include <stdlib.h>

#include "training/progress.h"

int main(int argc, char **argv)
{
    const struct progress_run run = {PROGRESS_JUDGES | PROGRESS_CLIPS | PROGRESS_OMEGA, 1, 0.0, 0};
    struct progress progress;

    progress_begin(&progress, 0, &run, 0);
    for (int i = 1; i < argc; i++) {
        const double number = strtod(argv[i], NULL);
        const struct report report = {.updates = 1,
                                      .train_loss = number,
                                      .mean_norm = number,
                                      .omega = number,
                                      .loss = number,
                                      .radius = number,
                                      .clipping = {.threshold = number}};

        progress_report(&progress, &report);
    }
    return 0;
}
