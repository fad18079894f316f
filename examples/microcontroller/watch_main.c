/* watch_main.c - watch_sensor.c on the computer, and on boards that have main and printf
 *
 *     cc watch_main.c watch_sensor.c sensor.c sensor_model.c \
 *         $(pkg-config --cflags --libs srnn) && ./a.out */
#include "sensor.h"
#include "watch_sensor.h"

#include <srnn.h>

#include <stdio.h>

int main(void)
{
    char line[WATCH_LINE];
    int32_t status = watch_begin(line);

    for (uint32_t hour = SENSOR_TRAINED; status == SRNN_OK && hour < SENSOR_END; hour++) {
        printf("%s\n", line);
        status = watch_reading(hour, sensor_read(hour), line);
    }
    printf("%s\n", status == SRNN_OK ? line : srnn_status_text(status));
    return status == SRNN_OK ? 0 : 1;
}
