// Gradients of a block's parameters: added where they accumulate, or given to autograd.
//
// Autograd adds each parameter's gradient in a node of its own, one after the other. Where the
// gradients have their places from the start, as in a ParameterStore, a block adds to them itself:
// no tensor is made, and the threads of the block share the additions.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace ct_fused {

/// True when a block may add the gradients of its parameters itself: each accumulates in a tensor
/// of its own, as far as it is wanted, and one of `inputs` makes autograd call the block's
/// backward. Undefined tensors count as absent.
bool adds_gradients(at::TensorList inputs, at::TensorList parameters);

/// Returns the parameters that autograd must know: all that are defined, or none with `adds`.
std::vector<at::Tensor> recorded_parameters(at::TensorList parameters, bool adds);

/// The places of the gradients of parameters during one backward pass.
class ParameterGradients {
  public:
    /// `adds` is what `adds_gradients` has said of the same parameters.
    ParameterGradients(at::TensorList parameters, bool adds);

    /// Floats of the shape of a parameter, to which its gradient is to be added. NULL for an
    /// undefined parameter.
    float *operator[](size_t index) const;

    /// The gradients of what `recorded_parameters` has returned, in the same order.
    std::vector<at::Tensor> recorded() const;

  private:
    std::vector<at::Tensor> places_;
    bool adds_;
};

} // namespace ct_fused
