/* status.c - names and texts of the status codes
 *
 * The functions use a switch instead of a table of pointers: a shared library
 * would have to relocate such a table at load time, which makes it data. */
#include "base/base.h"

/* The list of all codes with their texts. */
#define STATUS_LIST(X)                                                                             \
    X(SRNN_OK, "success")                                                                          \
    X(SRNN_E_ARGUMENT, "a pointer is NULL or not a live handle of the right kind")                 \
    X(SRNN_E_RANGE, "a number is out of its bounds")                                               \
    X(SRNN_E_SHAPE, "sizes do not fit together")                                                   \
    X(SRNN_E_STATE, "the call comes in the wrong order")                                           \
    X(SRNN_E_MEMORY, "no memory left")                                                             \
    X(SRNN_E_SPACE, "the memory or workspace given is too small")                                  \
    X(SRNN_E_ALIGNMENT, "the memory given is not aligned")                                         \
    X(SRNN_E_OVERFLOW, "a size is too large for this machine or a file")                           \
    X(SRNN_E_OPTION, "the option is not one of this handle")                                       \
    X(SRNN_E_READ_ONLY, "the parameters or the option can only be read")                           \
    X(SRNN_E_UNSUPPORTED, "not supported by this build, processor or combination")                 \
    X(SRNN_E_NONFINITE, "a number is NaN or infinite")                                             \
    X(SRNN_E_FORMAT, "not a file of this format")                                                  \
    X(SRNN_E_VERSION, "the file's format is newer than this library")                              \
    X(SRNN_E_CHECKSUM, "the file is damaged: its checksum does not match")                         \
    X(SRNN_E_TRUNCATED, "the file ends too early")                                                 \
    X(SRNN_E_IO, "writing failed")                                                                 \
    X(SRNN_E_PARALLEL, "the caller's parallel-for failed")                                         \
    X(SRNN_E_LIMIT, "the norm of a gradient is above the clipper's limit")

const char *srnn_status_name(int32_t status)
{
    switch (status) {
#define NAME(code, text)                                                                           \
    case code:                                                                                     \
        return #code;
        STATUS_LIST(NAME)
#undef NAME
    default:
        return "SRNN_E_UNKNOWN";
    }
}

const char *srnn_status_text(int32_t status)
{
    switch (status) {
#define TEXT(code, text)                                                                           \
    case code:                                                                                     \
        return text;
        STATUS_LIST(TEXT)
#undef TEXT
    default:
        return "unknown status";
    }
}
