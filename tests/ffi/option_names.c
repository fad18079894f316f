/* option_names.c - the names of the constants of all options, as the library lists them */
#include <srnn.h>

#include <stdio.h>

int main(void)
{
    uint32_t key;

    for (uint32_t index = 0; (key = srnn_option_key(index)) != 0; index++) {
        const char *name;
        if (srnn_option_info(key, NULL, &name, NULL, NULL, NULL, NULL) != SRNN_OK) {
            return 1;
        }
        puts(name);
    }
    return 0;
}
