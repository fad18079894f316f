/* plugin_host.c - calls the plugin */
#include <stdint.h>

int32_t plugin_hidden(void);

int main(void)
{
    return plugin_hidden() == 5 ? 0 : 1;
}
