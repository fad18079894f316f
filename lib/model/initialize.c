/* initialize.c - initial values of a model's parameters
 *
 * No scratch memory is needed. The spectral radius of w_rec takes two vectors
 * [hidden]. w_in and w_out serve as these, since each has at least `hidden`
 * elements and is drawn after w_rec. */
#include "kernels/scalar.h"
#include "model/model.h"
#include "model/random.h"
#include "model/spectrum.h"

#include <string.h>

/* Incoming connections of each unit, and spectral radius, of SRNN_START_SMART_TANH (paper,
 * section 4.1.1, after Sutskever et al. 2011). */
#define CONNECTIONS 15u
#define RADIUS 0.95

/* The tensors that are drawn, all in the model's parameter vector. */
struct drawing {
    const srnn_model *model;
    srnn_random *random;
    float *w_in;  /* [inputs x hidden] */
    float *w_rec; /* [hidden x hidden] */
    float *w_out; /* [hidden x outputs] */
};

/* Fills `values` [count] with normal variates of this standard deviation. */
static void fill_normal(const struct drawing *d, float *values, size_t count, float deviation)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = deviation * srnn_random_normal(d->random);
    }
}

/* Fills w_in and w_out with normal variates. */
static void fill_ends_normal(const struct drawing *d, float deviation)
{
    fill_normal(d, d->w_in, (size_t)d->model->inputs * d->model->hidden, deviation);
    fill_normal(d, d->w_out, (size_t)d->model->hidden * d->model->outputs, deviation);
}

/* Fills `values` [rows x columns] uniformly in +/- sqrt(6 / (rows + columns))
 * (Glorot and Bengio 2010, equation 16). */
static void fill_glorot(const struct drawing *d, float *values, size_t rows, size_t columns)
{
    const float limit = (float)srnn__root(6.0 / (double)(rows + columns));

    for (size_t i = 0; i < rows * columns; i++) {
        values[i] = limit * (2.0f * srnn_random_uniform(d->random) - 1.0f);
    }
}

/* Fills w_in and w_out as fill_glorot does. */
static void fill_ends_glorot(const struct drawing *d)
{
    fill_glorot(d, d->w_in, d->model->inputs, d->model->hidden);
    fill_glorot(d, d->w_out, d->model->hidden, d->model->outputs);
}

/* Sets CONNECTIONS random weights of each unit, a column of w_rec, and scales
 * w_rec to spectral radius RADIUS. Each source is taken with probability
 * (connections still needed) / (sources still to come), so every set of sources is
 * equally likely. */
static void fill_sparse(const struct drawing *d)
{
    const uint32_t hidden = d->model->hidden;
    double radius;

    for (uint32_t to = 0; to < hidden; to++) {
        uint32_t needed = hidden < CONNECTIONS ? hidden : CONNECTIONS;
        for (uint32_t from = 0; from < hidden; from++) {
            float *weight = d->w_rec + (size_t)from * hidden + to;
            *weight = 0.0f;
            if (srnn_random_below(d->random, hidden - from) < needed) {
                *weight = srnn_random_normal(d->random);
                needed--;
            }
        }
        SRNN__ASSERT(needed == 0);
    }
    radius = srnn__radius(d->w_rec, hidden, SRNN__MEAN_PLAIN, d->w_in, d->w_out);
    if (radius > 0.0) {
        for (size_t i = 0; i < (size_t)hidden * hidden; i++) {
            d->w_rec[i] = (float)((double)d->w_rec[i] * (RADIUS / radius));
        }
    }
}

/* Fills w_rec with a random orthogonal matrix, uniformly distributed: rows of normal
 * variates, each made orthogonal to the earlier ones by Gram-Schmidt and scaled to
 * length 1. Gram-Schmidt runs twice, because rounding leaves the first run
 * inexact. A row that almost vanishes is drawn again. */
static void fill_orthogonal(const struct drawing *d)
{
    const size_t n = d->model->hidden;

    for (size_t i = 0; i < n; i++) {
        float *row = d->w_rec + i * n;
        double norm;
        do {
            fill_normal(d, row, n, 1.0f);
            for (size_t pass = 0; pass < 2 * i; pass++) {
                const float *earlier_row = d->w_rec + (pass % i) * n;
                const double overlap = srnn__dot(row, earlier_row, n);
                for (size_t j = 0; j < n; j++) {
                    row[j] = (float)((double)row[j] - overlap * (double)earlier_row[j]);
                }
            }
            norm = srnn__root(srnn__dot(row, row, n));
        } while (!(norm > 1e-4));
        for (size_t j = 0; j < n; j++) {
            row[j] = (float)((double)row[j] / norm);
        }
    }
}

/* Fills w_rec with the identity. */
static void fill_identity(const struct drawing *d)
{
    const size_t n = d->model->hidden;

    memset(d->w_rec, 0, n * n * sizeof *d->w_rec);
    for (size_t i = 0; i < n; i++) {
        d->w_rec[i * n + i] = 1.0f;
    }
}

/* Fills w_in, w_rec and w_out as `kind` says; srnn.h describes the kinds. */
static void fill(const struct drawing *d, uint32_t kind)
{
    const size_t hidden = d->model->hidden;

    switch (kind) {
    case SRNN_START_BASIC_SIGMOID:
    case SRNN_START_BASIC_TANH: {
        const float deviation = kind == SRNN_START_BASIC_TANH ? 0.1f : 0.01f;
        fill_normal(d, d->w_rec, hidden * hidden, deviation);
        fill_ends_normal(d, deviation);
        break;
    }
    case SRNN_START_SMART_TANH:
        fill_sparse(d);
        fill_ends_normal(d, 0.01f);
        break;
    case SRNN_START_ORTHOGONAL:
        fill_orthogonal(d);
        fill_ends_glorot(d);
        break;
    case SRNN_START_IDENTITY:
        fill_identity(d);
        fill_ends_normal(d, 0.001f);
        break;
    default:
        fill_glorot(d, d->w_rec, hidden, hidden);
        fill_ends_glorot(d);
        break;
    }
}

int32_t srnn_model_initialize(srnn_model *model, uint32_t kind, srnn_random *random)
{
    struct drawing d;
    const int32_t status = srnn__model_ready(model);
    float *parameters;

    if (status == SRNN_E_ARGUMENT || !srnn__alive(random, SRNN__TAG_RANDOM)) {
        return SRNN_E_ARGUMENT;
    }
    if (kind < SRNN_START_BASIC_SIGMOID || kind > SRNN_START_GLOROT) {
        return SRNN_E_RANGE;
    }
    if (status != SRNN_OK) {
        return status;
    }
    parameters = srnn_model_parameters(model);
    if (parameters == NULL) {
        return SRNN_E_READ_ONLY;
    }
    SRNN__ASSERT(model->count >= (size_t)model->hidden * model->hidden);
    memset(parameters, 0, model->count * sizeof *parameters);
    d.model = model;
    d.random = random;
    d.w_in = srnn__tensor_of(model, parameters, SRNN__W_IN);
    d.w_rec = srnn__tensor_of(model, parameters, SRNN__W_REC);
    d.w_out = srnn__tensor_of(model, parameters, SRNN__W_OUT);
    fill(&d, kind);
    return SRNN_OK;
}
