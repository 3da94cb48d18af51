#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

namespace ct_fused {

/// Throws unless the tensor is contiguous float32 on the CPU and, if a shape is given, has it.
inline void require(const at::Tensor &tensor, const char *operation, const char *name, at::IntArrayRef shape) {
    TORCH_CHECK(tensor.defined(), operation, ": ", name, " is missing");
    TORCH_CHECK(
        tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous(), operation, ": ",
        name, " must be contiguous float32 on the CPU, found ", tensor.scalar_type(), " on ", tensor.device(),
        tensor.is_contiguous() ? "" : ", not contiguous");
    TORCH_CHECK(
        tensor.sizes() == shape, operation, ": ", name, " has shape ", tensor.sizes(), ", expected ", shape);
}

/// Throws unless the mask is contiguous bool [samples, keys] on the CPU.
inline void require_mask(const at::Tensor &mask, const char *operation, int64_t samples, int64_t keys) {
    TORCH_CHECK(
        mask.device().is_cpu() && mask.scalar_type() == at::kBool && mask.is_contiguous()
            && mask.sizes() == at::IntArrayRef({samples, keys}),
        operation, ": key_mask must be contiguous bool [", samples, ", ", keys, "] on the CPU, found ",
        mask.scalar_type(), " ", mask.sizes());
}

inline const float *floats(const at::Tensor &tensor) {
    return tensor.defined() ? static_cast<const float *>(tensor.const_data_ptr()) : nullptr;
}

inline float *mutable_floats(const at::Tensor &tensor) { return static_cast<float *>(tensor.mutable_data_ptr()); }

}  // namespace ct_fused
