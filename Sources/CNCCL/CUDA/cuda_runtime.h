// What nccl.h and CNCCL.c need of the CUDA runtime, whose binary interface is stable. The headers
// of CUDA itself need those of its compiler, which the wheels of PyTorch do not bring.

#pragma once

#include <stddef.h>

typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;
typedef int cudaError_t;
enum { cudaSuccess = 0 };

cudaError_t cudaSetDevice(int device);
const char *cudaGetErrorString(cudaError_t error);
