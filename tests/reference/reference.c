/* reference.c - the independent double-precision reference: see reference.h */
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *reference_allocate(size_t count, size_t size)
{
    void *block = calloc(count > 0 ? count : 1, size);

    if (block == NULL) {
        fprintf(stderr, "reference: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return block;
}

/* ------------------------------------------------------------------------
 * The network
 * ------------------------------------------------------------------------ */

size_t reference_tensor_size(const struct reference_model *model, int tensor, size_t *offset)
{
    size_t sizes[REFERENCE_TENSORS];
    size_t start = 0;

    sizes[REFERENCE_W_IN] = model->inputs * model->hidden;
    sizes[REFERENCE_W_REC] = model->hidden * model->hidden;
    sizes[REFERENCE_B_REC] = model->has_recurrent_bias ? model->hidden : 0;
    sizes[REFERENCE_W_OUT] = model->hidden * model->outputs;
    sizes[REFERENCE_B_OUT] = model->has_output_bias ? model->outputs : 0;
    sizes[REFERENCE_H0] = model->has_learned_state ? model->hidden : 0;
    for (int i = 0; i < tensor; i++) {
        start += sizes[i];
    }
    if (offset != NULL) {
        *offset = start;
    }
    return tensor < REFERENCE_TENSORS ? sizes[tensor] : 0;
}

size_t reference_parameter_count(const struct reference_model *model)
{
    size_t end;

    reference_tensor_size(model, REFERENCE_TENSORS, &end);
    return end;
}

/* The start of a tensor in a parameter vector, NULL when the model lacks it. */
static const double *tensor_of(const struct reference_model *model, const double *vector,
                               int tensor)
{
    size_t offset;

    return reference_tensor_size(model, tensor, &offset) > 0 ? vector + offset : NULL;
}

/* 1 / (1 + exp(-x)) without overflow. */
static double logistic(double x)
{
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

double reference_activate(enum reference_activation activation, double a)
{
    switch (activation) {
    case REFERENCE_TANH:
        return tanh(a);
    case REFERENCE_SIGMOID:
        return logistic(a);
    case REFERENCE_RELU:
        return a > 0 ? a : 0;
    default:
        return a;
    }
}

double reference_slope(enum reference_activation activation, double h)
{
    switch (activation) {
    case REFERENCE_TANH:
        return 1 - h * h;
    case REFERENCE_SIGMOID:
        return h * (1 - h);
    case REFERENCE_RELU:
        return h > 0 ? 1 : 0;
    default:
        return 1;
    }
}

/* result [columns] += row [rows] x matrix [rows x columns]. */
static void add_product(const double *row, const double *matrix, size_t rows, size_t columns,
                        double *result)
{
    for (size_t j = 0; j < columns; j++) {
        for (size_t i = 0; i < rows; i++) {
            result[j] += row[i] * matrix[i * columns + j];
        }
    }
}

/* result [rows] += row [columns] x transpose of matrix [rows x columns]. */
static void add_transposed_product(const double *row, const double *matrix, size_t rows,
                                   size_t columns, double *result)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            result[i] += row[j] * matrix[i * columns + j];
        }
    }
}

/* matrix [rows x columns] += factor x left [rows] x right [columns]. */
static void add_outer(double factor, const double *left, const double *right, size_t rows,
                      size_t columns, double *matrix)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            matrix[i * columns + j] += factor * left[i] * right[j];
        }
    }
}

/* sum [count] += term [count]; a NULL is an absent array and the call does nothing. */
static void add(double *sum, const double *term, size_t count)
{
    for (size_t i = 0; sum != NULL && term != NULL && i < count; i++) {
        sum[i] += term[i];
    }
}

