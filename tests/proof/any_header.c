/* any_header.c - the reader of a file's header on any bytes, for Frama-C's EVA (check_proof.sh)
 *
 * A file of PROOF_BYTES bytes, of which PROOF_HEADER are the header and the others data: all bytes
 * but the length may be any. So EVA looks at every path that any file of this size can take. */
#include <__fc_builtin.h>

#include "files/safetensors.h"

#define LENGTH_BYTES 8

static unsigned char file[PROOF_BYTES];

int main(void)
{
    struct srnn__reader reader;
    uint64_t data;

    Frama_C_make_unknown((char *)file, PROOF_BYTES);
    for (int i = 0; i < LENGTH_BYTES; i++) {
        file[i] = (unsigned char)((uint64_t)PROOF_HEADER >> 8 * i);
    }
    if (srnn__reader_begin(&reader, file, PROOF_BYTES) != SRNN_OK) {
        return 1;
    }
    return srnn__reader_length(&reader, &data) != SRNN_OK;
}
