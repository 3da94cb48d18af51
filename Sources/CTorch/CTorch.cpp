#include "include/CTorch.h"

#include "FusedAdam.hpp"
#include "Guard.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <cmath>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

at::ScalarType scalar_type(CTDType dtype) {
    switch (dtype) {
        case CT_FLOAT32: return at::kFloat;
        case CT_FLOAT64: return at::kDouble;
        case CT_FLOAT16: return at::kHalf;
        case CT_BFLOAT16: return at::kBFloat16;
        case CT_INT64: return at::kLong;
        case CT_INT32: return at::kInt;
        case CT_INT16: return at::kShort;
        case CT_INT8: return at::kChar;
        case CT_UINT8: return at::kByte;
        case CT_BOOL: return at::kBool;
    }
    TORCH_CHECK(false, "unknown element type ", static_cast<int>(dtype));
}

at::Device device_of(CTDeviceKind kind, int32_t index) {
    switch (kind) {
        case CT_CPU: return at::Device(at::kCPU);
        case CT_CUDA:
            TORCH_CHECK(at::hasCUDA(), "this LibTorch finds no CUDA device");
            return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index));
        case CT_MPS:
            TORCH_CHECK(at::hasMPS(), "this LibTorch finds no Apple GPU");
            return at::Device(at::kMPS, 0);
    }
    TORCH_CHECK(false, "unknown device kind ", static_cast<int>(kind));
}

at::IntArrayRef ints(const int64_t *values, int64_t count) {
    return at::IntArrayRef(values, static_cast<size_t>(count));
}

std::vector<at::Tensor> list(const CTTensor *tensors, int64_t count) {
    std::vector<at::Tensor> result;
    result.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) result.push_back(ct_ref(tensors[i]));
    return result;
}

at::Tensor unary(CTUnary operation, const at::Tensor &a) {
    switch (operation) {
        case CT_NEGATE: return a.neg();
        case CT_EXP: return a.exp();
        case CT_LOG: return a.log();
        case CT_SQRT: return a.sqrt();
        case CT_RSQRT: return a.rsqrt();
        case CT_SIGMOID: return a.sigmoid();
        case CT_GELU: return at::gelu(a);
        case CT_ABS: return a.abs();
        case CT_SQUARE: return a * a;
        case CT_LOGICAL_NOT: return a.logical_not();
        case CT_IS_FINITE: return a.isfinite();
        case CT_CONTIGUOUS: return a.contiguous();
        case CT_DETACH: return a.detach();
        case CT_CLONE: return a.clone();
    }
    TORCH_CHECK(false, "unknown operation ", static_cast<int>(operation));
}

at::Tensor binary(CTBinary operation, const at::Tensor &a, const at::Tensor &b) {
    switch (operation) {
        case CT_ADD: return a + b;
        case CT_SUBTRACT: return a - b;
        case CT_MULTIPLY: return a * b;
        case CT_DIVIDE: return a / b;
        case CT_MATMUL: return a.matmul(b);
        case CT_MAXIMUM: return at::maximum(a, b);
        case CT_MINIMUM: return at::minimum(a, b);
        case CT_EQUAL: return a.eq(b);
        case CT_GREATER: return a.gt(b);
        case CT_POWER: return a.pow(b);
    }
    TORCH_CHECK(false, "unknown operation ", static_cast<int>(operation));
}

at::Tensor binary_scalar(CTBinary operation, const at::Tensor &a, double b) {
    switch (operation) {
        case CT_ADD: return a + b;
        case CT_SUBTRACT: return a - b;
        case CT_MULTIPLY: return a * b;
        case CT_DIVIDE: return a / b;
        case CT_MAXIMUM: return a.clamp_min(b);
        case CT_MINIMUM: return a.clamp_max(b);
        case CT_EQUAL: return a.eq(b);
        case CT_GREATER: return a.gt(b);
        case CT_POWER: return a.pow(b);
        case CT_MATMUL: break;
    }
    TORCH_CHECK(false, "operation ", static_cast<int>(operation), " takes no scalar");
}

