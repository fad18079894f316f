/* any_file.c - what opens a file and finds a model in it, on any bytes, for Frama-C's EVA
 * (check_proof.sh). The sizes are those of any_header.c. */
#include <__fc_builtin.h>

#include "files/archive.h"

#define LENGTH_BYTES 8

static unsigned char file[PROOF_BYTES];

int main(void)
{
    struct srnn__file opened;
    size_t bytes;

    Frama_C_make_unknown((char *)file, PROOF_BYTES);
    for (int i = 0; i < LENGTH_BYTES; i++) {
        file[i] = (unsigned char)((uint64_t)PROOF_HEADER >> 8 * i);
    }
    if (srnn__file_open(file, PROOF_BYTES, &opened) != SRNN_OK) {
        return 1;
    }
    return srnn_model_load_size(file, PROOF_BYTES, 0, &bytes) != SRNN_OK;
}
