/* data_parallel.c - one training on several machines, with MPI
 *
 * A batch consists of PIECES pieces, which are divided among the ranks. Each rank runs its pieces
 * through its own copy of the model. One all-reduce adds up the gradient, the loss and the sums
 * that the regularizer has gathered; then every rank applies the same Omega, clipping and update.
 * The sums over pieces are in double precision: 1, 2 and 4 ranks have the same loss curve.
 *
 *     mpicc data_parallel.c $(pkg-config --cflags --libs srnn) && mpirun -np 4 ./a.out */
#include <srnn.h>

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 20, PIECES = 4, SEQUENCES = 5, HIDDEN = 50, UPDATES = 1500 };

/* Ends all ranks after an error: the others would wait for ever. */
static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

/* Draws the temporal order problem: ids [STEPS x SEQUENCES], classes [SEQUENCES]. */
static void draw(srnn_random *random, uint32_t *ids, uint32_t *classes)
{
    const uint32_t tenth = STEPS / 10;

    for (uint32_t i = 0; i < STEPS * SEQUENCES; i++) {
        ids[i] = 2 + srnn_random_below(random, 4);
    }
    for (uint32_t s = 0; s < SEQUENCES; s++) {
        classes[s] = srnn_random_below(random, 4);
        ids[(tenth + srnn_random_below(random, tenth)) * SEQUENCES + s] = classes[s] % 2;
        ids[(STEPS / 2 + srnn_random_below(random, tenth)) * SEQUENCES + s] = classes[s] / 2;
    }
}

/* Adds values [count] to sum [count] and sets them to zero. */
static void move_to_sum(double *sum, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sum[i] += (double)values[i];
        values[i] = 0;
    }
}

/* Writes sum [count] to values [count]. */
static void copy_sum(const double *sum, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)sum[i];
    }
}

int main(int argc, char **argv)
{
    static uint32_t ids[STEPS * SEQUENCES], classes[SEQUENCES];
    srnn_random *random[PIECES + 1]; /* one for each piece, one for the initial weights */
    srnn_model *model;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *matrix;
    double *sums;
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (uint32_t i = 0; i <= PIECES; i++) {
        must(srnn_random_create(NULL, NULL, 1, i, &random[i]));
    }
    /* The weights are the same on all ranks. */
    must(srnn_model_create(NULL, NULL, 6, HIDDEN, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    must(srnn_model_initialize(model, SRNN_START_SMART_TANH, random[PIECES]));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_workspace_create(NULL, NULL, model, STEPS, SEQUENCES, SRNN_WORKSPACE_LAST_OUTPUT,
                               &workspace));
    must(srnn_regularizer_create(NULL, NULL, model, SRNN_OMEGA_PAPER, &regularizer));
    must(srnn_regularizer_gathered(regularizer, &matrix, &sums));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    /* The all-reduce adds up gradient [n], Omega's matrix [square] and sums [4], the loss. */
    const size_t n = srnn_model_parameter_count(model), square = HIDDEN * HIDDEN;
    const size_t length = n + square + 4 + 1;
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, n, &optimizer));
    float *gradient = calloc(n, sizeof *gradient);
    double *all = malloc(length * sizeof *all);
    must(gradient == NULL || all == NULL ? SRNN_E_MEMORY : SRNN_OK);
    for (int update = 1; update <= UPDATES; update++) {
        double loss, omega, norm;
        memset(all, 0, length * sizeof *all);
        for (int piece = rank; piece < PIECES; piece += ranks) {
            draw(random[piece], ids, classes);
            must(srnn_batch_begin(batch, STEPS, SEQUENCES));
            must(srnn_batch_input_ids(batch, ids, SEQUENCES, 1));
            must(srnn_batch_target_ids(batch, classes, 0, 1));
            must(srnn_forward(model, workspace, batch));
            must(srnn_loss(model, workspace, batch, 1.0 / (PIECES * SEQUENCES), &loss, NULL));
            must(srnn_backward(model, workspace, regularizer, gradient, n));
            move_to_sum(all, gradient, n);
            move_to_sum(all + n, matrix, square);
            all[length - 1] += loss;
        }
        memcpy(all + n + square, sums, 4 * sizeof *sums);
        MPI_Allreduce(MPI_IN_PLACE, all, (int)length, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
        copy_sum(all, gradient, n);
        copy_sum(all + n, matrix, square);
        memcpy(sums, all + n + square, 4 * sizeof *sums);
        must(srnn_regularizer_apply(regularizer, model, gradient, n, &omega));
        must(srnn_clipper_apply(clipper, model, gradient, n, &norm));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
        memset(gradient, 0, n * sizeof *gradient);
        if (rank == 0 && update % 100 == 0) {
            printf("update %4d  loss %.9f  norm %.9f  Omega %.9f\n", update,
                   all[length - 1] / (PIECES * SEQUENCES), norm, omega);
        }
    }
    /* All ranks have the same weights: the least and the greatest FNV-1a hash agree. */
    uint64_t hash = 0xcbf29ce484222325u, least, most;
    const unsigned char *bytes = (const unsigned char *)srnn_model_parameters(model);
    for (size_t i = 0; i < n * sizeof(float); i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    }
    MPI_Allreduce(&hash, &least, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&hash, &most, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("hash %016llx on %d of %d ranks\n", (unsigned long long)hash,
               least == most ? ranks : 1, ranks);
    }
    free(all);
    free(gradient);
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_regularizer_destroy(regularizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_model_destroy(model);
    for (int i = 0; i <= PIECES; i++) {
        srnn_random_destroy(random[i]);
    }
    MPI_Finalize();
    return least == most ? 0 : 1;
}