at::Tensor reduce(CTReduction operation, const at::Tensor &a, at::IntArrayRef axes, bool keep) {
    std::vector<int64_t> every(static_cast<size_t>(a.dim()));
    for (size_t i = 0; i < every.size(); ++i) every[i] = static_cast<int64_t>(i);
    const at::IntArrayRef over = axes.empty() ? at::IntArrayRef(every) : axes;
    switch (operation) {
        case CT_SUM: return a.sum(over, keep);
        case CT_MEAN: return a.mean(over, keep);
        case CT_MAX: return a.amax(over, keep);
        case CT_MIN: return a.amin(over, keep);
        case CT_ALL: return a.all(over, keep);
        case CT_ARGMAX:
            TORCH_CHECK(axes.size() <= 1, "argmax takes one axis or none, not ", axes.size());
            return axes.empty() ? a.argmax() : a.argmax(axes[0], keep);
    }
    TORCH_CHECK(false, "unknown reduction ", static_cast<int>(operation));
}

struct AdamTensors {
    const at::Tensor &parameters, &gradients, &first_moments, &second_moments;

    // The fused step takes contiguous float32 on the CPU.
    bool fit_fused() const {
        for (const at::Tensor *tensor :
             {&parameters, &gradients, &first_moments, &second_moments}) {
            if (!tensor->device().is_cpu() || tensor->scalar_type() != at::kFloat
                || !tensor->is_contiguous()) {
                return false;
            }
        }
        return true;
    }

    ct_fused::AdamBuffers buffers() const {
        return {
            .parameters = parameters.data_ptr<float>(),
            .gradients = gradients.data_ptr<float>(),
            .first_moments = first_moments.data_ptr<float>(),
            .second_moments = second_moments.data_ptr<float>()};
    }
};

// The same step with LibTorch's operations, on any device.
void composed_adam(
    const AdamTensors &tensors, const ct_fused::AdamRanges &ranges,
    const ct_fused::AdamConstants &constants) {
    for (int64_t i = 0; i < ranges.count; ++i) {
        const auto part = [&](const at::Tensor &buffer) {
            return std::vector<at::Tensor>{buffer.narrow(0, ranges.offsets[i], ranges.lengths[i])};
        };
        auto parameter = part(tensors.parameters);
        const auto gradient = part(tensors.gradients), first = part(tensors.first_moments);
        const auto second = part(tensors.second_moments);
        const std::vector<at::Tensor> step{
            at::full({}, static_cast<double>(ranges.steps[i]), parameter[0].options())};
        at::_fused_adam_(
            parameter, gradient, first, second, {}, step, constants.learning_rate, constants.beta1,
            constants.beta2, constants.weight_decay, constants.epsilon, /*amsgrad=*/false,
            /*maximize=*/false);
    }
}

} // namespace

// Library

const char *ct_torch_version(void) { return TORCH_VERSION; }

int32_t ct_cuda_device_count(void) {
    int32_t count = 0;
    CTMessage message = ct_guard([&] {
        if (at::hasCUDA()) count = static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount());
    });
    ct_message_free(message);
    return count;
}

bool ct_mps_is_available(void) {
    bool available = false;
    CTMessage message = ct_guard([&] { available = at::hasMPS(); });
    ct_message_free(message);
    return available;
}

void ct_message_free(CTMessage message) { std::free(message); }

CTMessage ct_set_thread_count(int32_t count) {
    return ct_guard([&] { at::set_num_threads(count); });
}

int32_t ct_thread_count(void) { return at::get_num_threads(); }

CTThreadLimits ct_set_own_thread_limits(CTThreadLimits limits) {
    // The first call in a thread gives it the limits of the process, which must not come later.
    CTThreadLimits before = {.operations = at::get_num_threads(), .products = 0};
    using SetOperations = void (*)(int);
    using SetProducts = int (*)(int);
    static const auto set_operations =
        reinterpret_cast<SetOperations>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    // The capitalised one of several names takes its argument by value.
    static const auto set_products =
        reinterpret_cast<SetProducts>(dlsym(RTLD_DEFAULT, "MKL_Set_Num_Threads_Local"));
    if (set_operations != nullptr) set_operations(limits.operations);
    if (set_products != nullptr) before.products = set_products(limits.products);
    return before;
}

CTMessage ct_synchronize(CTDeviceKind device, int32_t index) {
    return ct_guard([&] {
        if (device == CT_CPU) return;
        // Reading one element back waits for everything queued before it.
        at::zeros({1}, at::TensorOptions().device(device_of(device, index))).item();
    });
}

