/* watch_sensor.h - a network that runs step by step, from flash, and finds readings that do not fit
 *
 * The model was trained by `srnn train series` to forecast the next reading. It is an array of
 * bytes (sensor_model.h), whose parameters are read where they lie. A board calls watch_begin once,
 * then watch_reading for each reading. */
#ifndef WATCH_SENSOR_H
#define WATCH_SENSOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of a line of text, with its zero. */
#define WATCH_LINE 112

/* Loads the model, and writes to `line` [WATCH_LINE] what it takes. Returns SRNN_OK or an error of
 * the library. */
int32_t watch_begin(char *line);

/* Compares a reading, in tenths of a degree, with its forecast, writes both to `line` [WATCH_LINE],
 * and forecasts the next reading. Returns SRNN_OK or an error of the library. */
int32_t watch_reading(uint32_t hour, int32_t tenths, char *line);

#ifdef __cplusplus
}
#endif

#endif
