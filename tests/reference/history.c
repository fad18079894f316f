/* history.c - the reference of the clipper's rules, kinds and statistics */
#include "history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "srnn.h"

/* The level of a tracked quantile, in logarithms, after value i: it moves by sums, and not beyond
 * the value. */
static double moved(double level, double value, double quantile, size_t i)
{
    double share = i < 20 ? 0.5 : quantile;
    double speed = fmax(0.02, 20 / (1 + (double)i));

    value = value < 1e-30 ? -INFINITY : log(value);
    if (isinf(level)) {
        level = value;
    } else if (value > level) {
        level = fmin(value, level + log1p(speed * share));
    } else {
        level = fmax(value, level - log1p(speed * (1 - share)));
    }
    return level < log(1e-30) ? -INFINITY : level;
}

double tracked_above(const double *values, size_t n, double quantile, double least)
{
    double level = -INFINITY, least_level = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        least_level = moved(least_level, values[i], least, i);
        level = fmax(moved(level, values[i], quantile, i), least_level);
    }
    return exp(level);
}

double tracked(const double *values, size_t n, double quantile)
{
    return tracked_above(values, n, quantile, quantile);
}

static double bounded(double threshold)
{
    return fmin(fmax(threshold, 1e-30), 1e30);
}

double history_polyak(const struct history *run, size_t i)
{
    return bounded(sqrt(run->polyak * run->losses[i] / run->rates[i]));
}

double recurrent_norm(const struct test_case *test_case)
{
    size_t offset, size = reference_tensor_size(&test_case->model, REFERENCE_W_REC, &offset);
    double *w_rec = widen(test_case->parameters + offset, size);
    double norm = reference_norm(w_rec, size);

    free(w_rec);
    return norm;
}

double history_trust(const struct history *run, size_t i, double w_rec_norm)
{
    return bounded(run->trust * w_rec_norm / run->lengths[i] / run->rates[i]);
}

double history_threshold(const struct history *run, const struct test_case *test_case)
{
    size_t last = run->told - 1;
    double sum = 0, trust = history_trust(run, last, recurrent_norm(test_case));

    switch (run->rule) {
    case SRNN_CLIP_RULE_QUANTILE:
        return bounded(last == 0 || tracked(run->told_norms, last, run->quantile) == 0
                           ? run->told_norms[last]
                           : tracked(run->told_norms, last, run->quantile));
    case SRNN_CLIP_RULE_MEAN:
        for (size_t i = 0; i < run->good; i++) {
            sum += run->norms[i];
        }
        return bounded(run->factor * sum / (double)run->good);
    case SRNN_CLIP_RULE_POLYAK:
        return history_polyak(run, last);
    case SRNN_CLIP_RULE_TRUST:
        return trust;
    case SRNN_CLIP_RULE_AUTO:
        return fmin(history_polyak(run, last), trust);
    default:
        return run->threshold;
    }
}

/* Add the elements of a unit to a sum of squares; and scale them. */
struct unit_visit {
    double square;
    double factor;
};

/* Visit a column of a tensor [rows x columns] of a vector of parameters. */
static void visit_column(const struct reference_model *model, int tensor, size_t rows,
                         size_t columns, size_t column, double *vector, struct unit_visit *visit)
{
    size_t offset;

    (void)reference_tensor_size(model, tensor, &offset);
    for (size_t i = 0; i < rows; i++) {
        double *element = vector + offset + i * columns + column;

        visit->square += *element * *element;
        *element *= visit->factor;
    }
}

/* Visit all of a vector of parameters that belongs to hidden unit j, by name. */
static void visit_hidden(const struct reference_model *model, double *vector, size_t j,
                         struct unit_visit *visit)
{
    size_t hidden = model->hidden;

    visit_column(model, REFERENCE_W_IN, model->inputs, hidden, j, vector, visit);
    visit_column(model, REFERENCE_W_REC, hidden, hidden, j, vector, visit);
    if (model->has_recurrent_bias) {
        visit_column(model, REFERENCE_B_REC, 1, hidden, j, vector, visit);
    }
    if (model->has_learned_state) {
        visit_column(model, REFERENCE_H0, 1, hidden, j, vector, visit);
    }
}