struct reference_tape *reference_tape_new(const struct reference_model *model, size_t steps,
                                          size_t sequences)
{
    struct reference_tape *tape = reference_allocate(1, sizeof *tape);
    size_t pairs = steps * sequences;
    size_t states = (steps + 1) * sequences * model->hidden;

    tape->live = reference_allocate(pairs, 1);
    tape->scored = reference_allocate(pairs, 1);
    tape->hidden = reference_allocate(states, sizeof(double));
    tape->activations = reference_allocate(states, sizeof(double));
    tape->logits = reference_allocate(pairs * model->outputs, sizeof(double));
    tape->outputs = reference_allocate(pairs * model->outputs, sizeof(double));
    tape->logit_gradient = reference_allocate(pairs * model->outputs, sizeof(double));
    tape->hidden_gradient = reference_allocate(states, sizeof(double));
    tape->local = reference_allocate(states, sizeof(double));
    tape->back = reference_allocate(states, sizeof(double));
    tape->input_gradient = reference_allocate(pairs * model->inputs, sizeof(double));
    tape->flow = reference_allocate(pairs, sizeof(double));
    tape->initial_gradient = reference_allocate(sequences * model->hidden, sizeof(double));
    tape->gradient = reference_allocate(reference_parameter_count(model), sizeof(double));
    return tape;
}

void reference_tape_free(struct reference_tape *tape)
{
    if (tape == NULL) {
        return;
    }
    free(tape->live);
    free(tape->scored);
    free(tape->hidden);
    free(tape->activations);
    free(tape->logits);
    free(tape->outputs);
    free(tape->logit_gradient);
    free(tape->hidden_gradient);
    free(tape->local);
    free(tape->back);
    free(tape->input_gradient);
    free(tape->flow);
    free(tape->initial_gradient);
    free(tape->gradient);
    free(tape);
}

/* Which pairs are live (t < lengths[s] and mask not zero) and which of them have a loss (all, or
 * the last live one of each sequence). */
static void mark_pairs(const struct reference_batch *batch, struct reference_tape *tape)
{
    for (size_t s = 0; s < batch->sequences; s++) {
        size_t last = batch->steps; /* the last live step; none yet */

        for (size_t t = 0; t < batch->steps; t++) {
            size_t pair = t * batch->sequences + s;

            tape->live[pair] = (batch->lengths == NULL || t < batch->lengths[s]) &&
                               (batch->mask == NULL || batch->mask[pair] != 0);
            tape->scored[pair] = tape->live[pair] && !batch->last_only;
            if (tape->live[pair]) {
                last = t;
            }
        }
        if (batch->last_only && last < batch->steps) {
            tape->scored[last * batch->sequences + s] = 1;
        }
    }
}

/* Whether a sequence starts from a carried state. */
static int is_carried(const struct reference_batch *batch, size_t s)
{
    return batch->start != NULL && (batch->restarts == NULL || batch->restarts[s] == 0);
}

/* a_t = x_t W_in + h_{t-1} W_rec + b_rec and h_t = f(a_t) of one sequence: the paper's equation 2
 * with the state after the nonlinearity, form (H). A dead step passes its state on. The state
 * before the first step is the batch's, else the model's h0, else zero. */
static void forward_hidden(const struct reference_model *model, const double *parameters,
                           const struct reference_batch *batch, size_t s,
                           struct reference_tape *tape)
{
    size_t n = model->hidden;
    const double *w_in = tensor_of(model, parameters, REFERENCE_W_IN);
    const double *w_rec = tensor_of(model, parameters, REFERENCE_W_REC);
    const double *b_rec = tensor_of(model, parameters, REFERENCE_B_REC);

    if (is_carried(batch, s)) {
        add(tape->hidden + s * n, batch->start + s * n, n);
    } else {
        add(tape->hidden + s * n, tensor_of(model, parameters, REFERENCE_H0), n);
    }
    for (size_t t = 0; t < batch->steps; t++) {
        size_t pair = t * batch->sequences + s;
        const double *before = tape->hidden + pair * n;
        double *a = tape->activations + pair * n;
        double *h = tape->hidden + (pair + batch->sequences) * n;

        if (!tape->live[pair]) {
            memcpy(h, before, n * sizeof *h);
            continue;
        }
        add_product(batch->inputs + pair * model->inputs, w_in, model->inputs, n, a);
        add_product(before, w_rec, n, n, a);
        add(a, b_rec, n);
        for (size_t i = 0; i < n; i++) {
            h[i] = reference_activate(model->activation, a[i]);
        }
    }
}

