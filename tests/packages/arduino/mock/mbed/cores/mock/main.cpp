/* main.cpp - a board that is switched off after a thousand turns of the loop */
#include <Arduino.h>

SerialPort Serial;

int main()
{
    setup();
    for (int turn = 0; turn < 1000; turn++) {
        loop();
    }
    return 0;
}