void ct_keep_freed_memory(void) {
#if defined(__GLIBC__)
    // 32 MiB is the most that glibc takes; a larger number is refused and leaves the threshold at
    // 128 KiB.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

// Life cycle and storage

void ct_tensor_free(CTTensor tensor) { delete reinterpret_cast<at::Tensor *>(tensor); }

CTMessage ct_from_bytes(
    CTTensor *out, const void *bytes, int64_t byte_count, const int64_t *shape, int64_t rank,
    CTDType dtype) {
    return ct_guard([&] {
        at::Tensor result =
            at::empty(ints(shape, rank), at::TensorOptions().dtype(scalar_type(dtype)));
        TORCH_CHECK(
            static_cast<int64_t>(result.nbytes()) == byte_count, "shape ", ints(shape, rank),
            " needs ", result.nbytes(), " bytes, not ", byte_count);
        if (byte_count > 0) std::memcpy(result.data_ptr(), bytes, static_cast<size_t>(byte_count));
        *out = ct_own(std::move(result));
    });
}

CTMessage ct_empty(CTTensor *out, const int64_t *shape, int64_t rank, CTDType dtype) {
    return ct_guard([&] {
        *out = ct_own(at::empty(ints(shape, rank), at::TensorOptions().dtype(scalar_type(dtype))));
    });
}

CTMessage ct_full(
    CTTensor *out, const int64_t *shape, int64_t rank, double value, CTDType dtype,
    CTDeviceKind device, int32_t index) {
    return ct_guard([&] {
        const auto options =
            at::TensorOptions().dtype(scalar_type(dtype)).device(device_of(device, index));
        *out = ct_own(at::full(ints(shape, rank), value, options));
    });
}

CTMessage ct_copy_to_bytes(CTTensor tensor, void *bytes, int64_t byte_count) {
    return ct_guard([&] {
        const at::Tensor host = ct_ref(tensor).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(
            static_cast<int64_t>(host.nbytes()) == byte_count, "the tensor holds ", host.nbytes(),
            " bytes, not ", byte_count);
        if (byte_count > 0) std::memcpy(bytes, host.data_ptr(), static_cast<size_t>(byte_count));
    });
}

CTMessage ct_to(CTTensor *out, CTTensor tensor, CTDType dtype, CTDeviceKind device, int32_t index) {
    return ct_guard(
        [&] { *out = ct_own(ct_ref(tensor).to(device_of(device, index), scalar_type(dtype))); });
}

int64_t ct_rank(CTTensor tensor) { return ct_ref(tensor).dim(); }

void ct_shape(CTTensor tensor, int64_t *shape) {
    const at::IntArrayRef sizes = ct_ref(tensor).sizes();
    for (size_t i = 0; i < sizes.size(); ++i) shape[i] = sizes[i];
}

int64_t ct_element_count(CTTensor tensor) { return ct_ref(tensor).numel(); }

int32_t ct_dtype(CTTensor tensor) {
    switch (ct_ref(tensor).scalar_type()) {
        case at::kFloat: return CT_FLOAT32;
        case at::kDouble: return CT_FLOAT64;
        case at::kHalf: return CT_FLOAT16;
        case at::kBFloat16: return CT_BFLOAT16;
        case at::kLong: return CT_INT64;
        case at::kInt: return CT_INT32;
        case at::kShort: return CT_INT16;
        case at::kChar: return CT_INT8;
        case at::kByte: return CT_UINT8;
        case at::kBool: return CT_BOOL;
        default: return -1;
    }
}

void ct_device(CTTensor tensor, CTDeviceKind *kind, int32_t *index) {
    const at::Device device = ct_ref(tensor).device();
    *kind = device.is_cuda() ? CT_CUDA : device.is_mps() ? CT_MPS : CT_CPU;
    *index = device.has_index() ? device.index() : 0;
}

bool ct_is_contiguous(CTTensor tensor) { return ct_ref(tensor).is_contiguous(); }

void *ct_data(CTTensor tensor) {
    const at::Tensor &value = ct_ref(tensor);
    if (!value.device().is_cpu() || !value.is_contiguous()) return nullptr;
    // The caller may write.
    if (!value.is_inference()) value.unsafeGetTensorImpl()->bump_version();
    return value.data_ptr();
}

// Elementwise operations and products

CTMessage ct_unary(CTTensor *out, CTUnary operation, CTTensor a) {
    return ct_guard([&] { *out = ct_own(unary(operation, ct_ref(a))); });
}

CTMessage ct_binary(CTTensor *out, CTBinary operation, CTTensor a, CTTensor b) {
    return ct_guard([&] { *out = ct_own(binary(operation, ct_ref(a), ct_ref(b))); });
}

CTMessage ct_binary_scalar(CTTensor *out, CTBinary operation, CTTensor a, double b) {
    return ct_guard([&] { *out = ct_own(binary_scalar(operation, ct_ref(a), b)); });
}

CTMessage ct_where(CTTensor *out, CTTensor condition, CTTensor a, CTTensor b) {
    return ct_guard([&] { *out = ct_own(at::where(ct_ref(condition), ct_ref(a), ct_ref(b))); });
}

CTMessage ct_masked_fill(CTTensor *out, CTTensor a, CTTensor mask, double value) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).masked_fill(ct_ref(mask), value)); });
}

