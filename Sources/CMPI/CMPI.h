// The functions of MPI that HighMMT uses, behind a table without types of MPI.
//
// The implementations of MPI differ in their binary interfaces. This file's functions are therefore
// compiled against one of them, into a library of their own, which a program opens only when it was
// started by mpirun or srun. No function blocks: operations begin, and a test says when they are
// complete. The functions may be called from any thread.

#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the table.
#define CM_VERSION 1
/// The largest message between two processes, in bytes.
#define CM_LARGEST_MESSAGE 256

/// The table of functions. Those that return an int32_t return a negative number when MPI reports
/// an error, which `error` describes.
typedef struct {
    int32_t version;
    /// Joins the job. Gives the rank of this process, the number of processes, and the number of
    /// those on this machine.
    int32_t (*start)(int32_t *rank, int32_t *size, int32_t *local);
    /// Begins to add float32 values over all processes in place; returns the operation.
    int32_t (*sum_floats)(float *values, int32_t count);
    /// Begins to add float64 values over all processes in place; returns the operation.
    int32_t (*sum_doubles)(double *values, int32_t count);
    /// Begins to copy bytes of one process to all others; returns the operation.
    int32_t (*broadcast)(void *bytes, int32_t count, int32_t root);
    /// Begins to collect the bytes of every process in all, in the order of ranks; returns the
    /// operation. The counts must stay until it is complete.
    int32_t (*gather)(
        const void *own, int32_t count, void *all, const int32_t *counts, const int32_t *offsets);
    /// Begins to wait for all processes; returns the operation.
    int32_t (*barrier)(void);
    /// Returns 1 when an operation is complete, else 0.
    int32_t (*test)(int32_t operation);
    /// Sends a copy of a short message to a process.
    int32_t (*post)(const void *bytes, int32_t count, int32_t rank);
    /// Takes a message that has arrived. Returns its size, or 0 when there is none.
    int32_t (*take)(void *bytes, int32_t *rank);
    /// Leaves the job, once all other operations are complete.
    int32_t (*finish)(void);
    /// Ends all processes of the job.
    void (*abandon)(int32_t status);
    /// Describes the last error of this process.
    const char *(*error)(void);
} CMInterface;

/// The name of the function that returns the table, and its type.
#define CM_ENTRY "cm_interface"
typedef const CMInterface *(*CMEntry)(void);

#ifdef __cplusplus
}
#endif
