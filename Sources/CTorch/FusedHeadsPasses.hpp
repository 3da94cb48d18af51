// The heads of several tasks and their losses, forward and backward. Pure arithmetic, without
// tensors.
//
// The features of a sample are some rows of a table, one after the other. With x̂ the normalised
// features, the outputs are y = W·(γ∘x̂ + β) + b. The loss of a task is the mean over its samples
// of v·ℓ, where v is the weight of a sample and ℓ its loss.
#pragma once

#include "FusedRuntime.hpp"

namespace ct_fused {

struct HeadShape {
    int64_t samples, slots, slot_width, outputs;

    /// Features per sample.
    int64_t width() const { return slots * slot_width; }
};

/// The parameters: γ and β [width]; W [outputs, width]; b [outputs].
struct HeadWeights {
    const float *gamma, *beta, *weight, *bias;
};

/// The gradients of HeadWeights, to add to.
struct HeadGradients {
    float *gamma, *beta, *weight, *bias;
};

/// The loss ℓ of a sample: the cross entropy of its class, or the mean of a function of each output
/// and its target.
enum class Criterion { cross_entropy, binary_cross_entropy, squared_error };

struct HeadTargets {
    Criterion criterion;
    /// Classes [samples] for the cross entropy, targets [samples, outputs] for the others.
    const int64_t *classes;
    const float *values;
    /// v [samples]; NULL for 1.
    const float *weights;
    /// Squared errors are those of (target − mean) / deviation, [outputs]; NULL for the target.
    const float *means, *deviations;
    /// Targets that are not finite do not count; a sample without any other has the loss 0.
    bool skips_absent;
};

/// The values that forward leaves for backward.
struct HeadBuffers {
    /// x̂ and γ∘x̂ + β [samples, width]; 1/deviation [samples]; dloss/dy [samples, outputs].
    float *normalised, *affine, *rstd, *doutputs;

    HeadBuffers(Layout &layout, const HeadShape &s);
};

/// Scratch of one head at a time.
struct HeadScratchBuffers {
    /// Wᵀ [width, padded outputs]; the gradients of γ∘x̂ + β and of the features [samples, width].
    float *turned, *daffine, *dfeatures;

    HeadScratchBuffers(Layout &layout, const HeadShape &s);
};

/// Overwrites features [samples, width], outputs [samples, outputs] and the buffers, and returns
/// the loss. `rows` [samples, slots] are those of `table` [rows, slot width].
float head_forward(
    const HeadShape &s, const HeadWeights &w, const HeadTargets &targets, const float *table,
    const int64_t *rows, const HeadBuffers &buffers, const HeadScratchBuffers &scratch,
    float *features, float *outputs);

/// Adds the gradients of `factor` times the loss, for the parameters and the rows of `dtable`.
void head_backward(
    const HeadShape &s, const HeadWeights &w, float factor, const int64_t *rows,
    const HeadBuffers &buffers, const HeadScratchBuffers &scratch, const HeadGradients &to,
    float *dtable);

} // namespace ct_fused
