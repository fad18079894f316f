/* weights_fault.h - why the weights of PyTorch in a file become no model
 *
 * The library says of such a file that it is not supported. This looks for the tensor that it
 * cannot be with, so that the message can name it. */
#ifndef WEIGHTS_FAULT_H
#define WEIGHTS_FAULT_H

#include <stddef.h>

/* Report what is wrong with the safetensors file at `path`, archive [bytes], which the library
 * found not to be supported. Returns EXIT_FAILED after a message. */
int weights_fail(const char *path, const unsigned char *archive, size_t bytes);

#endif /* WEIGHTS_FAULT_H */
