/* watch_sensor.ino - forecasts the next reading of a sensor, and says which readings do not fit
 *
 * The network is in watch_sensor.c, its weights in sensor_model.c. To watch a sensor of your own,
 * train on its readings with `srnn train series`, and read it in the place of sensor_read. Open the
 * serial monitor at 115200 baud. */
#include <Arduino.h>

#include <srnn.h>

#include "sensor.h"
#include "watch_sensor.h"

static uint32_t next_hour = SENSOR_TRAINED;

static void print(int32_t status, const char *line)
{
    if (status == SRNN_OK) {
        Serial.println(line);
    } else {
        Serial.println(srnn_status_text(status));
        next_hour = SENSOR_END;
    }
}

void setup()
{
    char line[WATCH_LINE];

    Serial.begin(115200);
    while (!Serial && millis() < 5000) {
    }
    const int32_t status = watch_begin(line);
    print(status, line);
}

void loop()
{
    char line[WATCH_LINE];

    if (next_hour < SENSOR_END) {
        const int32_t status = watch_reading(next_hour, sensor_read(next_hour), line);
        print(status, line);
        next_hour++;
        delay(100); /* an hour, in this example */
    }
}
