/* instructions.h - the instruction sets that tests run on */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include <stdint.h>

/* Every SRNN_INSTRUCTIONS_... that this build and this processor have, the baseline first, ended by
 * 0. */
const uint32_t *instruction_sets(void);

#endif
