/* tile.h - vectors of accumulators, and the shapes of the tiles that they make up
 *
 * A template, the first one of the matrix products (pack.h, multiply.h, outer.h, row.h). A file
 * that includes it defines
 *
 *   SRNN__FMA(a, b, c)    a * b + c of floats, one link of a chain
 *   SRNN__TILE_ROWS       most rows of a tile: 1, 2, 4, 6 or 8
 *   SRNN__TILE_COLUMNS    two vectors of the target: 4, 8, 16 or 32 floats
 *   SRNN__TILE_VECTORS    optional: most vectors of accumulators of a tile; twice its rows
 *
 * Every result is one chain of SRNN__FMA over ascending k, whatever the tile: these macros decide
 * the speed and never the bits.
 *
 * A product computes its result tile by tile, [rows x vectors], and holds the tile in registers
 * while k ascends. Columns are taken in vectors of SRNN__LANES. A tile is two vectors wide, or four
 * where there are registers enough; remainders take tiles of one or three, which are lower when
 * they have to be. A last vector that would stick out of the row is moved left until it does not.
 * It then repeats some results of its neighbour in the same tile, bit for bit, which is cheaper
 * than a masked store.
 *
 * The loops are written so that gcc and clang unroll those over a tile, turn those over the lanes
 * into vector code, and keep `sum` in registers. Each compiler needs its own persuasion. When
 * touching them, measure both (`make bench` with CC=gcc and with CC=clang): a tile whose
 * accumulators are spilled is twenty times as slow. */

#define SRNN__LANES (SRNN__TILE_COLUMNS / 2)

#if !defined(SRNN__TILE_VECTORS)
#if SRNN__TILE_ROWS == 1
#define SRNN__TILE_VECTORS 3
#else
#define SRNN__TILE_VECTORS (2 * SRNN__TILE_ROWS)
#endif
#endif

/* Whether a tile of the full height may be four vectors wide. */
#define SRNN__FOUR_WIDE (SRNN__TILE_VECTORS >= 4 * SRNN__TILE_ROWS)

/* Whether every shape of a tile has a function of its own, whose loops are unrolled. That is for
 * speed; a tile of one or two rows is one for size. */
#if SRNN__TILE_ROWS > 2 && (SRNN__IS_GCC || SRNN__IS_CLANG) && !defined(__OPTIMIZE_SIZE__)
#define SRNN__SHAPES 1
#else
#define SRNN__SHAPES 0
#endif

/* SRNN__TILE_INLINE: a function with the shape as an argument, part of one that knows it.
 * SRNN__TILE_LOOP: a loop over the rows or vectors of a tile.
 * SRNN__TILE_BARRIER(): before and after a chain. Without it compilers keep addresses in
 * registers during the chain, and spill accumulators, which every link needs.
 * SRNN__TILE_CHOICE: a function that chooses the shape. It stays apart from the loops over tiles
 * where it holds the tile itself, and always with clang. */
#if SRNN__SHAPES
#define SRNN__TILE_INLINE SRNN__INLINE
#define SRNN__TILE_LOOP SRNN__LOOP_UNROLLED
#define SRNN__TILE_BARRIER() SRNN__COMPILER_BARRIER()
#else
#define SRNN__TILE_INLINE inline
#define SRNN__TILE_LOOP
#define SRNN__TILE_BARRIER() ((void)0)
#endif
#if SRNN__SHAPES && SRNN__IS_GCC
#define SRNN__TILE_CHOICE
#else
#define SRNN__TILE_CHOICE SRNN__NOINLINE
#endif

/* A vector of accumulators. clang keeps them in registers only as a vector type, gcc also as an
 * array of floats; subscripts read the same. With SRNN_NO_FMA gcc takes such an array apart before
 * it sees the vector (a tile then fills 300 KB of code), and clang computes each lane alone for
 * WebAssembly (a step of 6-50-4 then takes 90 times as long). In both, vectors are loaded,
 * multiplied and added by operators. */
#if SRNN__SHAPES && defined(SRNN_NO_FMA) && (SRNN__IS_GCC || defined(__wasm__))
#define SRNN__VECTOR_OPERATORS 1
#else
#define SRNN__VECTOR_OPERATORS 0
#endif
#if SRNN__SHAPES && (SRNN__IS_CLANG || SRNN__VECTOR_OPERATORS)
typedef float vector __attribute__((vector_size(SRNN__LANES * sizeof(float))));
#else
typedef float vector[SRNN__LANES];
#endif

