/* image.c - what all images share: lines of text, the arena, the end */
#include "image.h"

#include "srnn.h"

/* Fits beside a stack into the 16 KB of the smallest board. */
#define ARENA 11264u

static union {
    uint64_t alignment;
    unsigned char bytes[ARENA];
} arena;
static uint32_t taken;

void say_number(const char *what, uint32_t number)
{
    char digits[12];
    char *at = digits + sizeof digits;

    *--at = '\0';
    *--at = '\n';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    board_say(what);
    board_say(" ");
    board_say(at);
}

void say_hash(const char *what, uint64_t hash)
{
    char digits[18];

    for (uint32_t i = 0; i < 16; i++) {
        digits[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
    }
    digits[16] = '\n';
    digits[17] = '\0';
    board_say(what);
    board_say(" 0x");
    board_say(digits);
}

void expect_status(int32_t status, int32_t expected, const char *call)
{
    if (status != expected) {
        board_say(call);
        say_number(": status -", (uint32_t)-status);
        board_exit(1);
    }
}

void *image_take(uint32_t bytes)
{
    const uint32_t alignment = (uint32_t)srnn_alignment();
    void *piece = arena.bytes + taken;

    bytes = (bytes + alignment - 1) / alignment * alignment;
    expect_status(bytes > ARENA - taken ? SRNN_E_SPACE : SRNN_OK, SRNN_OK,
                  "the arena is too small");
    taken += bytes;
    return piece;
}

uint32_t image_taken(void)
{
    return taken;
}
