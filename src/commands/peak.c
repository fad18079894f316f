/* peak.c - what this processor can do at most */
#include "commands/peak.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "support/clock.h"
#include "support/pool.h"

/* A loop over independent chains, `repeats` times; gives the floating-point
 * operations that it took. */
typedef double (*chains_fn)(uint64_t repeats);

#if defined(__x86_64__) && defined(__GNUC__)
/* Instructions, not C, so that no compiler can spill or merge a chain. Twelve
 * chains cover the latency of two units; their values do not matter but must not
 * be subnormal, so all registers are zero. */
#define CHAINS(add, clear, r)                                                                      \
    clear(r, 0) clear(r, 1) clear(r, 2) clear(r, 3) clear(r, 4) clear(r, 5) clear(r, 6)            \
        clear(r, 7) clear(r, 8) clear(r, 9) clear(r, 10) clear(r, 11)                              \
            clear(r, 12) "1:\n" add(r, 0) add(r, 1) add(r, 2) add(r, 3) add(r, 4) add(r, 5)        \
                add(r, 6) add(r, 7) add(r, 8) add(r, 9) add(r, 10) add(r, 11) "dec %0\n\tjnz 1b\n"
#define CLEAR(r, n) "vxorps %%xmm" #n ", %%xmm" #n ", %%xmm" #n "\n"
#define FUSE(r, n) "vfmadd231ps %%" #r "12, %%" #r "12, %%" #r #n "\n"
#define CLOBBERS                                                                                   \
    "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
        "xmm11", "xmm12"

static double chains_avx2(uint64_t repeats)
{
    uint64_t left = repeats;

    __asm__ volatile(CHAINS(FUSE, CLEAR, ymm) "vzeroupper" : "+r"(left) : : CLOBBERS);
    return 2.0 * 12.0 * 8.0 * (double)repeats;
}

static double chains_avx512(uint64_t repeats)
{
    uint64_t left = repeats;

    __asm__ volatile(CHAINS(FUSE, CLEAR, zmm) "vzeroupper" : "+r"(left) : : CLOBBERS);
    return 2.0 * 12.0 * 16.0 * (double)repeats;
}
#endif

/* One step of a plain chain: fused where that is an instruction, which gcc tells
 * and clang does not. */
#if defined(FP_FAST_FMAF) || defined(__ARM_FEATURE_FMA)
#define STEP_PLAIN(a) fmaf(a, 0.5f, 1.0f)
#else
#define STEP_PLAIN(a) ((a)*0.5f + 1.0f)
#endif

/* In plain C, for the compiler to make what it can of: twelve rows of chains, the
 * shape of a register tile. */
static double chains_plain(uint64_t repeats)
{
    enum { ROWS = 12, LANES = 4 };
    float chain[ROWS][LANES] = {{0.0f}};
    volatile float sink;

    for (uint64_t i = 0; i < repeats; i++) {
        for (size_t row = 0; row < ROWS; row++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                chain[row][lane] = STEP_PLAIN(chain[row][lane]);
            }
        }
    }
    for (size_t row = 0; row < ROWS; row++) {
        sink = chain[row][row % LANES];
    }
    (void)sink;
    return 2.0 * ROWS * LANES * (double)repeats;
}

/* A trial of some threads at once. */
struct trial {
    chains_fn chains;
    double operations[MAX_THREADS]; /* of each */
};

static void run_chains(void *argument, uint32_t index)
{
    struct trial *trial = argument;

    trial->operations[index] = trial->chains(500000);
}

/* The best rate of several trials of all threads of the pool, in 10^9 a second. */
static double best_rate(chains_fn chains, struct pool *pool)
{
    const uint32_t threads = pool == NULL ? 1 : pool_threads(pool);
    struct trial trial;
    double best = 0.0;

    trial.chains = chains;
    for (int i = 0; i < 8; i++) {
        const double start = clock_seconds();
        double operations = 0.0;
        double rate;

        if (pool == NULL) {
            run_chains(&trial, 0);
        } else {
            pool_run(pool, run_chains, &trial, threads);
        }
        rate = 1e-9 / (clock_seconds() - start);
        for (uint32_t t = 0; t < threads; t++) {
            operations += trial.operations[t];
        }
        best = operations * rate > best ? operations * rate : best;
    }
    return best;
}

double peak_gflops(struct pool *pool)
{
    double best = 0.0;

#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        best = best_rate(chains_avx2, pool);
    }
    if (__builtin_cpu_supports("avx512f")) {
        const double wide = best_rate(chains_avx512, pool);
        best = wide > best ? wide : best;
    }
#endif
    return best > 0.0 ? best : best_rate(chains_plain, pool);
}
