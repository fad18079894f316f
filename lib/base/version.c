/* version.c - the version, and how the library was built. */
#include "base/base.h"
#include "base/processor.h"

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "another compiler"
#endif

#if defined(SRNN_NO_FMA)
#define FAMILY "separate"
#define FAMILY_CODE SRNN_ARITHMETIC_SEPARATE
#else
#define FAMILY "fused"
#define FAMILY_CODE SRNN_ARITHMETIC_FUSED
#endif

#if SRNN__HAVE_AVX512
#define SETS "baseline avx2 avx512"
#else
#define SETS "baseline"
#endif

uint32_t srnn_version_number(void)
{
    return SRNN_VERSION_NUMBER;
}

const char *srnn_version_string(void)
{
    return SRNN_VERSION_STRING;
}

uint32_t srnn_arithmetic(void)
{
    return FAMILY_CODE;
}

const char *srnn_build_info(void)
{
    return COMPILER "; arithmetic " FAMILY "; instructions " SETS;
}
