/* reference.h - a second, independent implementation of what libsrnn computes
 *
 * Everything here is written from the contract in include/srnn.h and from the paper (Pascanu,
 * Mikolov and Bengio 2013), in double precision, with plain loops over one scalar at a time and
 * libm's exp, log and tanh. It includes nothing of the library, not even its header, and shares no
 * code with lib/: an error would have to be made twice to go unseen. It is meant to be easy to
 * check by eye, not fast.
 *
 * All arrays are dense and time-major: element (t, s, i) of an array [steps x sequences x width]
 * is at [(t * sequences + s) * width + i]. A "pair" is a step t of a sequence s. Matrices have row
 * = from and column = to, as in the library. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------------
 * The network
 * ------------------------------------------------------------------------ */

enum reference_activation {
    REFERENCE_TANH,
    REFERENCE_SIGMOID,
    REFERENCE_RELU,
    REFERENCE_LINEAR,
    REFERENCE_ACTIVATIONS
};

enum reference_output {
    REFERENCE_SQUARED,  /* y = z, loss sum_i (y_i - target_i)^2 */
    REFERENCE_LOGISTIC, /* y = 1 / (1 + exp(-z)), loss sum of the logistic losses in nats */
    REFERENCE_SOFTMAX,  /* y = softmax(z), loss the cross-entropy in nats */
    REFERENCE_OUTPUTS
};

/* The tensors of the parameter vector, in their order. */
enum reference_tensor {
    REFERENCE_W_IN,  /* [inputs x hidden] */
    REFERENCE_W_REC, /* [hidden x hidden] */
    REFERENCE_B_REC, /* [hidden], may be absent */
    REFERENCE_W_OUT, /* [hidden x outputs] */
    REFERENCE_B_OUT, /* [outputs], may be absent */
    REFERENCE_H0,    /* [hidden], may be absent: sequences then start from zero */
    REFERENCE_TENSORS
};

struct reference_model {
    size_t inputs;
    size_t hidden;
    size_t outputs;
    enum reference_activation activation;
    enum reference_output output;
    int has_recurrent_bias;
    int has_output_bias;
    int has_learned_state;
};

/* One pass: what goes in. NULL stands for an absent array, as said at each. */
struct reference_batch {
    size_t steps;
    size_t sequences;
    const double *inputs;         /* [steps x sequences x inputs]; ids as one-hot rows */
    const size_t *lengths;        /* [sequences]; NULL: all full */
    const unsigned char *mask;    /* [steps x sequences]; NULL: no mask */
    const double *start;          /* carried state [sequences x hidden]; NULL: initial state */
    const unsigned char *restarts; /* [sequences] not zero: from the initial state all the same;
                                      NULL: nowhere */
    int last_only;                /* loss at the last live step of each sequence only */
    const double *targets;        /* [steps x sequences x outputs], or last_only [sequences x
                                     outputs] */
    const unsigned char *known;   /* [like targets] 0 where a target is unknown, which then takes
                                     no part in the loss; NULL: all known. Not with softmax */
    const double *weights;        /* [steps x sequences], or last_only [sequences]; NULL: all 1 */
    double scale;                 /* of the loss in the differentiated cost E */
    const double *outside;        /* dE/dh_t from outside [steps x sequences x hidden]; NULL:
                                     none */
    double error_limit;           /* bound on propagated errors; INFINITY: off */
    double error_growth;          /* bound on |d_t|, as a multiple of the largest norm of an error
                                     that has entered; INFINITY: off */
};

/* One pass: what comes out. The cost that is differentiated is
 *     E = scale x loss + sum over all pairs of outside . h_t . */
struct reference_tape {
    unsigned char *live;   /* [steps x sequences] */
    unsigned char *scored; /* [steps x sequences]: live, and has a loss */
    double *hidden;        /* [(steps + 1) x sequences x hidden]; row 0 is the start, row t + 1
                              the state after step t */
    double *activations;   /* a_t [steps x sequences x hidden] */
    double *logits;        /* z_t [steps x sequences x outputs] */
    double *outputs;       /* y_t [steps x sequences x outputs] */
    double *logit_gradient;  /* dE/dz_t [steps x sequences x outputs], zero where not scored */
    double *hidden_gradient; /* d_t = dE/dh_t [steps x sequences x hidden] */
    double *local;           /* v_t = d_t * f'(a_t), same shape, zero at dead pairs */
    double *back;            /* q_t = v_t W_rec^T before any limit, same shape, zero there too */
    double *input_gradient;  /* dE/dx_t [steps x sequences x inputs], zero at dead pairs */
    double *flow;            /* ||d_t|| [steps x sequences], zero at dead pairs */
    double *initial_gradient; /* dE/dh_0 [sequences x hidden], whatever the start */
    double *gradient;        /* dE/dparameters [parameter count] */
    double loss;             /* sum of weight x loss */
    double weight;           /* sum of weights */
};

