#include "FusedGradients.hpp"

#include <ATen/Functions.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>

namespace ct_fused {
namespace {

using at::Tensor;

// True when floats may be added to the tensor's memory as to that of the parameter.
bool is_place(const Tensor &gradient, const Tensor &parameter) {
    return gradient.defined() && gradient.device().is_cpu() && gradient.scalar_type() == at::kFloat
           && gradient.is_contiguous() && gradient.sizes() == parameter.sizes()
           && !gradient.requires_grad();
}

// Hooks would miss a gradient that is added without autograd.
bool has_hooks(const Tensor &parameter) {
    return !torch::autograd::impl::hooks(parameter).empty()
           || torch::autograd::impl::post_acc_grad_hooks(parameter) != nullptr;
}

bool has_place(const Tensor &parameter) {
    return parameter.is_leaf() && is_place(parameter.grad(), parameter) && !has_hooks(parameter);
}

Tensor place_of(const Tensor &parameter) {
    Tensor &gradient = parameter.mutable_grad();
    if (!gradient.defined()) gradient = at::zeros_like(parameter);
    TORCH_CHECK(
        is_place(gradient, parameter), "the gradient of a parameter of shape ", parameter.sizes(),
        " was replaced between forward and backward by one of shape ", gradient.sizes(),
        "; expected contiguous float32 of the same shape");
    gradient.unsafeGetTensorImpl()->bump_version();
    return gradient;
}

} // namespace

bool adds_gradients(at::TensorList inputs, at::TensorList parameters) {
    const auto wants = [](const Tensor &one) { return one.defined() && one.requires_grad(); };
    return std::any_of(inputs.begin(), inputs.end(), wants)
           && std::all_of(parameters.begin(), parameters.end(), [&](const Tensor &one) {
                  return !wants(one) || has_place(one);
              });
}

std::vector<Tensor> recorded_parameters(at::TensorList parameters, bool adds) {
    std::vector<Tensor> recorded;
    if (adds) return recorded;
    for (const Tensor &one : parameters) {
        if (one.defined()) recorded.push_back(one);
    }
    return recorded;
}

ParameterGradients::ParameterGradients(at::TensorList parameters, bool adds) : adds_(adds) {
    for (const Tensor &one : parameters) {
        if (!one.defined()) {
            places_.emplace_back();
        } else if (adds && one.requires_grad()) {
            places_.push_back(place_of(one));
        } else {
            places_.push_back(at::zeros_like(one));
        }
    }
}

float *ParameterGradients::operator[](size_t index) const {
    const Tensor &place = places_[index];
    return place.defined() ? static_cast<float *>(place.mutable_data_ptr()) : nullptr;
}

std::vector<Tensor> ParameterGradients::recorded() const {
    return recorded_parameters(places_, adds_);
}

} // namespace ct_fused
