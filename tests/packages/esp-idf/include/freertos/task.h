/* task.h - what the examples use of it */
#ifndef FREERTOS_TASK_H
#define FREERTOS_TASK_H

#ifndef FREERTOS_H
#error "include FreeRTOS.h before task.h"
#endif

void vTaskDelay(uint32_t ticks);

#endif