/* Allocate `count` zeroed elements of `size` bytes (at least one); a test that gets no memory
 * ends the process. */
void *reference_allocate(size_t count, size_t size);

/* The number of elements of a tensor, 0 when the model lacks it, and where it starts in the
 * parameter vector (offset may be NULL). */
size_t reference_tensor_size(const struct reference_model *model, int tensor, size_t *offset);

/* Length of the parameter vector. */
size_t reference_parameter_count(const struct reference_model *model);

/* f(a), and f'(a) from h = f(a). */
double reference_activate(enum reference_activation activation, double a);
double reference_slope(enum reference_activation activation, double h);

/* Forward, loss and back-propagation through time. The tape is the caller's, to be freed. */
struct reference_tape *reference_run(const struct reference_model *model,
                                     const double *parameters,
                                     const struct reference_batch *batch);

/* An empty tape of the right shapes, and the end of any tape (NULL is fine). */
struct reference_tape *reference_tape_new(const struct reference_model *model, size_t steps,
                                          size_t sequences);
void reference_tape_free(struct reference_tape *tape);

/* The cost E alone (no gradient), for central differences. */
double reference_cost(const struct reference_model *model, const double *parameters,
                      const struct reference_batch *batch);

/* The smallest |a| of any unit at any live pair: the distance to a kink of relu. INFINITY
 * without live pairs. */
double reference_kink_distance(const struct reference_model *model,
                               const struct reference_batch *batch,
                               const struct reference_tape *tape);

/* ------------------------------------------------------------------------
 * Omega
 * ------------------------------------------------------------------------ */

struct reference_form {
    int squared; /* RATIO: 0 ratio of norms (equation 9), 1 of squared norms (equation 10) */
    int after;   /* STATE: 0 before the nonlinearity, (P); 1 after it, (H) */
    int average; /* AVERAGE: 0 mean over sequences, 1 mean over pairs with signal */
    double bound;
};

/* What any number of passes have gathered; divide by reference_omega_divisor. */
struct reference_omega {
    double sum;       /* of (ratio - 1)^2 */
    double signal;    /* pairs that carried signal */
    double pairs;     /* pairs that could have */
    double sequences; /* sequences with at least one live pair */
    double *gradient; /* undivided [hidden x hidden]; NULL: not wanted */
};

/* Add one pass to `omega`. `w_rec` [hidden x hidden] is the explicit matrix in q = v W_rec^T;
 * the states and errors are those of `tape` and constants, whatever `w_rec` is. */
void reference_omega_gather(const struct reference_model *model, const double *w_rec,
                            const struct reference_batch *batch,
                            const struct reference_tape *tape,
                            const struct reference_form *form, struct reference_omega *omega);

/* What sum and gradient are divided by; 1 when there is nothing to divide. */
double reference_omega_divisor(const struct reference_form *form,
                               const struct reference_omega *omega);

/* ------------------------------------------------------------------------
 * Clipping
 * ------------------------------------------------------------------------ */

/* The Euclidean norm of `values` [count]. */
double reference_norm(const double *values, size_t count);

/* Algorithm 1 on `values` [count]; the norm before. */
double reference_clip_norm(double *values, size_t count, double threshold);

/* Each element to [-threshold, threshold]. */
void reference_clip_value(double *values, size_t count, double threshold);

/* ------------------------------------------------------------------------
 * Optimizers
 * ------------------------------------------------------------------------ */

enum reference_method {
    REFERENCE_SGD,
    REFERENCE_MOMENTUM,
    REFERENCE_NESTEROV,
    REFERENCE_RMSPROP,
    REFERENCE_ADAM,
    REFERENCE_METHODS
};

struct reference_optimizer {
    enum reference_method method;
    double rate;
    double momentum;
    double decay;
    double beta1;
    double beta2;
    double epsilon;
    unsigned step; /* updates made */
    double *m;     /* [count], zero at first */
    double *v;     /* [count], zero at first */
};

/* One update of `parameters` [count] along `gradient` [count]. */
void reference_optimizer_step(struct reference_optimizer *optimizer, double *parameters,
                              const double *gradient, size_t count);

/* ------------------------------------------------------------------------
 * Central differences
 * ------------------------------------------------------------------------ */

/* A function of whatever `context` leads to. */
typedef double (*reference_function)(void *context);

/* The derivative of `function` by each of `variables` [count], which it must read through
 * `context`, into `slopes` [count]. The variables are restored. */
void reference_difference(reference_function function, void *context, double *variables,
                          size_t count, double *slopes);

#endif
