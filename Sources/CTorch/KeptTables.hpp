// Tables that blocks compute of their parameters alone, kept from call to call while these do not
// change. Training changes them at every step, so blocks use this only when nothing is recorded.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace ct_fused {

/// The tensors that a table depends on, and sizes that decide its layout. `kind` is static text.
struct TableKey {
    const char *kind;
    std::vector<at::Tensor> inputs;
    std::vector<int64_t> sizes;
};

/// Returns `floats` floats that `fill` has computed for the key. Calls it unless the table is known
/// and no input has changed since.
///
/// Changes are seen in LibTorch's version counters, which all its operations in place and `ct_adam`
/// raise. A table is dropped when one of its inputs is freed. Safe to call from several threads;
/// nobody may write to the result.
at::Tensor
kept_table(const TableKey &key, int64_t floats, const std::function<void(float *)> &fill);

} // namespace ct_fused
