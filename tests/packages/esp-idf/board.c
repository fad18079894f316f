/* board.c - a chip that is switched off when app_main returns */
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

void app_main(void);

void vTaskDelay(uint32_t ticks)
{
    (void)ticks;
}

int main(void)
{
    app_main();
    return 0;
}
