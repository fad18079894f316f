/* assert.h - invariants that a build for tests checks
 *
 * SRNN__ASSERT(condition) states what holds at a point whatever the caller did:
 * a failure is a bug of the library. What a caller can get wrong is a status
 * and never an assertion.
 *
 * Releases compile the condition and drop it, unevaluated: no code, and no
 * warning about a variable that only an assertion uses. With SRNN_ASSERTIONS
 * defined a false condition stops the process with a trap. The library prints
 * nothing and calls no abort, so the debugger or the sanitizer has to show where
 * that was. A compiler without a trap is refused rather than left to go on. */
#ifndef SRNN_ASSERT_H
#define SRNN_ASSERT_H

#if !defined(SRNN_ASSERTIONS)
#define SRNN__ASSERT(condition) ((void)sizeof((condition) ? 1 : 0))
#elif defined(__GNUC__) || defined(__clang__)
#define SRNN__ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#error "SRNN_ASSERTIONS needs __builtin_trap, which gcc and clang have"
#endif

#endif
