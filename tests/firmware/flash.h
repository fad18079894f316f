/* flash.h - the weights that an image has in flash: written by write_flash.c, as flash.c */
#ifndef FLASH_H
#define FLASH_H

#include <stddef.h>

#include "order.h"

/* What order_train learned, bare and as an archive. */
#define FLASH_PARAMETERS (SYMBOLS * HIDDEN + HIDDEN * HIDDEN + HIDDEN + HIDDEN * CLASSES + CLASSES)
extern const float flash_parameters[FLASH_PARAMETERS];
extern const unsigned char *const flash_archive; /* aligned for floats */
extern const size_t flash_archive_bytes;

/* A larger network, not trained, whose steps are counted. */
#define WIDE 32
#define FLASH_WIDE_PARAMETERS (SYMBOLS * WIDE + WIDE * WIDE + WIDE + WIDE * CLASSES + CLASSES)
extern const float flash_wide[FLASH_WIDE_PARAMETERS];

#endif
