/* status_texts.c - the message of every status: its name, a colon, its text */
#include <srnn.h>

#include <stdio.h>

int main(void)
{
    for (int32_t status = SRNN_OK; status >= SRNN_E_LIMIT; status--) {
        printf("%s: %s\n", srnn_status_name(status), srnn_status_text(status));
    }
    return 0;
}
