/* sensor_model.h - the model of watch_sensor.c
 *
 * `make packages` trains it, and write_model.sh writes sensor_model.c. */
#ifndef SENSOR_MODEL_H
#define SENSOR_MODEL_H

#include <stddef.h>

/* The file that `srnn train --save` wrote, aligned for floats. */
extern const unsigned char *const sensor_model;
extern const size_t sensor_model_bytes;

/* Of the readings: the network works with (reading - mean) / deviation. */
extern const float sensor_mean;
extern const float sensor_deviation;

#endif
