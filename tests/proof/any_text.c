/* any_text.c - what decodes, compares and sums texts of a header, on any bytes, for Frama-C's EVA
 * (check_proof.sh): two strings of PROOF_BYTES bytes, and a terminated text of as many. */
#include <__fc_builtin.h>

#include "files/elements.h"
#include "files/text.h"

static unsigned char first[PROOF_BYTES], second[PROOF_BYTES];
static char decoded[PROOF_BYTES / 2], terminated[PROOF_BYTES + 1];

int main(void)
{
    const struct srnn__text a = {first, PROOF_BYTES}, b = {second, PROOF_BYTES};

    Frama_C_make_unknown((char *)first, PROOF_BYTES);
    Frama_C_make_unknown((char *)second, PROOF_BYTES);
    Frama_C_make_unknown(terminated, PROOF_BYTES);
    (void)srnn__text_decode(&a, decoded, sizeof decoded);
    (void)srnn__text_last_dot(&a);
    (void)srnn__text_is_utf8(&a);
    (void)srnn__text_same(&a, &b);
    (void)srnn__text_checksum(0, &a);
    (void)srnn__checksum(0, first, PROOF_BYTES);
    return srnn__is_utf8(terminated);
}
