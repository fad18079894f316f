/* learn_main.c - learn_order.c on the computer, and on boards that have main and printf
 *
 *     cc learn_main.c learn_order.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include "learn_order.h"

#include <srnn.h>

#include <stdio.h>

int main(void)
{
    char line[LEARN_LINE];
    int done = 0;
    int32_t status = learn_begin(line);

    while (status == SRNN_OK && !done) {
        printf("%s\n", line);
        status = learn_go_on(line, &done);
    }
    printf("%s\n", status == SRNN_OK ? line : srnn_status_text(status));
    if (done == -1) {
        printf("not learnt\n");
    }
    return done == 1 ? 0 : 1;
}
