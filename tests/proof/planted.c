/* planted.c - a fault for which check_proof.sh must raise an alarm: a byte behind an array */
#include <__fc_builtin.h>

static unsigned char file[PROOF_BYTES];

int main(void)
{
    const unsigned char *at = file;

    Frama_C_make_unknown((char *)file, PROOF_BYTES);
    while (*at != 0) {
        at++;
    }
    return *at;
}
