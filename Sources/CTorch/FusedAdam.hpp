#pragma once

#include <cstdint>

namespace ct_fused {

/// Contiguous buffers of equal length.
struct AdamBuffers {
    float *parameters;
    const float *gradients;
    float *first_moments, *second_moments;
};

/// Range i covers `lengths[i]` elements from `offsets[i]` and is at step `steps[i]` ≥ 1.
struct AdamRanges {
    const int64_t *offsets, *lengths, *steps;
    int64_t count;
};

struct AdamConstants {
    double learning_rate, beta1, beta2, epsilon, weight_decay;
};

/// One Adam step over ranges of the buffers (Kingma & Ba 2015, with the L2 penalty added to the
/// gradient):
///
///     g ← g + λ·p,  m ← β1·m + (1 − β1)·g,  v ← β2·v + (1 − β2)·g²,
///     p ← p − η/(1 − β1^t)·m / (√v/√(1 − β2^t) + ε).
///
/// The gradients are not changed. The result does not depend on the number of threads. Throws when
/// a range is invalid.
void adam(const AdamBuffers &buffers, const AdamRanges &ranges, const AdamConstants &constants);

} // namespace ct_fused
