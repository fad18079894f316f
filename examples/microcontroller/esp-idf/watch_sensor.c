/* watch_sensor.c - forecasts the next reading of a sensor, and says which readings do not fit */
#include "sensor.h"
#include "watch_sensor.h"

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <srnn.h>

#include <stdio.h>

void app_main(void)
{
    char line[WATCH_LINE];
    int32_t status = watch_begin(line);

    for (uint32_t hour = SENSOR_TRAINED; status == SRNN_OK && hour < SENSOR_END; hour++) {
        puts(line);
        vTaskDelay(pdMS_TO_TICKS(100)); /* an hour, in this example */
        status = watch_reading(hour, sensor_read(hour), line);
    }
    puts(status == SRNN_OK ? line : srnn_status_text(status));
}
