/* sample.h - the options of `sample`, and its two kinds: text (sample.c) and music */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdint.h>

#include "storage/model_file.h"

struct sample_settings {
    uint64_t length;
    double temperature;
    uint64_t seed;
    const char *prime;
    const char *prime_file;
    const char *output;
    uint64_t quarter_steps;
};

/* Print, or write as a MIDI file, what the help of `sample` says of music. Returns 0, or an exit
 * code after a message. */
int sample_music(const struct model_file *file, const struct sample_settings *settings);

#endif /* SAMPLE_H */
