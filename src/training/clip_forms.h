/* clip_forms.h - the values of --clip */
#ifndef CLIP_FORMS_H
#define CLIP_FORMS_H

#include <stdint.h>

#include "support/method.h"

/* Kinds beside those of the library's clipper. */
#define CLIP_NONE 0u
#define CLIP_ERROR 100u  /* Mikolov's: a limit inside back-propagation through time */
#define CLIP_GROWTH 101u /* there too: a limit of how much the error grows on its way */
#define CLIP_AUTO 102u   /* a name for another method; see clip_choose */

/* All values of --clip, with their defaults and bounds. */
extern const struct form clip_forms[];

/* The method that --clip auto stands for with this optimizer. */
struct method clip_choose(uint32_t optimizer);

/* Whether a kind is one of the library's clipper, with a threshold. */
int clip_has_threshold(uint32_t kind);

#endif /* CLIP_FORMS_H */
