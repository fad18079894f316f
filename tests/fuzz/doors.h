/* doors.h - the functions that make a model of a file, for both formats alike */
#ifndef DOORS_H
#define DOORS_H

#include "support.h"

/* The three functions that load, with the arguments that a format has besides the file. */
struct doors {
    int32_t (*size)(const struct doors *doors, const void *file, size_t bytes, size_t *need);
    int32_t (*load)(const struct doors *doors, void *memory, size_t size, const void *file,
                    size_t bytes, srnn_model **model);
    int32_t (*create)(const struct doors *doors, srnn_allocate_fn allocate, void *user,
                      const void *file, size_t bytes, srnn_model **model);
    uint32_t flags;              /* of the library's own format */
    uint32_t activation, output; /* of PyTorch's */
};

/* The doors of the library's own format with these flags. */
struct doors own_doors(uint32_t flags);

/* Those of PyTorch's with these kinds. */
struct doors pytorch_doors(uint32_t activation, uint32_t output);

/* Load a file, which lies in the heap, through all of the doors. All return the same status, but
 * for memory that is too small or that there is none of; each failure changes nothing; each success
 * makes the same model, whose parameters are finite, and which computes a step. Returns this status
 * and the model, made by create in the heap, or NULL. */
int32_t doors_try(const struct doors *doors, struct heap *heap, const void *file, size_t bytes,
                  srnn_model **model);

/* A model that is saved and loaded again, as each format can, is the same. */
void doors_return(struct heap *heap, const srnn_model *model);

#endif
