/* learn_order.ino - trains a network on the board, and prints how much it has learnt
 *
 * The network and the training are in learn_order.c. Open the serial monitor at 115200 baud. */
#include <Arduino.h>

#include <srnn.h>

#include "learn_order.h"

static int done;

static void print(int32_t status, const char *line)
{
    if (status == SRNN_OK) {
        Serial.println(line);
    } else {
        Serial.println(srnn_status_text(status));
        done = 1;
    }
}

void setup()
{
    char line[LEARN_LINE];

    Serial.begin(115200);
    while (!Serial && millis() < 5000) {
    }
    const int32_t status = learn_begin(line);
    print(status, line);
}

void loop()
{
    char line[LEARN_LINE];

    if (!done) {
        const int32_t status = learn_go_on(line, &done);
        print(status, line);
        if (done == -1) {
            Serial.println("not learnt");
        }
    }
}
