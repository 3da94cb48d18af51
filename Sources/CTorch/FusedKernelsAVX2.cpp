#include "FusedKernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#pragma GCC optimize("fp-contract=fast")
#endif

#define CT_NAMESPACE avx2
#define CT_NAME "avx2"
#define CT_WIDTH 8
#define CT_REGISTERS 16
#define ct_sqrt _mm256_sqrt_ps
#include "FusedKernelsBody.hpp"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
