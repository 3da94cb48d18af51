// The heads of a call as LibTorch's tensors, and the checks of their arguments.
#pragma once

#include "FusedHeadsPasses.hpp"
#include "FusedTensors.hpp"
#include "include/CTorchFused.h"

#include <torch/custom_class_detail.h>

#include <vector>

namespace ct_fused {

/// One head; weights, means and deviations may be undefined.
struct Head {
    HeadShape shape;
    bool reads_results;
    std::vector<int64_t> rows;
    at::Tensor gamma, beta, weight, bias;
    Criterion criterion;
    at::Tensor target, weights, means, deviations;
    bool skips_absent;
    float factor;
    /// The results, without gradients: [samples, width], [samples, outputs] and a scalar.
    at::Tensor features, outputs, loss;

    HeadTargets targets() const;
};

/// Throws unless the head fits the tables. `index` names it in messages.
Head checked_head(
    const CTHead &given, int64_t index, const at::Tensor &latents, const at::Tensor &results);

/// All heads of a call, in a form that autograd keeps from forward to backward.
struct HeadsHolder : torch::CustomClassHolder {
    std::vector<Head> heads;

    /// γ, β, W and b of every head.
    std::vector<at::Tensor> parameters() const;
    /// Floats of the buffers of all heads.
    int64_t buffer_floats() const;
};

} // namespace ct_fused
