/* products.h - the matrix products by tiles
 *
 * A template: the templates below, in the order in which they use each other. */
#include "kernels/tile.h"
#include "kernels/pack.h"
#include "kernels/multiply_tile.h"
#include "kernels/multiply.h"
#include "kernels/outer.h"
#include "kernels/outer_narrow.h"
