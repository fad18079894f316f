/* write_readings.c - a program for the computer: prints the readings FROM to TO - 1, a line each
 *
 *     cc write_readings.c sensor.c -o write_readings && ./write_readings 0 960 >readings.csv */
#include "sensor.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: write_readings FROM TO\n");
        return 2;
    }
    for (unsigned long hour = strtoul(argv[1], NULL, 10); hour < strtoul(argv[2], NULL, 10);
         hour++) {
        printf("%ld\n", (long)sensor_read((uint32_t)hour));
    }
    return 0;
}
