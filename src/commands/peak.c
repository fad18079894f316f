/* peak.c - the processor's peak: the largest rate of arithmetic that it can reach */
#include "commands/peak.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "support/clock.h"
#include "support/pool.h"

/* Repeat one step of several independent chains of multiply-adds. Returns the number of
 * floating-point operations. */
typedef double (*chains_fn)(uint64_t repeats);

#if defined(__x86_64__) && defined(__GNUC__)
/* Assembly, so that no compiler can spill or merge a chain. Twelve chains cover the latency of
 * two units. The values do not matter, but subnormal numbers would be slow: all registers are
 * zero. */
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

/* One step of a chain in C: fused where the processor has such an instruction. gcc defines
 * FP_FAST_FMAF then, clang does not. */
#if defined(FP_FAST_FMAF) || defined(__ARM_FEATURE_FMA)
#define STEP_IN_C(a) fmaf(a, 0.5f, 1.0f)
#else
#define STEP_IN_C(a) ((a)*0.5f + 1.0f)
#endif

/* For other processors, in C: twelve rows of four chains, which a compiler can keep in vector
 * registers. */
static double chains_in_c(uint64_t repeats)
{
    enum { ROWS = 12, LANES = 4 };
    float chain[ROWS][LANES] = {{0.0f}};
    volatile float sink;

    for (uint64_t i = 0; i < repeats; i++) {
        for (size_t row = 0; row < ROWS; row++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                chain[row][lane] = STEP_IN_C(chain[row][lane]);
            }
        }
    }
    for (size_t row = 0; row < ROWS; row++) {
        sink = chain[row][row % LANES];
    }
    (void)sink;
    return 2.0 * ROWS * LANES * (double)repeats;
}

/* One trial, on several threads at once. */
struct trial {
    chains_fn chains;
    double operations[MAX_THREADS]; /* done by thread i */
};

/* A measurement is the best of TRIALS trials of REPEATS steps, some 30 ms in all. */
enum { TRIALS = 8, REPEATS = 500000 };

/* The task of the pool: the chains of one thread. */
static void run_chains(void *argument, uint32_t index)
{
    struct trial *trial = argument;

    trial->operations[index] = trial->chains(REPEATS);
}

/* The best rate of several trials on all threads of the pool, or on one for NULL, in GFLOP/s. */
static double best_rate(chains_fn chains, struct pool *pool)
{
    const uint32_t threads = pool == NULL ? 1 : pool_threads(pool);
    struct trial trial;
    double best = 0.0;

    trial.chains = chains;
    for (int i = 0; i < TRIALS; i++) {
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

double measure_peak_gflops(struct pool *pool)
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
    return best > 0.0 ? best : best_rate(chains_in_c, pool);
}
