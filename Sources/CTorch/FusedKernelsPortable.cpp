#include "FusedKernels.hpp"

#if defined(__aarch64__)
#include <arm_neon.h>
#define ct_sqrt vsqrtq_f32
#define CT_REGISTERS 32
#elif defined(__x86_64__)
#include <immintrin.h>
#define ct_sqrt _mm_sqrt_ps
#define CT_REGISTERS 16
#else
#include <cmath>
namespace {
typedef float FourFloats __attribute__((vector_size(16)));
inline FourFloats ct_sqrt(FourFloats v) {
    return FourFloats{std::sqrt(v[0]), std::sqrt(v[1]), std::sqrt(v[2]), std::sqrt(v[3])};
}
} // namespace
#define CT_REGISTERS 16
#endif

#if defined(__GNUC__) && !defined(__clang__)
// Eight lanes in two registers never cross a call: everything that takes them is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

#define CT_NAMESPACE portable
#define CT_NAME "portable"
#define CT_WIDTH 4
#include "FusedKernelsBody.hpp"
