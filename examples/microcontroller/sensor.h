/* sensor.h - readings of a sensor that is not there
 *
 * The temperature of a room, a reading each hour. The model of watch_sensor.h was trained on the
 * first SENSOR_TRAINED readings. In a program of your own, a function that reads the real sensor
 * stands in the place of this file. */
#ifndef SENSOR_H
#define SENSOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 40 days to train on, then four days with a morning in which the sensor is stuck. */
#define SENSOR_TRAINED 960u
#define SENSOR_STUCK_FROM 1014u
#define SENSOR_STUCK_TO 1018u
#define SENSOR_END 1056u

/* Returns a reading, in tenths of a degree. */
int32_t sensor_read(uint32_t hour);

#ifdef __cplusplus
}
#endif

#endif