/* The outputs y [count] and the loss of one pair with logits z and target [count], and the
 * loss's derivative by z. With log sum exp z written as m + log sum exp(z - m), m the largest z:
 *     squared    sum (z - t)^2              2 (z - t)
 *     logistic   sum log(1 + e^z) - t z     y - t
 *     softmax    sum_i t_i (lse(z) - z_i)   y sum_i t_i - t
 * An output with an unknown target (`known` [count], NULL: none) adds nothing and has slope 0. */
static double pair_loss(enum reference_output kind, const double *z, const double *target,
                        const unsigned char *known, size_t count, double *y, double *slope)
{
    double largest = z[0], sum = 0, mass = 0, loss = 0;

    for (size_t i = 0; i < count; i++) {
        largest = z[i] > largest ? z[i] : largest;
        mass += target[i];
    }
    for (size_t i = 0; i < count; i++) {
        sum += exp(z[i] - largest);
    }
    for (size_t i = 0; i < count; i++) {
        switch (kind) {
        case REFERENCE_SQUARED:
            y[i] = z[i];
            if (known != NULL && !known[i]) {
                break;
            }
            loss += (z[i] - target[i]) * (z[i] - target[i]);
            slope[i] = 2 * (z[i] - target[i]);
            break;
        case REFERENCE_LOGISTIC:
            y[i] = logistic(z[i]);
            if (known != NULL && !known[i]) {
                break;
            }
            loss += (z[i] > 0 ? z[i] : 0) + log(1 + exp(-fabs(z[i]))) - target[i] * z[i];
            slope[i] = y[i] - target[i];
            break;
        default:
            y[i] = exp(z[i] - largest) / sum;
            loss += target[i] * (largest + log(sum) - z[i]);
            slope[i] = y[i] * mass - target[i];
            break;
        }
    }
    return loss;
}

/* z_t = h_t W_out + b_out at every live pair; where there is a loss, also y_t, the loss and
 * dE/dz_t = scale x weight x d(loss)/dz. */
static void forward_outputs(const struct reference_model *model, const double *parameters,
                            const struct reference_batch *batch, struct reference_tape *tape)
{
    size_t o = model->outputs;
    const double *w_out = tensor_of(model, parameters, REFERENCE_W_OUT);
    const double *b_out = tensor_of(model, parameters, REFERENCE_B_OUT);

    for (size_t pair = 0; pair < batch->steps * batch->sequences; pair++) {
        size_t item = batch->last_only ? pair % batch->sequences : pair;
        double weight = batch->weights != NULL ? batch->weights[item] : 1;
        double *z = tape->logits + pair * o;
        double *slope = tape->logit_gradient + pair * o;

        if (!tape->live[pair]) {
            continue;
        }
        add_product(tape->hidden + (pair + batch->sequences) * model->hidden, w_out,
                    model->hidden, o, z);
        add(z, b_out, o);
        if (!tape->scored[pair]) {
            continue;
        }
        tape->loss += weight * pair_loss(model->output, z, batch->targets + item * o,
                                         batch->known != NULL ? batch->known + item * o : NULL, o,
                                         tape->outputs + pair * o, slope);
        tape->weight += weight;
        for (size_t i = 0; i < o; i++) {
            slope[i] *= batch->scale * weight;
        }
    }
}

/* Add the immediate derivative by a tensor, left [rows] x right [columns], to the gradient; nothing
 * when the model lacks the tensor. */
static void collect(const struct reference_model *model, int tensor,
                    const double *left, size_t rows, const double *right, size_t columns,
                    struct reference_tape *tape)
{
    size_t offset;

    if (reference_tensor_size(model, tensor, &offset) > 0) {
        add_outer(1, left, right, rows, columns, tape->gradient + offset);
    }
}

/* Scale a vector that is longer than `most` down to that norm. */
static void limit_norm(double *vector, size_t n, double most)
{
    double norm = reference_norm(vector, n);

    for (size_t i = 0; norm > most && i < n; i++) {
        vector[i] *= most / norm;
    }
}

