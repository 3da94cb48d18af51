#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "include/CTorchFused.h"
#include "FusedKernels.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused feed-forward";

// Rows that go through the whole block while their intermediates stay in the second-level cache.
constexpr int64_t kChunkRows = 160;

struct Sizes {
    int64_t rows, d, h;

    int64_t parts() const { return std::max<int64_t>(1, std::min(thread_count(), rows / 16)); }
};

// The affine part of the LayerNorm moves into the first projection: W1·(γ∘x̂ + β) + b1 = (W1·γ)·x̂ + (b1 + W1·β).
// Its gradient then costs one pass over the weights instead of one over the rows.
void fold(const Sizes &s, const float *gamma, const float *beta, const float *w1, const float *b1, float *w, float *b) {
    for (int64_t row = 0; row < 2 * s.h; ++row) {
        float shift = b1[row];
        for (int64_t i = 0; i < s.d; ++i) {
            w[row * s.d + i] = w1[row * s.d + i] * gamma[i];
            shift += w1[row * s.d + i] * beta[i];
        }
        b[row] = shift;
    }
}

template <class Body>
void for_chunks(const Range &rows, Body &&body) {
    const int64_t chunks = (rows.count() + kChunkRows - 1) / kChunkRows;
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        const Range local = piece(rows.count(), chunks, chunk);
        body(rows.first + local.first, local.count());
    }
}

struct FeedForward : torch::autograd::Function<FeedForward> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &residual, const Tensor &gamma,
        const Tensor &beta, const Tensor &w1, const Tensor &b1, const Tensor &w2, const Tensor &b2, bool save) {
        const Sizes s = {x.numel() / w1.size(1), w1.size(1), w2.size(1)};
        const Kernels &k = kernels();
        const Tensor out = at::empty_like(x);
        Tensor projected;
        if (save) projected = at::empty({s.rows, 2 * s.h}, x.options().requires_grad(false));

        const int64_t parts = s.parts(), chunk = std::min(kChunkRows, s.rows);
        Layout shared_size, part_size;
        shared_size.take(2 * s.h * s.d);
        shared_size.take(2 * s.h);
        part_size.take(chunk * s.d);
        part_size.take(chunk * 2 * s.h);
        part_size.take(chunk * s.h);
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        float *const w = shared.take(2 * s.h * s.d);
        float *const b = shared.take(2 * s.h);
        fold(s, floats(gamma), floats(beta), floats(w1), floats(b1), w, b);

        const float *const xs = floats(x), *const second = residual ? floats(*residual) : nullptr;
        const float *const out_weight = floats(w2), *const out_bias = floats(b2);
        float *const outs = mutable_floats(out), *const saved = save ? mutable_floats(projected) : nullptr;
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            float *const normalised = own.take(chunk * s.d);
            float *const scratch = own.take(chunk * 2 * s.h);
            float *const hidden = own.take(chunk * s.h);
            for_chunks(piece(s.rows, parts, part), [&](int64_t row, int64_t rows) {
                const float *const input = xs + row * s.d;
                float *const result = outs + row * s.d;
                float *const u = saved != nullptr ? saved + row * 2 * s.h : scratch;
                k.normalise(input, rows, s.d, normalised, nullptr);
                gemm(false, true, rows, 2 * s.h, s.d, 1, normalised, s.d, w, s.d, 0, u, 2 * s.h);
                k.geglu(u, b, rows, s.h, hidden);
                k.add_bias(input, second != nullptr ? second + row * s.d : nullptr, out_bias, rows, s.d, result);
                gemm(false, true, rows, s.d, s.h, 1, hidden, s.h, out_weight, s.h, 1, result, s.d);
            });
        });

        if (save) {
            ctx->save_for_backward({x, gamma, beta, w1, b1, w2, projected});
            ctx->saved_data["residual"] = residual.has_value();
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const variable_list saved = ctx->get_saved_variables();
        const Tensor &x = saved[0], &gamma = saved[1], &beta = saved[2], &w1 = saved[3], &b1 = saved[4],
                     &w2 = saved[5], &projected = saved[6];
        const Tensor dy = gradients[0].contiguous();
        const Sizes s = {x.numel() / w1.size(1), w1.size(1), w2.size(1)};
        const Kernels &k = kernels();
        const Tensor dx = at::empty_like(x);
        const Tensor dgamma = at::empty_like(gamma), dbeta = at::empty_like(beta), dw1 = at::empty_like(w1),
                     db1 = at::empty_like(b1), dw2 = at::empty_like(w2), db2 = at::empty({s.d}, b1.options());

        // Sums over rows, one set per part: d(W1·γ)ᵀ [d, 2h], dW2 [d, h], db1 [2h], db2 [d].
        const int64_t parts = s.parts(), chunk = std::min(kChunkRows, s.rows);
        const int64_t sums = s.d * 2 * s.h + s.d * s.h + 2 * s.h + s.d;
        Layout shared_size, part_size;
        shared_size.take(2 * s.h * s.d);
        shared_size.take(2 * s.h);
        shared_size.take(sums);
        part_size.take(sums);
        part_size.take(chunk * s.d);
        part_size.take(chunk * s.d);
        part_size.take(chunk);
        part_size.take(chunk * s.h);
        part_size.take(chunk * 2 * s.h);
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        float *const w = shared.take(2 * s.h * s.d);
        float *const b = shared.take(2 * s.h);
        float *const total = shared.take(sums);
        fold(s, floats(gamma), floats(beta), floats(w1), floats(b1), w, b);

        const float *const xs = floats(x), *const dys = floats(dy), *const us = floats(projected);
        const float *const out_weight = floats(w2);
        float *const dxs = mutable_floats(dx);
        std::vector<const float *> slices(parts);
        for (int64_t part = 0; part < parts; ++part) slices[part] = workspace.part(part);
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            float *const own_dw1 = own.take(sums);
            float *const own_dw2 = own_dw1 + s.d * 2 * s.h;
            float *const own_db1 = own_dw2 + s.d * s.h;
            float *const own_db2 = own_db1 + 2 * s.h;
            float *const normalised = own.take(chunk * s.d);
            float *const dnormalised = own.take(chunk * s.d);
            float *const rstd = own.take(chunk);
            float *const hidden = own.take(chunk * s.h);
            float *const du = own.take(chunk * 2 * s.h);
            std::fill_n(own_db1, 2 * s.h + s.d, 0.0f);
            float keep = 0;
            for_chunks(piece(s.rows, parts, part), [&](int64_t row, int64_t rows) {
                const float *const gradient = dys + row * s.d;
                k.normalise(xs + row * s.d, rows, s.d, normalised, rstd);
                gemm(false, false, rows, s.h, s.d, 1, gradient, s.d, out_weight, s.h, 0, hidden, s.h);
                k.geglu_backward(us + row * 2 * s.h, b, rows, s.h, hidden, du, own_db1);
                k.add_column_sums(gradient, rows, s.d, own_db2);
                gemm(true, false, s.d, s.h, rows, 1, gradient, s.d, hidden, s.h, keep, own_dw2, s.h);
                gemm(true, false, s.d, 2 * s.h, rows, 1, normalised, s.d, du, 2 * s.h, keep, own_dw1, 2 * s.h);
                gemm(false, false, rows, s.d, 2 * s.h, 1, du, 2 * s.h, w, s.d, 0, dnormalised, s.d);
                k.normalise_backward(dnormalised, normalised, rstd, gradient, rows, s.d, dxs + row * s.d);
                keep = 1;
            });
        });
        reduce_parts(parts, slices.data(), sums, total);

        const float *const folded = total, *const scale = floats(gamma), *const shift = floats(beta);
        const float *const weight = floats(w1), *const dbias = total + s.d * 3 * s.h;
        float *const dweight = mutable_floats(dw1), *const dscale = mutable_floats(dgamma),
                     *const dshift = mutable_floats(dbeta);
        std::copy_n(total + s.d * 2 * s.h, s.d * s.h, mutable_floats(dw2));
        std::copy_n(dbias, 2 * s.h, mutable_floats(db1));
        std::copy_n(dbias + 2 * s.h, s.d, mutable_floats(db2));
        for (int64_t i = 0; i < s.d; ++i) {
            float scale_sum = 0, shift_sum = 0;
            for (int64_t row = 0; row < 2 * s.h; ++row) {
                const float value = folded[i * 2 * s.h + row], own = weight[row * s.d + i];
                scale_sum += value * own;
                shift_sum += dbias[row] * own;
                dweight[row * s.d + i] = value * scale[i] + dbias[row] * shift[i];
            }
            dscale[i] = scale_sum;
            dshift[i] = shift_sum;
        }
        return {dx, ctx->saved_data["residual"].toBool() ? dy : Tensor(), dgamma, dbeta, dw1, db1, dw2, db2, Tensor()};
    }
};

}  // namespace
}  // namespace ct_fused

