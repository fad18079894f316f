/* compiler.h - what the kernels need of a compiler beyond C99
 *
 * None of this changes a result: it decides speed, code size and the size of frames.
 *
 *   SRNN__NOINLINE          a function that is never inlined nor cloned: its frame does not add to
 *                           its caller's, and its caller's code does not keep its loops from
 *                           becoming vector code
 *   SRNN__INLINE            a function that is always inlined, also at -Os: its constant arguments
 *                           are constants in its loops
 *   SRNN__LEVEL_OF_KERNELS  gcc compiles what follows, up to pop_options, as at -O3. Without it,
 *                           few loops are vectorized at -O2 (kernels/README.md). Empty at -O0 and
 *                           for compact kernels; at -O1 and -Og it turns on a part of -O3
 *   SRNN__INLINE_IN_KERNELS  a short function that kernels call: gcc inlines no function with
 *                           other optimize options but one that is always inlined
 *   SRNN__LOOP_ROLLED       a short loop that stays one; clang would unroll and vectorise it, with
 *                           much code and stack
 *   SRNN__LOOP_UNROLLED     a loop of at most 16 rounds that disappears, also at -Os: the array
 *                           that it indexes lies in registers
 *   SRNN__LOOP_IN_PLACE     a loop whose output may be one of its inputs, element for element: no
 *                           round reads what another one writes, which compilers cannot prove
 *   SRNN__LOOP_LANES        a short loop over the lanes of a vector; clang would unroll it before
 *                           it could become vector code
 *   SRNN__COMPILER_BARRIER  no value of memory stays in a register across it
 *   SRNN__PREFETCH          start to load a cache line; no fault whatever the address */
#ifndef SRNN_COMPILER_H
#define SRNN_COMPILER_H

#if defined(__clang__)
#define SRNN__IS_CLANG 1
#define SRNN__IS_GCC 0
#define SRNN__NOINLINE __attribute__((noinline))
#define SRNN__LOOP_ROLLED _Pragma("clang loop vectorize(disable) unroll(disable)")
#define SRNN__LOOP_UNROLLED _Pragma("clang loop unroll(full)")
#define SRNN__LOOP_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")
#define SRNN__LOOP_LANES _Pragma("clang loop unroll(disable) vectorize(enable)")
#elif defined(__GNUC__)
#define SRNN__IS_CLANG 0
#define SRNN__IS_GCC 1
#define SRNN__NOINLINE __attribute__((noinline, noclone))
#define SRNN__LOOP_ROLLED
#define SRNN__LOOP_UNROLLED _Pragma("GCC unroll 16")
#define SRNN__LOOP_IN_PLACE _Pragma("GCC ivdep")
#define SRNN__LOOP_LANES
#else
#define SRNN__IS_CLANG 0
#define SRNN__IS_GCC 0
#define SRNN__NOINLINE
#define SRNN__LOOP_ROLLED
#define SRNN__LOOP_UNROLLED
#define SRNN__LOOP_IN_PLACE
#define SRNN__LOOP_LANES
#endif

#if SRNN__IS_CLANG || SRNN__IS_GCC
#define SRNN__INLINE inline __attribute__((always_inline))
#define SRNN__COMPILER_BARRIER() __asm__ volatile("" : : : "memory")
#define SRNN__PREFETCH(address) __builtin_prefetch(address)
#else
#define SRNN__INLINE inline
#define SRNN__COMPILER_BARRIER() ((void)0)
#define SRNN__PREFETCH(address) ((void)(address))
#endif

/* Whether the kernels of the whole build's flags are the compact ones
 * (compact_products.h): in builds for size, and for microcontrollers, which have no
 * vectors. */
#if defined(__OPTIMIZE_SIZE__) ||                                                                  \
    (defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M' && !defined(__ARM_FEATURE_MVE)) ||   \
    (defined(__riscv_xlen) && __riscv_xlen == 32) || defined(__xtensa__)
#define SRNN__COMPACT 1
#else
#define SRNN__COMPACT 0
#endif

/* At -O3 gcc takes minutes for a tile with a sanitizer. No macro of gcc 12 shows that
 * -fsanitize=undefined is on, so with it alone the kernels take long to compile. */
#if SRNN__IS_GCC && defined(__OPTIMIZE__) && !SRNN__COMPACT && !defined(__SANITIZE_ADDRESS__) &&   \
    !defined(__SANITIZE_THREAD__)
#define SRNN__INLINE_IN_KERNELS SRNN__INLINE
#define SRNN__LEVEL_OF_KERNELS _Pragma("GCC optimize(\"O3\")")
#else
#define SRNN__INLINE_IN_KERNELS inline
#define SRNN__LEVEL_OF_KERNELS
#endif

/* On 64-bit Windows gcc aligns frames to 16 bytes, and yet stores vectors of 32 and 64 bytes there
 * by moves that fault at an address that is not aligned to as much (gcc's bug 54412; Debian's and
 * MSYS2's gcc do not). Here the assembler takes the moves for any address instead, which are as
 * fast. With -flto that reaches only a part of the program. */
#if SRNN__IS_GCC && defined(_WIN32) && defined(__x86_64__)
__asm__(".ifndef srnn__moves_anywhere\n"
        ".set srnn__moves_anywhere, 1\n"
        ".macro vmovaps operands:vararg\n\tvmovups \\operands\n.endm\n"
        ".macro vmovapd operands:vararg\n\tvmovupd \\operands\n.endm\n"
        ".macro vmovdqa operands:vararg\n\tvmovdqu \\operands\n.endm\n"
        ".macro vmovdqa32 operands:vararg\n\tvmovdqu32 \\operands\n.endm\n"
        ".macro vmovdqa64 operands:vararg\n\tvmovdqu64 \\operands\n.endm\n"
        ".endif");
#endif

#endif