/* Back-propagation through time of one sequence, the paper's equations 3 to 5 summed from the end:
 * at live steps
 *     d_t = limit(dE/dz_t W_out^T) + limit(q_{t+1}) + outside,  v_t = d_t * f'(a_t),
 *     q_t = v_t W_rec^T,
 * where q_{t+1} comes from the next live step, and d_t is scaled down where it is longer than
 * error_growth times the longest error that has entered from the logits and from outside. A dead
 * step's state is the one before it: it passes on the error that arrives from later steps and from
 * outside. Every parameter's gradient is the sum over the live pairs of its immediate derivative.
 * The learned initial state gets what arrives before the first step; a carried state ends the
 * gradient. */
static void backward(const struct reference_model *model, const double *parameters,
                     const struct reference_batch *batch, size_t s, struct reference_tape *tape)
{
    size_t n = model->hidden, m = model->inputs, o = model->outputs;
    const double *w_in = tensor_of(model, parameters, REFERENCE_W_IN);
    const double *w_rec = tensor_of(model, parameters, REFERENCE_W_REC);
    const double *w_out = tensor_of(model, parameters, REFERENCE_W_OUT);
    const double one = 1;
    double *arriving = reference_allocate(n, sizeof *arriving); /* limit(q_{t+1}) */
    double *from_output = reference_allocate(n, sizeof *from_output);
    double *entering = reference_allocate(n, sizeof *entering);
    double largest = 0;

    for (size_t t = batch->steps; t-- > 0;) {
        size_t pair = t * batch->sequences + s;
        const double *h = tape->hidden + (pair + batch->sequences) * n;
        const double *dz = tape->logit_gradient + pair * o;
        double *d = tape->hidden_gradient + pair * n;
        double *v = tape->local + pair * n;
        double *q = tape->back + pair * n;

        memset(entering, 0, n * sizeof *entering);
        add(entering, batch->outside != NULL ? batch->outside + pair * n : NULL, n);
        if (tape->live[pair]) {
            memset(from_output, 0, n * sizeof *from_output);
            add_transposed_product(dz, w_out, n, o, from_output);
            reference_clip_value(from_output, n, batch->error_limit);
            add(entering, from_output, n);
        }
        largest = fmax(largest, reference_norm(entering, n));
        add(d, arriving, n);
        add(d, entering, n);
        if (!tape->live[pair]) {
            memcpy(arriving, d, n * sizeof *arriving);
            continue;
        }
        limit_norm(d, n, batch->error_growth * largest);
        for (size_t i = 0; i < n; i++) {
            v[i] = d[i] * reference_slope(model->activation, h[i]);
        }
        add_transposed_product(v, w_rec, n, n, q);
        memcpy(arriving, q, n * sizeof *arriving);
        reference_clip_value(arriving, n, batch->error_limit);

        add_transposed_product(v, w_in, m, n, tape->input_gradient + pair * m);
        tape->flow[pair] = reference_norm(d, n);
        collect(model, REFERENCE_W_IN, batch->inputs + pair * m, m, v, n, tape);
        collect(model, REFERENCE_W_REC, tape->hidden + pair * n, n, v, n, tape);
        collect(model, REFERENCE_B_REC, &one, 1, v, n, tape);
        collect(model, REFERENCE_W_OUT, h, n, dz, o, tape);
        collect(model, REFERENCE_B_OUT, &one, 1, dz, o, tape);
    }
    memcpy(tape->initial_gradient + s * n, arriving, n * sizeof *arriving);
    if (!is_carried(batch, s)) {
        collect(model, REFERENCE_H0, &one, 1, arriving, n, tape);
    }
    free(arriving);
    free(from_output);
    free(entering);
}

/* The part of reference_run that finds the loss. */
static struct reference_tape *run_forward(const struct reference_model *model,
                                          const double *parameters,
                                          const struct reference_batch *batch)
{
    struct reference_tape *tape = reference_tape_new(model, batch->steps, batch->sequences);

    mark_pairs(batch, tape);
    for (size_t s = 0; s < batch->sequences; s++) {
        forward_hidden(model, parameters, batch, s, tape);
    }
    forward_outputs(model, parameters, batch, tape);
    return tape;
}

