/* texts.c - the texts of a model file */
#include "storage/texts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/message.h"

static const char digits[] = "0123456789ABCDEFabcdef";

int text_read(const srnn_checkpoint *file, const char *name, const char *path, char **text)
{
    size_t length = 0;
    int32_t status = srnn_checkpoint_text(file, name, NULL, 0, &length);

    *text = NULL;
    if (status == SRNN_E_STATE) {
        return 0;
    }
    *text = malloc(length + 1);
    if (*text == NULL) {
        return fail("%s: no memory for its texts", path);
    }
    status = srnn_checkpoint_text(file, name, *text, length + 1, &length);
    return status == SRNN_OK ? 0 : fail_status(status, "%s: the text %s", path, name);
}

size_t text_escape(const void *bytes, size_t count, int high, char *text)
{
    const unsigned char *from = bytes;
    char *at = text;

    for (; count > 0; count--, from++) {
        if (*from >= ' ' && *from != '%' && (*from < 0x7f || (*from > 0x7f && !high))) {
            *at++ = (char)*from;
        } else {
            *at++ = '%';
            *at++ = digits[*from >> 4];
            *at++ = digits[*from & 15];
        }
    }
    *at = '\0';
    return (size_t)(at - text);
}

/* The value of a hexadecimal digit; 16 for any other character. */
static unsigned value_of(char digit)
{
    const char *at = memchr(digits, digit, sizeof digits - 1);
    const unsigned place = at != NULL ? (unsigned)(at - digits) : 22;

    return place < 16 ? place : place - 6;
}

size_t text_unescape(const char *text, size_t length, unsigned char *bytes, size_t capacity)
{
    const char *const end = text + length;
    size_t count = 0;

    for (; text < end; count++) {
        unsigned char byte = (unsigned char)*text++;

        if (byte == '%') {
            if (end - text < 2 || value_of(text[0]) > 15 || value_of(text[1]) > 15) {
                return SIZE_MAX;
            }
            byte = (unsigned char)(value_of(text[0]) << 4 | value_of(text[1]));
            text += 2;
        }
        if (count == capacity) {
            return SIZE_MAX;
        }
        bytes[count] = byte;
    }
    return count;
}

size_t text_line(const char *text)
{
    return strcspn(text, "\n");
}

size_t text_lines(const char *text)
{
    size_t lines = 0;

    for (; *text != '\0'; lines++) {
        text += text_line(text);
        text += *text == '\n';
    }
    return lines;
}
