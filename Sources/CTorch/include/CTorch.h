// A pure C surface over LibTorch.
//
// Every function that can fail returns `CTMessage`: NULL on success, otherwise a message that the
// caller owns and releases with `ct_message_free`. No C++ exception crosses this header. Handles
// are owned by the caller and released with `ct_tensor_free`; an output handle is written only on
// success.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTTensorOpaque *CTTensor;
typedef char *CTMessage;

typedef enum {
    CT_FLOAT32,
    CT_FLOAT64,
    CT_FLOAT16,
    CT_BFLOAT16,
    CT_INT64,
    CT_INT32,
    CT_INT16,
    CT_INT8,
    CT_UINT8,
    CT_BOOL
} CTDType;

typedef enum { CT_CPU, CT_CUDA, CT_MPS } CTDeviceKind;

typedef enum {
    CT_NEGATE,
    CT_EXP,
    CT_LOG,
    CT_SQRT,
    CT_RSQRT,
    CT_SIGMOID,
    CT_GELU,
    CT_ABS,
    CT_SQUARE,
    CT_LOGICAL_NOT,
    CT_IS_FINITE,
    CT_CONTIGUOUS,
    CT_DETACH,
    CT_CLONE
} CTUnary;

typedef enum {
    CT_ADD,
    CT_SUBTRACT,
    CT_MULTIPLY,
    CT_DIVIDE,
    CT_MATMUL,
    CT_MAXIMUM,
    CT_MINIMUM,
    CT_EQUAL,
    CT_GREATER,
    CT_POWER
} CTBinary;

typedef enum { CT_SUM, CT_MEAN, CT_MAX, CT_MIN, CT_ARGMAX, CT_ALL } CTReduction;

// Library

const char *ct_torch_version(void);
int32_t ct_cuda_device_count(void);
bool ct_mps_is_available(void);
void ct_message_free(CTMessage message);
CTMessage ct_set_thread_count(int32_t count);
int32_t ct_thread_count(void);
/// The most threads that an operation uses, and a matrix product in it (0: the limit of the
/// process).
typedef struct {
    int32_t operations;
    int32_t products;
} CTThreadLimits;
/// Sets the limits of operations that the calling thread starts, and of no others. Returns the
/// limits before.
CTThreadLimits ct_set_own_thread_limits(CTThreadLimits limits);
CTMessage ct_synchronize(CTDeviceKind device, int32_t index);
/// Keeps large temporaries in the process instead of returning them to the system after every
/// operation.
void ct_keep_freed_memory(void);

// Life cycle and storage

void ct_tensor_free(CTTensor tensor);
CTMessage ct_from_bytes(
    CTTensor *out, const void *bytes, int64_t byte_count, const int64_t *shape, int64_t rank,
    CTDType dtype);
/// Storage on the CPU whose content is undefined.
CTMessage ct_empty(CTTensor *out, const int64_t *shape, int64_t rank, CTDType dtype);
CTMessage ct_full(
    CTTensor *out, const int64_t *shape, int64_t rank, double value, CTDType dtype,
    CTDeviceKind device, int32_t index);
CTMessage ct_copy_to_bytes(CTTensor tensor, void *bytes, int64_t byte_count);
CTMessage ct_to(CTTensor *out, CTTensor tensor, CTDType dtype, CTDeviceKind device, int32_t index);

int64_t ct_rank(CTTensor tensor);
void ct_shape(CTTensor tensor, int64_t *shape);
int64_t ct_element_count(CTTensor tensor);
/// -1 for an element type this header does not name.
int32_t ct_dtype(CTTensor tensor);
void ct_device(CTTensor tensor, CTDeviceKind *kind, int32_t *index);
bool ct_is_contiguous(CTTensor tensor);
/// Address of the first element of a contiguous CPU tensor, NULL otherwise. The elements count as
/// changed. Whoever writes later than before the next operation must ask for the address again.
void *ct_data(CTTensor tensor);

// Elementwise operations and products (broadcasting as in PyTorch)