struct reference_tape *reference_run(const struct reference_model *model,
                                     const double *parameters,
                                     const struct reference_batch *batch)
{
    struct reference_tape *tape = run_forward(model, parameters, batch);

    for (size_t s = 0; s < batch->sequences; s++) {
        backward(model, parameters, batch, s, tape);
    }
    return tape;
}

double reference_cost(const struct reference_model *model, const double *parameters,
                      const struct reference_batch *batch)
{
    struct reference_tape *tape = run_forward(model, parameters, batch);
    size_t pairs = batch->outside != NULL ? batch->steps * batch->sequences : 0;
    double cost = batch->scale * tape->loss;

    for (size_t pair = 0; pair < pairs; pair++) {
        const double *h = tape->hidden + (pair + batch->sequences) * model->hidden;

        for (size_t i = 0; i < model->hidden; i++) {
            cost += batch->outside[pair * model->hidden + i] * h[i];
        }
    }
    reference_tape_free(tape);
    return cost;
}

double reference_kink_distance(const struct reference_model *model,
                               const struct reference_batch *batch,
                               const struct reference_tape *tape)
{
    double least = INFINITY;

    for (size_t pair = 0; pair < batch->steps * batch->sequences; pair++) {
        for (size_t i = 0; tape->live[pair] && i < model->hidden; i++) {
            least = fmin(least, fabs(tape->activations[pair * model->hidden + i]));
        }
    }
    return least;
}

/* ------------------------------------------------------------------------
 * Omega
 * ------------------------------------------------------------------------ */

/* One pair's term of Omega and its derivative, from the paper's equations 9 and 10. `q` [count] is
 * v W_rec^T, `v` [count] the error before W_rec, `d` [count] the error before f', `slope` [count] f'
 * at the state that q arrives at. With N the squared norm of p and D that of the denominator,
 *     (H)  p = q,           D = |d|^2
 *     (P)  p = q * slope,   D = |v|^2
 * the term is (r - 1)^2, r = N / D, or (rho - 1)^2, rho = sqrt(N / D), and its derivative by
 * W_rec[i][j] is c (p_i slope_i or p_i) v_j with c = 4 (r - 1) / D, or 2 (rho - 1) / (rho D). At
 * N = 0, where the norm has no derivative, the gradient is taken as 0. */
static void omega_pair(const struct reference_form *form, const double *q, const double *v,
                       const double *d, const double *slope, size_t count,
                       struct reference_omega *omega)
{
    double *left = reference_allocate(count, sizeof *left);
    double numerator = 0, denominator, ratio, factor;

    for (size_t i = 0; i < count; i++) {
        double p = form->after ? q[i] : q[i] * slope[i];

        numerator += p * p;
        left[i] = form->after ? p : p * slope[i];
    }
    denominator = pow(reference_norm(form->after ? d : v, count), 2);
    omega->pairs += 1;
    if (denominator >= form->bound) {
        ratio = numerator / denominator;
        factor = 4 * (ratio - 1) / denominator;
        if (!form->squared) {
            ratio = sqrt(ratio);
            factor = ratio > 0 ? 2 * (ratio - 1) / (ratio * denominator) : 0;
        }
        omega->signal += 1;
        omega->sum += (ratio - 1) * (ratio - 1);
        if (omega->gradient != NULL) {
            add_outer(factor, left, v, count, count, omega->gradient);
        }
    }
    free(left);
}

void reference_omega_gather(const struct reference_model *model, const double *w_rec,
                            const struct reference_batch *batch,
                            const struct reference_tape *tape,
                            const struct reference_form *form, struct reference_omega *omega)
{
    size_t n = model->hidden;
    double *q = reference_allocate(n, sizeof *q);
    double *slope = reference_allocate(n, sizeof *slope);

    for (size_t s = 0; s < batch->sequences; s++) {
        int any = 0; /* a live pair of this sequence was seen */

        for (size_t t = 0; t < batch->steps; t++) {
            size_t pair = t * batch->sequences + s;
            const double *before = tape->hidden + pair * n;
            /* The model's initial state is not f of anything, so that form (P) has no transition
             * out of it. A carried state is f of the activations of the pass before. */
            int from_initial_state = !any && !is_carried(batch, s);

            if (!tape->live[pair]) {
                continue;
            }
            any = 1;
            if (!form->after && from_initial_state) {
                continue;
            }
            memset(q, 0, n * sizeof *q);
            add_transposed_product(tape->local + pair * n, w_rec, n, n, q);
            for (size_t i = 0; i < n; i++) {
                slope[i] = reference_slope(model->activation, before[i]);
            }
            omega_pair(form, q, tape->local + pair * n, tape->hidden_gradient + pair * n, slope,
                       n, omega);
        }
        omega->sequences += any;
    }
    free(q);
    free(slope);
}