static SRNN__TILE_INLINE void load_vector(vector *restrict to, const float *restrict from)
{
#if SRNN__VECTOR_OPERATORS
    /* With -ffreestanding memcpy would be a call. */
    __builtin_memcpy(to, from, sizeof *to);
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        (*to)[lane] = from[lane];
    }
#endif
}

static SRNN__TILE_INLINE void store_vector(float *restrict to, vector *restrict from)
{
#if SRNN__VECTOR_OPERATORS
    __builtin_memcpy(to, from, sizeof *from);
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        to[lane] = (*from)[lane];
    }
#endif
}

/* sum += factor * from [SRNN__LANES], one link of the chain of every lane. */
static SRNN__TILE_INLINE void add_product(vector *restrict sum, float factor,
                                          const float *restrict from)
{
#if SRNN__VECTOR_OPERATORS
    vector product;

    load_vector(&product, from);
    product *= factor;
    *sum += product;
#else
    for (size_t lane = 0; lane < SRNN__LANES; lane++) {
        (*sum)[lane] = SRNN__FMA(factor, from[lane], (*sum)[lane]);
    }
#endif
}

/* The column of vector v of a tile; the last one has been moved to `last`. */
#define SRNN__COLUMN(v, vectors, last) ((v) + 1 < (vectors) ? (v) * SRNN__LANES : (last))

/* The number of vectors of the next tile, where `remaining` vectors of the row have none yet. */
static inline size_t tile_width(size_t remaining)
{
#if SRNN__FOUR_WIDE
    return remaining <= 4 ? remaining : remaining <= 6 ? 3 : 4;
#else
    return remaining == 1 || remaining == 3 ? remaining : 2;
#endif
}

/* Split n_rows into *tiles tiles `vectors` wide, as evenly as possible. Returns the rows of a
 * tile; the first n_rows % *tiles tiles have one more. */
static inline size_t tile_height(size_t n_rows, size_t vectors, size_t *tiles)
{
    const size_t room = SRNN__TILE_VECTORS / vectors;
    const size_t most = room < SRNN__TILE_ROWS ? room : SRNN__TILE_ROWS;

    *tiles = (n_rows + most - 1) / most;
    return n_rows / *tiles;
}

/* The shapes, as of(rows, vectors): SRNN__ALL_SHAPES; as of(rows): the tiles of one vector,
 * SRNN__NARROW_SHAPES. A switch over them uses SRNN__SHAPE, which no two shapes share. */
#define SRNN__SHAPE(rows, vectors) (16 * (vectors) + (rows))
#if SRNN__TILE_ROWS > 6
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8)
#define SRNN__HIGH_SHAPES(of)                                                                      \
    of(5, 1) of(6, 1) of(7, 1) of(8, 1) of(5, 2) of(6, 2) of(7, 2) of(8, 2) of(3, 3) of(4, 3)      \
    of(5, 3)
#elif SRNN__TILE_ROWS > 4
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4) of(5) of(6)
#if SRNN__FOUR_WIDE
#define SRNN__HIGH_SHAPES(of)                                                                      \
    of(5, 1) of(6, 1) of(5, 2) of(6, 2) of(3, 3) of(4, 3) of(5, 3) of(6, 3) of(1, 4) of(2, 4)      \
    of(3, 4) of(4, 4) of(5, 4) of(6, 4)
#else
#define SRNN__HIGH_SHAPES(of) of(5, 1) of(6, 1) of(5, 2) of(6, 2) of(3, 3) of(4, 3)
#endif
#else
#define SRNN__NARROW_SHAPES(of) of(1) of(2) of(3) of(4)
#define SRNN__HIGH_SHAPES(of)
#endif
#define SRNN__ALL_SHAPES(of)                                                                       \
    of(1, 1) of(2, 1) of(3, 1) of(4, 1) of(1, 2) of(2, 2) of(3, 2) of(4, 2) of(1, 3) of(2, 3)      \
    SRNN__HIGH_SHAPES(of)