CTMessage ct_unary(CTTensor *out, CTUnary operation, CTTensor a);
CTMessage ct_binary(CTTensor *out, CTBinary operation, CTTensor a, CTTensor b);
CTMessage ct_binary_scalar(CTTensor *out, CTBinary operation, CTTensor a, double b);
CTMessage ct_where(CTTensor *out, CTTensor condition, CTTensor a, CTTensor b);
CTMessage ct_masked_fill(CTTensor *out, CTTensor a, CTTensor mask, double value);
CTMessage ct_linear(CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias);
CTMessage
ct_layer_norm(CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias, double epsilon);
/// Input `[batch, channels, axes…]`, weight `[outputs, channels, kernel…]`; stride and padding have
/// `axes` numbers.
CTMessage ct_convolution(
    CTTensor *out, CTTensor input, CTTensor weight, CTTensor bias, const int64_t *stride,
    const int64_t *padding, int64_t axes);
/// The outputs `[batch, steps, width]` of one LSTM layer for `[batch, steps, channels]`, starting
/// at zero. Weights and biases are ordered as in PyTorch: input, forget, cell, output.
CTMessage ct_lstm(
    CTTensor *out, CTTensor input, CTTensor input_weight, CTTensor hidden_weight,
    CTTensor input_bias, CTTensor hidden_bias);
CTMessage ct_softmax(CTTensor *out, CTTensor a, int64_t axis);
CTMessage ct_log_softmax(CTTensor *out, CTTensor a, int64_t axis);

// Reductions; no axes means all of them

CTMessage ct_reduce(
    CTTensor *out, CTReduction operation, CTTensor a, const int64_t *axes, int64_t axis_count,
    bool keep_axes);

// Shape

CTMessage ct_reshape(CTTensor *out, CTTensor a, const int64_t *shape, int64_t rank);
CTMessage ct_expand(CTTensor *out, CTTensor a, const int64_t *shape, int64_t rank);
CTMessage ct_permute(CTTensor *out, CTTensor a, const int64_t *order, int64_t rank);
CTMessage ct_narrow(CTTensor *out, CTTensor a, int64_t axis, int64_t start, int64_t length);
CTMessage
ct_index_select(CTTensor *out, CTTensor a, int64_t axis, const int64_t *indices, int64_t count);
CTMessage ct_concatenate(CTTensor *out, const CTTensor *tensors, int64_t count, int64_t axis);
CTMessage ct_stack(CTTensor *out, const CTTensor *tensors, int64_t count, int64_t axis);

// Losses (mean over samples; `weights` may be NULL)

CTMessage
ct_cross_entropy(CTTensor *out, CTTensor logits, CTTensor target, CTTensor weights, bool mean);
CTMessage ct_binary_cross_entropy(
    CTTensor *out, CTTensor logits, CTTensor target, CTTensor positive_weights, bool mean);

// Linear algebra

CTMessage ct_solve(CTTensor *out, CTTensor a, CTTensor b);
/// Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix.
CTMessage ct_symmetric_eigen(CTTensor *values, CTTensor *vectors, CTTensor a);

// Automatic differentiation

/// Sets whether operations of this thread are recorded and returns what was set before.
bool ct_set_gradient_recording(bool enabled);
bool ct_requires_gradient(CTTensor tensor);
CTMessage ct_set_requires_gradient(CTTensor tensor, bool required);
CTMessage ct_backward(CTTensor scalar);
/// NULL handle when the tensor has no gradient.
CTMessage ct_gradient(CTTensor *out, CTTensor tensor);
CTMessage ct_set_gradient(CTTensor tensor, CTTensor gradient);

// In place, outside of differentiation

CTMessage ct_copy_into(CTTensor destination, CTTensor source);
CTMessage ct_fill(CTTensor tensor, double value);

/// A leaf that shares the storage `buffer[offset ..< offset + product(shape)]`.
CTMessage ct_view_of_buffer(
    CTTensor *out, CTTensor buffer, int64_t offset, const int64_t *shape, int64_t rank);

/// One Adam step over ranges of flat buffers (Kingma & Ba 2015, with the L2 penalty added to the
/// gradient):
///
///     g ← g + λ·p,  m ← β1·m + (1 − β1)·g,  v ← β2·v + (1 − β2)·g²,
///     p ← p − η/(1 − β1^t)·m / (√v/√(1 − β2^t) + ε).
///
/// Range i covers `lengths[i]` elements from `offsets[i]` and is at step t = steps[i] ≥ 1, the
/// number of its updates with this one included. The gradients are not changed.
CTMessage ct_adam(
    CTTensor parameters, CTTensor gradients, CTTensor first_moments, CTTensor second_moments,
    const int64_t *offsets, const int64_t *lengths, const int64_t *steps, int64_t range_count,
    double learning_rate, double beta1, double beta2, double epsilon, double weight_decay);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
