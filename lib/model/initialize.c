/* initialize.c - starting values of a model's parameters.
 *
 * Needs no scratch: while w_rec is being made, w_in and w_out, whose values are
 * drawn last and which have at least one row of hidden units each, lend theirs. */
#include "kernels/kernels.h"
#include "model/model.h"
#include "model/random.h"
#include "model/spectrum.h"

#include <string.h>

/* Incoming connections per unit and spectral radius of the smart start (paper,
 * section 4.1.1; Sutskever et al. 2011). */
#define CONNECTIONS 15u
#define RADIUS 0.95

/* The tensors that are drawn, as parts of the parameter vector. */
struct drawing {
    const srnn_model *model;
    srnn_random *random;
    float *w_in;  /* [inputs x hidden] */
    float *w_rec; /* [hidden x hidden] */
    float *w_out; /* [hidden x outputs] */
};

static void normal(const struct drawing *d, float *part, size_t count, float deviation)
{
    for (size_t i = 0; i < count; i++) {
        part[i] = deviation * srnn_random_normal(d->random);
    }
}

static void normal_ends(const struct drawing *d, float deviation)
{
    normal(d, d->w_in, (size_t)d->model->inputs * d->model->hidden, deviation);
    normal(d, d->w_out, (size_t)d->model->hidden * d->model->outputs, deviation);
}

/* part [rows x columns] uniform in +/- sqrt(6 / (rows + columns)). */
static void glorot(const struct drawing *d, float *part, size_t rows, size_t columns)
{
    const float limit = (float)srnn__root(6.0 / (double)(rows + columns));

    for (size_t i = 0; i < rows * columns; i++) {
        part[i] = limit * (2.0f * srnn_random_uniform(d->random) - 1.0f);
    }
}

static void glorot_ends(const struct drawing *d)
{
    glorot(d, d->w_in, d->model->inputs, d->model->hidden);
    glorot(d, d->w_out, d->model->hidden, d->model->outputs);
}

/* For each unit (a column of w_rec) choose which sources connect to it: walk the
 * sources and take each with the chance that what is still needed has among what
 * is left, which makes every choice equally likely. Then scale the whole. */
static void sparse(const struct drawing *d)
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
    }
    radius = srnn__radius(d->w_rec, hidden, d->w_in, d->w_out);
    if (radius > 0.0) {
        for (size_t i = 0; i < (size_t)hidden * hidden; i++) {
            d->w_rec[i] = (float)((double)d->w_rec[i] * (RADIUS / radius));
        }
    }
}

/* Rows of normal variates, each made orthogonal to those before by two passes of
 * Gram-Schmidt (one leaves rounding behind) and scaled to length 1: uniform over
 * the orthogonal matrices. */
static void orthogonal(const struct drawing *d)
{
    const size_t n = d->model->hidden;

    for (size_t i = 0; i < n; i++) {
        float *row = d->w_rec + i * n;
        double norm;
        do {
            normal(d, row, n, 1.0f);
            for (size_t pass = 0; pass < 2 * i; pass++) {
                const float *other = d->w_rec + (pass % i) * n;
                const double overlap = srnn__dot(row, other, n);
                for (size_t j = 0; j < n; j++) {
                    row[j] = (float)((double)row[j] - overlap * (double)other[j]);
                }
            }
            norm = srnn__root(srnn__dot(row, row, n));
        } while (!(norm > 1e-4));
        for (size_t j = 0; j < n; j++) {
            row[j] = (float)((double)row[j] / norm);
        }
    }
}

static void identity(const struct drawing *d)
{
    const size_t n = d->model->hidden;

    memset(d->w_rec, 0, n * n * sizeof *d->w_rec);
    for (size_t i = 0; i < n; i++) {
        d->w_rec[i * n + i] = 1.0f;
    }
}

static void draw(const struct drawing *d, uint32_t kind)
{
    const size_t hidden = d->model->hidden;

    switch (kind) {
    case SRNN_BASIC_SIGMOID:
    case SRNN_BASIC_TANH: {
        const float deviation = kind == SRNN_BASIC_TANH ? 0.1f : 0.01f;
        normal(d, d->w_rec, hidden * hidden, deviation);
        normal_ends(d, deviation);
        break;
    }
    case SRNN_SMART_TANH:
        sparse(d);
        normal_ends(d, 0.01f);
        break;
    case SRNN_ORTHOGONAL:
        orthogonal(d);
        glorot_ends(d);
        break;
    case SRNN_IDENTITY:
        identity(d);
        normal_ends(d, 0.001f);
        break;
    default:
        glorot(d, d->w_rec, hidden, hidden);
        glorot_ends(d);
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
    if (status != SRNN_OK) {
        return status;
    }
    if (kind < SRNN_BASIC_SIGMOID || kind > SRNN_GLOROT) {
        return SRNN_E_RANGE;
    }
    parameters = srnn_model_parameters(model);
    if (parameters == NULL) {
        return SRNN_E_READ_ONLY;
    }
    memset(parameters, 0, model->count * sizeof *parameters);
    d.model = model;
    d.random = random;
    d.w_in = srnn__tensor_of(model, parameters, SRNN__W_IN);
    d.w_rec = srnn__tensor_of(model, parameters, SRNN__W_REC);
    d.w_out = srnn__tensor_of(model, parameters, SRNN__W_OUT);
    draw(&d, kind);
    return SRNN_OK;
}