/* The same of output k. */
static void visit_output(const struct reference_model *model, double *vector, size_t k,
                         struct unit_visit *visit)
{
    visit_column(model, REFERENCE_W_OUT, model->hidden, model->outputs, k, vector, visit);
    if (model->has_output_bias) {
        visit_column(model, REFERENCE_B_OUT, 1, model->outputs, k, vector, visit);
    }
}

/* Clip each unit of a gradient; returns whether any was. */
static int clip_units(const struct reference_model *model, const float *parameters, size_t count,
                      double *gradient, double threshold)
{
    double *w = widen(parameters, count);
    int fired = 0;

    for (size_t u = 0; u < model->hidden + model->outputs; u++) {
        struct unit_visit of_w = {0, 1}, of_g = {0, 1}, scaled = {0, 1};
        int hidden = u < model->hidden;
        size_t i = hidden ? u : u - model->hidden;
        double bound;

        (hidden ? visit_hidden : visit_output)(model, w, i, &of_w);
        (hidden ? visit_hidden : visit_output)(model, gradient, i, &of_g);
        bound = threshold * fmax(sqrt(of_w.square), 0.001);
        if (sqrt(of_g.square) >= bound && of_g.square > 0) {
            scaled.factor = bound / sqrt(of_g.square);
            (hidden ? visit_hidden : visit_output)(model, gradient, i, &scaled);
            fired = 1;
        }
    }
    free(w);
    return fired;
}

int history_clip(const struct history *run, const struct test_case *test_case, double *gradient,
                 double threshold)
{
    double norm = reference_norm(gradient, run->count);
    size_t offset, size;
    int fired = 0;

    switch (run->kind) {
    case SRNN_CLIP_VALUE:
        for (size_t i = 0; i < run->count; i++) {
            fired |= fabs(gradient[i]) > (float)threshold;
        }
        reference_clip_value(gradient, run->count, threshold);
        return fired;
    case SRNN_CLIP_TENSOR:
        for (int tensor = 0; tensor < REFERENCE_TENSORS; tensor++) {
            size = reference_tensor_size(&test_case->model, tensor, &offset);
            fired |=
                size > 0 && reference_clip_norm(gradient + offset, size, threshold) >= threshold;
        }
        return fired;
    case SRNN_CLIP_UNIT:
        return clip_units(&test_case->model, test_case->parameters, run->count, gradient,
                          threshold);
    case SRNN_CLIP_SMOOTH:
        for (size_t i = 0; i < run->count; i++) {
            gradient[i] *= 1 / (1 + norm / threshold);
        }
        return 1;
    default:
        return reference_clip_norm(gradient, run->count, threshold) >= threshold;
    }
}

void history_add_sums(struct history *run, const double *gradient)
{
    const uint64_t words = (uint64_t)1 << 32;
    double *sums = run->sums[run->told];

    memset(sums, 0, sizeof run->sums[0]);
    for (size_t i = 0; i < run->count; i++) {
        uint64_t spread = (uint64_t)i * 2654435769u % words;
        uint64_t mixed = (spread ^ spread / 8192) * 3266489909u % words;

        sums[spread / (words / 16)] += mixed / (words / 2) ? -gradient[i] : gradient[i];
    }
}

double history_alignment(const struct history *run)
{
    double mean = 0, pairs = 0;

    for (size_t i = 1; i < run->told; i++) {
        const double *a = run->sums[i - 1], *b = run->sums[i];
        double product = 0, weight;

        if (reference_norm(a, 16) == 0 || reference_norm(b, 16) == 0) {
            continue;
        }
        for (int k = 0; k < 16; k++) {
            product += a[k] / reference_norm(a, 16) * (b[k] / reference_norm(b, 16));
        }
        pairs++;
        weight = fmax(0.01, 1 / pairs);
        mean = (1 - weight) * mean + weight * product;
    }
    return mean;
}
