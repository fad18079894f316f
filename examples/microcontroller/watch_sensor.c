/* watch_sensor.c - the forecasts of watch_sensor.h */
#include "watch_sensor.h"
#include "sensor_model.h"

#include <srnn.h>

#include <stdio.h>
#include <string.h>

/* The largest network that fits, and the block of a model whose parameters stay in flash. */
enum { MOST_HIDDEN = 16, BLOCK = 256 };

/* A reading that is further from its forecast, in tenths of a degree, does not fit. Of the readings
 * of training, after the first day, none is further than 8. */
#define LARGEST_ERROR 15

/* The readings after which the network's state is right. */
#define FIRST_DAY 24

static union {
    double alignment;
    unsigned char bytes[BLOCK];
} block;

static srnn_model *model;
static float states[2][MOST_HIDDEN]; /* states[now] is the state, the other array is for the next */
static int now;
static float forecast; /* of the next reading, in the network's scale */
static uint32_t readings;
static uint32_t hash; /* FNV-1a of all forecasts: the same on every board and computer */

int32_t watch_begin(char *line)
{
    size_t bytes;
    int32_t status;

    status = srnn_model_load_size(sensor_model, sensor_model_bytes, SRNN_LOAD_VIEW, &bytes);
    if (status == SRNN_OK) {
        status = srnn_model_load(block.bytes, sizeof block.bytes, sensor_model, sensor_model_bytes,
                                 SRNN_LOAD_VIEW, &model);
    }
    if (status == SRNN_OK && srnn_model_hidden(model) > MOST_HIDDEN) {
        status = SRNN_E_SPACE;
    }
    if (status == SRNN_OK && (srnn_model_inputs(model) != 1 || srnn_model_outputs(model) != 1)) {
        status = SRNN_E_SHAPE;
    }
    if (status == SRNN_OK) {
        status = srnn_initial_state(model, states[0], srnn_model_hidden(model));
    }
    if (status == SRNN_OK) {
        now = 0;
        readings = 0;
        forecast = 0.0f;
        hash = 2166136261u;
        snprintf(line, WATCH_LINE, "a model of %lu bytes in flash, with %lu bytes of memory",
                 (unsigned long)sensor_model_bytes, (unsigned long)(bytes + sizeof states));
    }
    return status;
}

/* Writes tenths as a number with a decimal point to `text` [16]; returns it. */
static const char *decimal(char *text, int32_t tenths)
{
    const unsigned long size = tenths < 0 ? 0 - (unsigned long)tenths : (unsigned long)tenths;

    snprintf(text, 16, "%s%lu.%lu", tenths < 0 ? "-" : "", size / 10, size % 10);
    return text;
}

/* Returns a number of the network's scale in tenths of a degree. */
static int32_t tenths_of(float scaled)
{
    const float tenths = scaled * sensor_deviation + sensor_mean;

    return (int32_t)(tenths < 0.0f ? tenths - 0.5f : tenths + 0.5f);
}

int32_t watch_reading(uint32_t hour, int32_t tenths, char *line)
{
    const int32_t expected = tenths_of(forecast);
    const int64_t error = (int64_t)tenths - expected; /* a broken sensor reads anything */
    const int fits = readings < FIRST_DAY || (error >= -LARGEST_ERROR && error <= LARGEST_ERROR);
    /* In the place of a reading that does not fit, the network gets its own forecast. */
    const float input = fits ? ((float)tenths - sensor_mean) / sensor_deviation : forecast;
    uint32_t bits;
    char texts[2][16];
    /* The output is linear: the logit is the output. */
    const int32_t status = srnn_step(model, &input, states[now], states[!now], &forecast);

    if (status != SRNN_OK) {
        return status;
    }
    memcpy(&bits, &forecast, sizeof bits);
    for (uint32_t shift = 0; shift < 32; shift += 8) {
        hash = (hash ^ (bits >> shift & 255)) * 16777619u;
    }
    snprintf(line, WATCH_LINE, "hour %lu  %s degrees  %s expected  forecasts %08lx%s",
             (unsigned long)hour, decimal(texts[0], tenths), decimal(texts[1], expected),
             (unsigned long)hash, fits ? "" : "  does not fit");
    now = !now;
    readings++;
    return SRNN_OK;
}
