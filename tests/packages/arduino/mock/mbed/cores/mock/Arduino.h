/* Arduino.h - what the examples use of Arduino's core, on top of a C library that prints */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>
#include <stdio.h>

class SerialPort
{
public:
    void begin(unsigned long) {}
    explicit operator bool() const { return true; }
    void println(const char *text) { puts(text); }
};

extern SerialPort Serial;

inline unsigned long millis()
{
    return 0;
}

inline void delay(unsigned long)
{
}

void setup();
void loop();

#endif
