/* sensor.c - the readings of sensor.h */
#include "sensor.h"

int32_t sensor_read(uint32_t hour)
{
    /* Tenths of a degree at each hour of a day: heating by day, with the windows open at noon. */
    static const int16_t day[24] = {162, 158, 155, 152, 150, 152, 163, 185, 204, 213, 217, 214,
                                    187, 192, 208, 216, 219, 221, 220, 216, 207, 193, 180, 170};
    int32_t noise;

    if (hour >= SENSOR_STUCK_FROM && hour < SENSOR_STUCK_TO) {
        hour = SENSOR_STUCK_FROM; /* the same reading again and again */
    }
    /* -3 to 4 tenths, from the high bits of a multiplicative hash. */
    noise = (int32_t)(hour * 2654435761u >> 29) - 3;
    return day[hour % 24] + noise;
}
