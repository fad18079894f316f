/* unit.h - the logistic unit of the paper's figures 3 and 6
 *
 * One unit without input, x_t = w s(x_{t-1}) + b (equation 8). With h = s(x) it is the library's,
 * h_t = s(w h_{t-1} + b). */
#ifndef UNIT_H
#define UNIT_H

#include <stdint.h>

#include "srnn.h"

/* s(x). */
double logistic(double x);

/* Whether a number has the printed digits: half a unit of the last of `decimals`, and a little
 * for the decimal that lies exactly between. */
int prints_as(double value, double printed, int decimals);

/* The library's one-unit model: one input that is always 0 (parameters w_in, w_rec, b_rec, w_out)
 * and a linear output. */
enum { P_W_IN, P_W_REC, P_B_REC, P_W_OUT, P_COUNT };
srnn_model *unit_new(double w, double b, uint32_t instructions);

#endif
