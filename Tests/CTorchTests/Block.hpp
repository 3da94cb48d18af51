// A fused block beside the same function composed of LibTorch's operations.
#pragma once

#include "include/CTorchFused.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

using at::Tensor;

/// A function of tensors, some of which may be undefined.
typedef std::function<Tensor(const std::vector<Tensor> &)> Block;

/// One set of inputs for both forms of a block.
struct Case {
    std::string name;
    /// Names of the inputs, in their order.
    std::vector<std::string> inputs;
    /// Draws the inputs. One tensor may stand in two places.
    std::function<std::vector<Tensor>()> draw;
    Block fused, composed;
    /// Operations of one forward pass of the fused form, for timings; backward takes twice as many.
    double operations = 0;
};

/// The handle that the C functions take, NULL for an undefined tensor.
inline CTTensor handle(const Tensor &tensor) {
    return tensor.defined() ? reinterpret_cast<CTTensor>(const_cast<Tensor *>(&tensor)) : nullptr;
}

/// Throws the message of a C function, if there is one, and releases it.
inline void succeed(CTMessage message) {
    if (message == nullptr) return;
    const std::string text = message;
    ct_message_free(message);
    throw std::runtime_error(text);
}

/// The tensor behind a handle that a C function has made.
inline Tensor owned(CTTensor made) {
    const Tensor result = *reinterpret_cast<Tensor *>(made);
    ct_tensor_free(made);
    return result;
}

/// A leaf with normally distributed entries.
inline Tensor normal(at::IntArrayRef shape, double deviation = 1, double mean = 0) {
    return (at::randn(shape) * deviation + mean).set_requires_grad(true);
}

inline Tensor layer_norm(const Tensor &x, const Tensor &weight, const Tensor &bias) {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, 1e-5);
}

/// Positions of the inputs that want a gradient.
inline std::vector<size_t> differentiable(const std::vector<Tensor> &inputs) {
    std::vector<size_t> positions;
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].defined() && inputs[i].requires_grad()) positions.push_back(i);
    }
    return positions;
}

/// Gradients of Σ out∘weights with respect to the inputs at `positions`; undefined where there is
/// none.
inline std::vector<Tensor> gradients_of(
    const Tensor &out, const std::vector<Tensor> &inputs, const std::vector<size_t> &positions,
    const Tensor &weights) {
    std::vector<Tensor> wanted;
    for (const size_t i : positions) wanted.push_back(inputs[i]);
    return torch::autograd::grad({out}, wanted, {weights}, false, false, true);
}
