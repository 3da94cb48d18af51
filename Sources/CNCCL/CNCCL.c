// The functions of NCCL behind CNCCL.h. Compiled by scripts/setup-nccl, not by SwiftPM.

#include "CNCCL.h"

#include <cuda_runtime.h>
#include <nccl.h>
#include <stdio.h>
#include <string.h>

static ncclComm_t communicator;
static char problem[512];

static int32_t checked(ncclResult_t code, const char *name) {
    if (code == ncclSuccess) return 0;
    const char *detail = ncclGetLastError(communicator);
    snprintf(
        problem, sizeof problem, "%s: %s%s%s", name, ncclGetErrorString(code),
        detail && *detail ? ": " : "", detail ? detail : "");
    return -1;
}

static int32_t identify(void *identity) {
    ncclUniqueId id;
    _Static_assert(sizeof id == CN_IDENTITY_SIZE, "the identity of NCCL has another size");
    if (checked(ncclGetUniqueId(&id), "ncclGetUniqueId")) return -1;
    memcpy(identity, &id, sizeof id);
    return 0;
}

static int32_t join(const void *identity, int32_t rank, int32_t size, int32_t device) {
    ncclUniqueId id;
    memcpy(&id, identity, sizeof id);
    cudaError_t code = cudaSetDevice(device);
    if (code != cudaSuccess) {
        snprintf(problem, sizeof problem, "cudaSetDevice: %s", cudaGetErrorString(code));
        return -1;
    }
    return checked(ncclCommInitRank(&communicator, size, id, rank), "ncclCommInitRank");
}

static int32_t sum_floats(void *values, int64_t count) {
    // LibTorch works on the default stream, so what it queues later waits for the sums.
    return checked(
        ncclAllReduce(values, values, (size_t)count, ncclFloat, ncclSum, communicator, NULL),
        "ncclAllReduce");
}

static const char *error(void) { return problem; }

__attribute__((visibility("default"))) const CNInterface *cn_interface(void) {
    static const CNInterface table = {
        .version = CN_VERSION,
        .identify = identify,
        .join = join,
        .sum_floats = sum_floats,
        .error = error,
    };
    return &table;
}
