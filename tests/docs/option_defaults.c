/* option_defaults.c - prints the options of the list: handle, name of the constant, preset */
#include <stdio.h>

#include "srnn.h"

int main(void)
{
    for (uint32_t i = 0; srnn_option_key(i) != 0; i++) {
        const char *handle, *name;
        double preset;
        uint32_t traits;

        if (srnn_option_info(srnn_option_key(i), &handle, &name, NULL, NULL, &preset, &traits) !=
            SRNN_OK) {
            return 1;
        }
        if ((traits & SRNN_OPTION_READ_ONLY) == 0) {
            printf("%s %s %.17g\n", handle, name, preset);
        }
    }
    return 0;
}