CTMessage ct_linear(CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias) {
    return ct_guard(
        [&] { *out = ct_own(at::linear(ct_ref(input), ct_ref(weight), ct_optional(bias))); });
}

CTMessage
ct_layer_norm(CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias, double epsilon) {
    return ct_guard([&] {
        const at::Tensor &gain = ct_ref(weight);
        *out = ct_own(at::layer_norm(ct_ref(input), gain.sizes(), gain, ct_ref(bias), epsilon));
    });
}

CTMessage ct_convolution(
    CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias, const int64_t *stride,
    const int64_t *padding, int64_t axes) {
    return ct_guard([&] {
        const std::vector<int64_t> ones(static_cast<size_t>(axes), 1), zeros(ones.size(), 0);
        *out = ct_own(
            at::convolution(
                ct_ref(input), ct_ref(weight), ct_ref(bias), ints(stride, axes),
                ints(padding, axes), ones, false, zeros, 1));
    });
}

CTMessage ct_lstm(
    CTTensor *out, CTTensor input, CTTensor input_weight, CTTensor hidden_weight,
    CTTensor input_bias, CTTensor hidden_bias) {
    return ct_guard([&] {
        const at::Tensor &x = ct_ref(input);
        const at::Tensor start =
            at::zeros({1, x.size(0), ct_ref(hidden_weight).size(1)}, x.options());
        *out = ct_own(
            std::get<0>(at::lstm(
                x, {start, start},
                {ct_ref(input_weight), ct_ref(hidden_weight), ct_ref(input_bias),
                 ct_ref(hidden_bias)},
                true, 1, 0.0, at::GradMode::is_enabled(), false, true)));
    });
}

CTMessage ct_softmax(CTTensor *out, CTTensor a, int64_t axis) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).softmax(axis)); });
}

CTMessage ct_log_softmax(CTTensor *out, CTTensor a, int64_t axis) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).log_softmax(axis)); });
}

// Reductions

CTMessage ct_reduce(
    CTTensor *out, CTReduction operation, CTTensor a, const int64_t *axes, int64_t axis_count,
    bool keep_axes) {
    return ct_guard(
        [&] { *out = ct_own(reduce(operation, ct_ref(a), ints(axes, axis_count), keep_axes)); });
}

// Shape

CTMessage ct_reshape(CTTensor *out, CTTensor a, const int64_t *shape, int64_t rank) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).reshape(ints(shape, rank))); });
}

CTMessage ct_expand(CTTensor *out, CTTensor a, const int64_t *shape, int64_t rank) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).expand(ints(shape, rank))); });
}

CTMessage ct_permute(CTTensor *out, CTTensor a, const int64_t *order, int64_t rank) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).permute(ints(order, rank))); });
}

CTMessage ct_narrow(CTTensor *out, CTTensor a, int64_t axis, int64_t start, int64_t length) {
    return ct_guard([&] { *out = ct_own(ct_ref(a).narrow(axis, start, length)); });
}

CTMessage
ct_index_select(CTTensor *out, CTTensor a, int64_t axis, const int64_t *indices, int64_t count) {
    return ct_guard([&] {
        at::Tensor index = at::empty({count}, at::kLong);
        if (count > 0)
            std::memcpy(index.data_ptr(), indices, static_cast<size_t>(count) * sizeof(int64_t));
        *out = ct_own(ct_ref(a).index_select(axis, index.to(ct_ref(a).device())));
    });
}

CTMessage ct_concatenate(CTTensor *out, const CTTensor *tensors, int64_t count, int64_t axis) {
    return ct_guard([&] { *out = ct_own(at::cat(list(tensors, count), axis)); });
}

CTMessage ct_stack(CTTensor *out, const CTTensor *tensors, int64_t count, int64_t axis) {
    return ct_guard([&] { *out = ct_own(at::stack(list(tensors, count), axis)); });
}

// Losses

CTMessage
ct_cross_entropy(CTTensor *out, CTTensor logits, CTTensor target, CTTensor weights, bool mean) {
    return ct_guard([&] {
        *out = ct_own(
            at::cross_entropy_loss(
                ct_ref(logits), ct_ref(target), ct_optional(weights),
                mean ? at::Reduction::Mean : at::Reduction::None));
    });
}

