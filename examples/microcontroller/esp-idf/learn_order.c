/* learn_order.c - trains a network on the chip, and prints how much it has learnt */
#include "learn_order.h"

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <srnn.h>

#include <stdio.h>

void app_main(void)
{
    char line[LEARN_LINE];
    int done = 0;
    int32_t status = learn_begin(line);

    while (status == SRNN_OK && !done) {
        puts(line);
        vTaskDelay(1); /* the idle task must run now and then, or its watchdog complains */
        status = learn_go_on(line, &done);
    }
    puts(status == SRNN_OK ? line : srnn_status_text(status));
    if (done == -1) {
        puts("not learnt");
    }
}