double reference_omega_divisor(const struct reference_form *form,
                               const struct reference_omega *omega)
{
    double divisor = form->average ? omega->signal : omega->sequences;

    return divisor > 0 ? divisor : 1;
}

/* ------------------------------------------------------------------------
 * Clipping
 * ------------------------------------------------------------------------ */

/* Squares of anything that came from a float neither overflow nor vanish in double. */
double reference_norm(const double *values, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += values[i] * values[i];
    }
    return sqrt(sum);
}

double reference_clip_norm(double *values, size_t count, double threshold)
{
    double norm = reference_norm(values, count);

    for (size_t i = 0; norm >= threshold && i < count; i++) {
        values[i] = threshold / norm * values[i];
    }
    return norm;
}

void reference_clip_value(double *values, size_t count, double threshold)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = fmax(-threshold, fmin(threshold, values[i]));
    }
}

/* ------------------------------------------------------------------------
 * Optimizers
 * ------------------------------------------------------------------------ */

/* The updates as include/srnn.h prints them under "Optimizer". */
void reference_optimizer_step(struct reference_optimizer *optimizer, double *parameters,
                              const double *gradient, size_t count)
{
    double rate = optimizer->rate;
    double momentum = optimizer->momentum;
    double correct1, correct2;

    optimizer->step++;
    correct1 = 1 - pow(optimizer->beta1, optimizer->step);
    correct2 = 1 - pow(optimizer->beta2, optimizer->step);
    for (size_t i = 0; i < count; i++) {
        double g = gradient[i];
        double *m = &optimizer->m[i];
        double *v = &optimizer->v[i];

        switch (optimizer->method) {
        case REFERENCE_SGD:
            parameters[i] -= rate * g;
            break;
        case REFERENCE_MOMENTUM:
            *m = momentum * *m + g;
            parameters[i] -= rate * *m;
            break;
        case REFERENCE_NESTEROV:
            *m = momentum * *m + g;
            parameters[i] -= rate * (g + momentum * *m);
            break;
        case REFERENCE_RMSPROP:
            *v = optimizer->decay * *v + (1 - optimizer->decay) * g * g;
            parameters[i] -= rate * g / (sqrt(*v) + optimizer->epsilon);
            break;
        default:
            *m = optimizer->beta1 * *m + (1 - optimizer->beta1) * g;
            *v = optimizer->beta2 * *v + (1 - optimizer->beta2) * g * g;
            parameters[i] -= rate * (*m / correct1) / (sqrt(*v / correct2) + optimizer->epsilon);
            break;
        }
    }
}

/* ------------------------------------------------------------------------
 * Central differences
 * ------------------------------------------------------------------------ */

/* The central difference of fourth order,
 *     f'(x) = (8 (f(x + e) - f(x - e)) - (f(x + 2e) - f(x - 2e))) / 12 e + O(e^4),
 * with e = 2^-13, a power of two so that the points lie where they are meant to: about 2e-16 of
 * truncation and 1e-12 of rounding for a function of size 1. */
void reference_difference(reference_function function, void *context, double *variables,
                          size_t count, double *slopes)
{
    static const double offsets[4] = {1, -1, 2, -2};
    static const double factors[4] = {8, -8, -1, 1};
    const double e = 1.0 / 8192;

    for (size_t i = 0; i < count; i++) {
        double kept = variables[i];

        slopes[i] = 0;
        for (int k = 0; k < 4; k++) {
            variables[i] = kept + offsets[k] * e;
            slopes[i] += factors[k] * function(context) / (12 * e);
        }
        variables[i] = kept;
    }
}