CTMessage ct_fused_feed_forward(
    CTTensor *out, CTTensor x, CTTensor residual, CTTensor norm_weight, CTTensor norm_bias, CTTensor w1,
    CTTensor b1, CTTensor w2, CTTensor b2) {
    using namespace ct_fused;
    return ct_guard([&] {
        require_gemm(kName);
        const at::Tensor &input = ct_ref(x), &first = ct_ref(w1), &second = ct_ref(w2);
        TORCH_CHECK(
            input.dim() >= 1 && first.dim() == 2 && first.size(0) % 2 == 0, kName, ": x ", input.sizes(), " and w1 ",
            first.sizes(), " do not fit [..., d] and [2h, d]");
        const int64_t d = first.size(1), h = first.size(0) / 2;
        TORCH_CHECK(
            d > 0 && h > 0 && input.numel() > 0 && input.size(-1) == d, kName, ": x ", input.sizes(),
            " is empty or does not end in the width ", d, " of w1");
        require(input, kName, "x", input.sizes());
        require(ct_ref(norm_weight), kName, "norm_weight", {d});
        require(ct_ref(norm_bias), kName, "norm_bias", {d});
        require(first, kName, "w1", {2 * h, d});
        require(ct_ref(b1), kName, "b1", {2 * h});
        require(second, kName, "w2", {d, h});
        require(ct_ref(b2), kName, "b2", {d});
        std::optional<at::Tensor> extra;
        if (residual != nullptr) {
            require(ct_ref(residual), kName, "residual", input.sizes());
            extra = ct_ref(residual);
        }
        bool save = extra && extra->requires_grad();
        for (CTTensor handle : {x, norm_weight, norm_bias, w1, b1, w2, b2}) {
            save = save || ct_ref(handle).requires_grad();
        }
        at::Tensor result = FeedForward::apply(
            input, extra, ct_ref(norm_weight), ct_ref(norm_bias), first, ct_ref(b1), second, ct_ref(b2),
            save && at::GradMode::is_enabled());
        *out = ct_own(std::move(result));
    });
}