CTMessage ct_binary_cross_entropy(
    CTTensor *out, CTTensor logits, CTTensor target, CTTensor positive_weights, bool mean) {
    return ct_guard([&] {
        *out = ct_own(
            at::binary_cross_entropy_with_logits(
                ct_ref(logits), ct_ref(target), std::nullopt, ct_optional(positive_weights),
                mean ? at::Reduction::Mean : at::Reduction::None));
    });
}

// Linear algebra

CTMessage ct_solve(CTTensor *out, CTTensor a, CTTensor b) {
    return ct_guard([&] { *out = ct_own(at::linalg_solve(ct_ref(a), ct_ref(b))); });
}

CTMessage ct_symmetric_eigen(CTTensor *values, CTTensor *vectors, CTTensor a) {
    return ct_guard([&] {
        auto [w, v] = at::linalg_eigh(ct_ref(a));
        *values = ct_own(w);
        *vectors = ct_own(v);
    });
}

// Automatic differentiation

bool ct_set_gradient_recording(bool enabled) {
    const bool before = at::GradMode::is_enabled();
    at::GradMode::set_enabled(enabled);
    return before;
}

bool ct_requires_gradient(CTTensor tensor) { return ct_ref(tensor).requires_grad(); }

CTMessage ct_set_requires_gradient(CTTensor tensor, bool required) {
    return ct_guard([&] { ct_ref(tensor).requires_grad_(required); });
}

CTMessage ct_backward(CTTensor scalar) {
    return ct_guard([&] { ct_ref(scalar).backward(); });
}

CTMessage ct_gradient(CTTensor *out, CTTensor tensor) {
    return ct_guard([&] {
        const at::Tensor &gradient = ct_ref(tensor).grad();
        *out = gradient.defined() ? ct_own(gradient) : nullptr;
    });
}

CTMessage ct_set_gradient(CTTensor tensor, CTTensor gradient) {
    return ct_guard([&] {
        ct_ref(tensor).mutable_grad() = gradient == nullptr ? at::Tensor() : ct_ref(gradient);
    });
}

// In place

CTMessage ct_copy_into(CTTensor destination, CTTensor source) {
    return ct_guard([&] {
        at::NoGradGuard unrecorded;
        TORCH_CHECK(
            ct_ref(destination).sizes() == ct_ref(source).sizes(), "cannot copy shape ",
            ct_ref(source).sizes(), " into shape ", ct_ref(destination).sizes());
        ct_ref(destination).copy_(ct_ref(source));
    });
}

CTMessage ct_fill(CTTensor tensor, double value) {
    return ct_guard([&] {
        at::NoGradGuard unrecorded;
        ct_ref(tensor).fill_(value);
    });
}

CTMessage ct_view_of_buffer(
    CTTensor *out, CTTensor buffer, int64_t offset, const int64_t *shape, int64_t rank) {
    return ct_guard([&] {
        at::NoGradGuard unrecorded;
        int64_t count = 1;
        for (int64_t i = 0; i < rank; ++i) count *= shape[i];
        *out = ct_own(ct_ref(buffer).narrow(0, offset, count).view(ints(shape, rank)).detach());
    });
}

CTMessage ct_adam(
    CTTensor parameters, CTTensor gradients, CTTensor first_moments, CTTensor second_moments,
    const int64_t *offsets, const int64_t *lengths, const int64_t *steps, int64_t range_count,
    double learning_rate, double beta1, double beta2, double epsilon, double weight_decay) {
    return ct_guard([&] {
        at::NoGradGuard unrecorded;
        const AdamTensors tensors = {
            .parameters = ct_ref(parameters),
            .gradients = ct_ref(gradients),
            .first_moments = ct_ref(first_moments),
            .second_moments = ct_ref(second_moments)};
        const ct_fused::AdamRanges ranges = {
            .offsets = offsets, .lengths = lengths, .steps = steps, .count = range_count};
        const ct_fused::AdamConstants constants = {
            .learning_rate = learning_rate,
            .beta1 = beta1,
            .beta2 = beta2,
            .epsilon = epsilon,
            .weight_decay = weight_decay};
        if (tensors.fit_fused()) {
            ct_fused::adam(tensors.buffers(), ranges, constants);
            // LibTorch has not seen this change.
            tensors.parameters.unsafeGetTensorImpl()->bump_version();
        } else {
            composed_adam(tensors, ranges, constants);
        }
    });
}
