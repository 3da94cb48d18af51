// The functions of NCCL that HighMMT uses, behind a table without types of NCCL or CUDA.
//
// Compiled by scripts/setup-nccl into a library of its own, which a program opens only when the
// processes of an MPI job train on GPUs.

#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the table.
#define CN_VERSION 1
/// The size of an identity, in bytes.
#define CN_IDENTITY_SIZE 128

/// The table of functions. Those that return an int32_t return a negative number when NCCL or CUDA
/// reports an error, which `error` describes.
typedef struct {
    int32_t version;
    /// Makes the identity of a communicator. One process calls it, and gives it to the others.
    int32_t (*identify)(void *identity);
    /// Joins a communicator with a GPU. Waits for all processes.
    int32_t (*join)(const void *identity, int32_t rank, int32_t size, int32_t device);
    /// Adds float32 values on the GPU over all processes, in place and in the order of the work of
    /// the default stream. Does not wait.
    int32_t (*sum_floats)(void *values, int64_t count);
    /// Describes the last error of this process.
    const char *(*error)(void);
} CNInterface;

/// The name of the function that returns the table, and its type.
#define CN_ENTRY "cn_interface"
typedef const CNInterface *(*CNEntry)(void);

#ifdef __cplusplus
}
#endif
