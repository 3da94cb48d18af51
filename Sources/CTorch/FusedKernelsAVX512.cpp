#include "FusedKernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,prefer-vector-width=512")
#pragma GCC optimize("fp-contract=fast")
#endif

#define CT_NAMESPACE avx512
#define CT_NAME "avx512"
#define CT_WIDTH 16
#define CT_REGISTERS 32
#define ct_sqrt(v) _mm512_maskz_sqrt_ps(0xffff, v)
#include "FusedKernelsBody.hpp"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
