// The common parts of the fused blocks' autograd functions: checks of arguments, and tensors as
// arrays of floats.
#pragma once

#include "FusedRuntime.hpp"

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <vector>

namespace ct_fused {

/// Throws unless the tensor is contiguous float32 on the CPU and has the given shape.
inline void
require(const at::Tensor &tensor, const char *operation, const char *name, at::IntArrayRef shape) {
    TORCH_CHECK(tensor.defined(), operation, ": ", name, " is missing");
    TORCH_CHECK(
        tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous(),
        operation, ": ", name, " must be contiguous float32 on the CPU, found ",
        tensor.scalar_type(), " on ", tensor.device(),
        tensor.is_contiguous() ? "" : ", not contiguous");
    TORCH_CHECK(
        tensor.sizes() == shape, operation, ": ", name, " has shape ", tensor.sizes(),
        ", expected ", shape);
}

/// Throws unless the mask is contiguous bool [samples, keys] on the CPU.
inline void
require_mask(const at::Tensor &mask, const char *operation, int64_t samples, int64_t keys) {
    TORCH_CHECK(
        mask.device().is_cpu() && mask.scalar_type() == at::kBool && mask.is_contiguous()
            && mask.sizes() == at::IntArrayRef({samples, keys}),
        operation, ": key_mask must be contiguous bool [", samples, ", ", keys,
        "] on the CPU, found ", mask.scalar_type(), " ", mask.sizes());
}

/// The floats of a tensor, NULL for an undefined one.
inline const float *floats(const at::Tensor &tensor) {
    return tensor.defined() ? static_cast<const float *>(tensor.const_data_ptr()) : nullptr;
}

/// The floats of a tensor to write to, NULL for an undefined one.
inline float *mutable_floats(const at::Tensor &tensor) {
    return tensor.defined() ? static_cast<float *>(tensor.mutable_data_ptr()) : nullptr;
}

/// The entries of a mask, NULL for an undefined one.
inline const bool *flags(const at::Tensor &tensor) {
    return tensor.defined() ? static_cast<const bool *>(tensor.const_data_ptr()) : nullptr;
}

/// The memory of a tensor, to hand out.
inline Layout layout_of(const at::Tensor &tensor) {
    return Layout(mutable_floats(tensor), tensor.numel());
}

// A struct of tensors that forward saves for backward lists its fields once, in `members()`.

/// The saved tensors as the list that autograd keeps.
template <class Saved>
std::vector<at::Tensor> packed(Saved saved) {
    std::vector<at::Tensor> list;
    for (const at::Tensor *member : saved.members()) list.push_back(*member);
    return list;
}

/// The saved tensors by name.
template <class Saved>
Saved unpacked(const std::vector<at::Tensor> &list) {
    Saved saved;
    const auto members = saved.members();
    TORCH_INTERNAL_ASSERT(
        list.size() == members.size(), list.size(), " tensors were saved, expected ",
        members.size());
    for (size_t i = 0; i < members.size(); ++i) *members[i] = list[i];
    return saved;
}

} // namespace ct_fused
