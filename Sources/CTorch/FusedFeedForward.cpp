#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "include/CTorchFused.h"
#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused feed-forward";

// Rows that go through the whole block while their intermediates stay in the second-level cache.
constexpr int64_t kChunkRows = 96;

// Hidden columns are kept in panels of this many, each a matrix of its own: a row of a panel is a few cache lines.
constexpr int64_t kPanel = 64;

struct Sizes {
    int64_t rows, d, h, parts;

    // Hidden columns with zeros up to whole registers.
    int64_t padded() const { return (h + 7) / 8 * 8; }
    int64_t chunk() const { return std::min(kChunkRows, rows); }
};

struct Panel {
    int64_t first, width;
};

template <class Body>
void for_panels(const Sizes &s, Body &&body) {
    for (int64_t first = 0; first < s.padded(); first += kPanel) {
        body(Panel{first, std::min(kPanel, s.padded() - first)});
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

// out [rows, d] (+)= hidden·table for hidden [rows, padded] in panels and table [padded, d].
void multiply_panels(
    const Sizes &s, int64_t rows, const float *hidden, const float *table, bool accumulate, float *out) {
    const int64_t whole = s.padded() / kPanel, rest = s.padded() % kPanel;
    if (whole > 0) {
        kernels().product({.rows = rows, .columns = s.d, .outer = whole, .inner = kPanel, .a = hidden, .a_row = kPanel,
                           .a_outer = rows * kPanel, .a_inner = 1, .b = table, .b_outer = kPanel * s.d,
                           .b_inner = s.d, .c = out, .c_row = s.d, .accumulate = accumulate});
    }
    if (rest > 0) {
        kernels().product({.rows = rows, .columns = s.d, .inner = rest, .a = hidden + whole * kPanel * rows,
                           .a_row = rest, .a_inner = 1, .b = table + whole * kPanel * s.d, .b_inner = s.d, .c = out,
                           .c_row = s.d, .accumulate = accumulate || whole > 0});
    }
}

// The affine part of the LayerNorm moves into the first projection: W1·(γ∘x̂ + β) + b1 = (W1·γ)·x̂ + (b1 + W1·β).
// Its gradient then costs one pass over the weights instead of one over the rows. The halves of the projection, value
// and gate, are kept apart and padded.
struct Folded {
    // [padded, d] and [padded]; panels of [d, panel].
    float *value, *gate, *value_bias, *gate_bias, *value_panels, *gate_panels;
    // W2ᵀ [padded, d], and W2 in panels of [d, panel].
    float *out, *out_panels;

    Folded(Layout &layout, const Sizes &s)
        : value(layout.take(s.padded() * s.d)),
          gate(layout.take(s.padded() * s.d)),
          value_bias(layout.take(s.padded())),
          gate_bias(layout.take(s.padded())),
          value_panels(layout.take(s.padded() * s.d)),
          gate_panels(layout.take(s.padded() * s.d)),
          out(layout.take(s.padded() * ((s.d + 7) / 8 * 8))),
          out_panels(layout.take(s.padded() * s.d)) {}

    void fold(
        const Sizes &s, const float *gamma, const float *beta, const float *w1, const float *b1) const {
        fold_half(s, gamma, beta, w1, b1, value, value_bias);
        fold_half(s, gamma, beta, w1 + s.h * s.d, b1 + s.h, gate, gate_bias);
    }

    void fill_forward(const Sizes &s, const float *w2) const {
        for_panels(s, [&](Panel panel) {
            const int64_t from = panel.first * s.d;
            kernels().transpose(value + from, panel.width, s.d, s.d, value_panels + from, panel.width);
            kernels().transpose(gate + from, panel.width, s.d, s.d, gate_panels + from, panel.width);
        });
        std::fill_n(out, s.padded() * s.d, 0.0f);
        for (int64_t row = 0; row < s.d; ++row) {
            for (int64_t i = 0; i < s.h; ++i) out[i * s.d + row] = w2[row * s.h + i];
        }
    }

    void fill_backward(const Sizes &s, const float *w2) const {
        for_panels(s, [&](Panel panel) {
            float *const target = out_panels + panel.first * s.d;
            for (int64_t row = 0; row < s.d; ++row) {
                for (int64_t i = 0; i < panel.width; ++i) {
                    const int64_t column = panel.first + i;
                    target[row * panel.width + i] = column < s.h ? w2[row * s.h + column] : 0.0f;
                }
            }
        });
    }

  private:
    static void fold_half(
        const Sizes &s, const float *gamma, const float *beta, const float *w, const float *b, float *folded,
        float *bias) {
        std::fill_n(folded + s.h * s.d, (s.padded() - s.h) * s.d, 0.0f);
        std::fill_n(bias + s.h, s.padded() - s.h, 0.0f);
        for (int64_t row = 0; row < s.h; ++row, w += s.d, folded += s.d) {
            float shift[8] = {};
            int64_t i = 0;
            for (; i + 8 <= s.d; i += 8) {
                for (int64_t lane = 0; lane < 8; ++lane) {
                    folded[i + lane] = w[i + lane] * gamma[i + lane];
                    shift[lane] += w[i + lane] * beta[i + lane];
                }
            }
            float total = b[row];
            for (; i < s.d; ++i) {
                folded[i] = w[i] * gamma[i];
                total += w[i] * beta[i];
            }
            for (const float one : shift) total += one;
            bias[row] = total;
        }
    }
};

// Sums over rows: dW1·γ of both halves and dW2 in panels of [d, panel], then the biases.
struct Sums {
    float *value, *gate, *out, *value_bias, *gate_bias, *out_bias;

    Sums(Layout &layout, const Sizes &s)
        : value(layout.take(s.padded() * s.d)),
          gate(layout.take(s.padded() * s.d)),
          out(layout.take(s.padded() * s.d)),
          value_bias(layout.take(s.padded())),
          gate_bias(layout.take(s.padded())),
          out_bias(layout.take(s.d)) {}
};

// From one half of the folded projection to its gradients; those of γ and β are added to.
void unfold_half(
    const Sizes &s, const float *gamma, const float *beta, const float *w, const float *panels, const float *dbias,
    float *scratch, float *dw, float *dgamma, float *dbeta) {
    const int64_t row = (s.d + 7) / 8 * 8;
    for_panels(s, [&](Panel panel) {
        kernels().transpose(panels + panel.first * s.d, s.d, panel.width, panel.width, scratch, row);
        for (int64_t r = 0; r < std::min(panel.width, s.h - panel.first); ++r) {
            const int64_t at = panel.first + r;
            const float *const weight = w + at * s.d, *const folded = scratch + r * row;
            float *const target = dw + at * s.d;
            const float bias = dbias[at];
            for (int64_t i = 0; i < s.d; ++i) {
                dgamma[i] += folded[i] * weight[i];
                dbeta[i] += bias * weight[i];
                target[i] = folded[i] * gamma[i] + bias * beta[i];
            }
        }
    });
}

struct FeedForward : torch::autograd::Function<FeedForward> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &residual, const Tensor &gamma,
        const Tensor &beta, const Tensor &w1, const Tensor &b1, const Tensor &w2, const Tensor &b2, bool save) {
        Sizes s = {x.numel() / w1.size(1), w1.size(1), w2.size(1), 1};
        s.parts = std::max<int64_t>(1, std::min(thread_count(), s.rows / 16));
        const Kernels &k = kernels();
        const int64_t d = s.d, padded = s.padded(), chunk = s.chunk();
        const Tensor out = at::empty_like(x);
        Tensor projected;
        if (save) projected = at::empty({s.rows * 2 * padded}, x.options().requires_grad(false));

        Layout shared_size, part_size;
        Folded(shared_size, s);
        part_size.take(chunk * d);
        part_size.take(chunk * 2 * padded);
        part_size.take(chunk * padded);
        const Workspace workspace(s.parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Folded folded(shared, s);
        folded.fold(s, floats(gamma), floats(beta), floats(w1), floats(b1));
        folded.fill_forward(s, floats(w2));

        const float *const xs = floats(x), *const second = residual ? floats(*residual) : nullptr;
        const float *const out_bias = floats(b2);
        float *const outs = mutable_floats(out), *const saved = save ? mutable_floats(projected) : nullptr;
        parallel(s.parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            float *const normalised = own.take(chunk * d);
            float *const scratch = own.take(chunk * 2 * padded);
            float *const hidden = own.take(chunk * padded);
            for_chunks(piece(s.rows, s.parts, part), [&](int64_t row, int64_t rows) {
                float *const value = saved != nullptr ? saved + row * 2 * padded : scratch;
                float *const gate = value + rows * padded;
                k.normalise(xs + row * d, rows, d, normalised, nullptr);
                for_panels(s, [&](Panel panel) {
                    const int64_t at = panel.first * rows;
                    const auto project = [&](const float *table, float *target) {
                        k.product({.rows = rows, .columns = panel.width, .inner = d, .a = normalised, .a_row = d,
                                   .a_inner = 1, .b = table + panel.first * d, .b_inner = panel.width,
                                   .c = target + at, .c_row = panel.width});
                    };
                    project(folded.value_panels, value);
                    project(folded.gate_panels, gate);
                    k.geglu(
                        value + at, gate + at, folded.value_bias + panel.first, folded.gate_bias + panel.first, rows,
                        panel.width, hidden + at);
                });
                float *const result = outs + row * d;
                k.add_bias(
                    xs + row * d, second != nullptr ? second + row * d : nullptr, out_bias, rows, d, result);
                multiply_panels(s, rows, hidden, folded.out, true, result);
            });
        });

        if (save) {
            ctx->save_for_backward({x, gamma, beta, w1, b1, w2, projected});
            ctx->saved_data["residual"] = residual.has_value();
            ctx->saved_data["parts"] = s.parts;
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const variable_list saved = ctx->get_saved_variables();
        const Tensor &x = saved[0], &gamma = saved[1], &beta = saved[2], &w1 = saved[3], &b1 = saved[4],
                     &w2 = saved[5], &projected = saved[6];
        const Tensor dy = gradients[0].contiguous();
        // The chunks must be those of forward, because they decide where the panels lie.
        const Sizes s = {
            x.numel() / w1.size(1), w1.size(1), w2.size(1), ctx->saved_data["parts"].toInt()};
        const Kernels &k = kernels();
        const int64_t d = s.d, padded = s.padded(), chunk = s.chunk();
        const Tensor dx = at::empty_like(x);
        const Tensor dgamma = at::zeros_like(gamma), dbeta = at::zeros_like(beta), dw1 = at::empty_like(w1),
                     db1 = at::empty_like(b1), dw2 = at::empty_like(w2), db2 = at::empty({d}, b1.options());

        Layout sum_size, shared_size, part_size;
        Sums(sum_size, s);
        Folded(shared_size, s);
        shared_size.take(sum_size.size());
        shared_size.take(kPanel * ((d + 7) / 8 * 8));
        part_size.take(sum_size.size());
        part_size.take(chunk * d);
        part_size.take(chunk * d);
        part_size.take(chunk);
        part_size.take(chunk * padded);
        part_size.take(chunk * 2 * padded);
        const Workspace workspace(s.parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Folded folded(shared, s);
        float *const total = shared.take(sum_size.size());
        float *const turned = shared.take(kPanel * ((d + 7) / 8 * 8));
        folded.fold(s, floats(gamma), floats(beta), floats(w1), floats(b1));
        folded.fill_backward(s, floats(w2));

        const float *const xs = floats(x), *const dys = floats(dy), *const us = floats(projected);
        float *const dxs = mutable_floats(dx);
        std::vector<const float *> slices(s.parts);
        for (int64_t part = 0; part < s.parts; ++part) slices[part] = workspace.part(part);
        parallel(s.parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            Layout own_sums(own.take(sum_size.size()));
            const Sums sums(own_sums, s);
            float *const normalised = own.take(chunk * d);
            float *const dnormalised = own.take(chunk * d);
            float *const rstd = own.take(chunk);
            float *const hidden = own.take(chunk * padded);
            float *const dvalue = own.take(chunk * 2 * padded);
            std::fill_n(sums.value, sum_size.size(), 0.0f);
            for_chunks(piece(s.rows, s.parts, part), [&](int64_t row, int64_t rows) {
                const float *const gradient = dys + row * d;
                const float *const value = us + row * 2 * padded, *const gate = value + rows * padded;
                float *const dgate = dvalue + rows * padded;
                k.normalise(xs + row * d, rows, d, normalised, rstd);
                k.add_column_sums(gradient, rows, d, sums.out_bias);
                for_panels(s, [&](Panel panel) {
                    const int64_t at = panel.first * rows, weight = panel.first * d;
                    k.product({.rows = rows, .columns = panel.width, .inner = d, .a = gradient, .a_row = d,
                               .a_inner = 1, .b = folded.out_panels + weight, .b_inner = panel.width,
                               .c = hidden + at, .c_row = panel.width});
                    k.geglu_backward(
                        value + at, gate + at, folded.value_bias + panel.first, folded.gate_bias + panel.first, rows,
                        panel.width, hidden + at, dvalue + at, dgate + at, sums.value_bias + panel.first,
                        sums.gate_bias + panel.first);
                    const auto gather = [&](const float *from, const float *columns, float *target) {
                        k.product({.rows = d, .columns = panel.width, .inner = rows, .a = from, .a_row = 1,
                                   .a_inner = d, .b = columns + at, .b_inner = panel.width, .c = target + weight,
                                   .c_row = panel.width, .accumulate = true});
                    };
                    gather(gradient, hidden, sums.out);
                    gather(normalised, dvalue, sums.value);
                    gather(normalised, dgate, sums.gate);
                });
                multiply_panels(s, rows, dvalue, folded.value, false, dnormalised);
                multiply_panels(s, rows, dgate, folded.gate, true, dnormalised);
                k.normalise_backward(dnormalised, normalised, rstd, gradient, rows, d, dxs + row * d);
            });
        });
        reduce_parts(s.parts, slices.data(), sum_size.size(), total);

        Layout total_layout(total);
        const Sums sums(total_layout, s);
        float *const to_dw2 = mutable_floats(dw2), *const to_db1 = mutable_floats(db1);
        for_panels(s, [&](Panel panel) {
            const int64_t width = std::min(panel.width, s.h - panel.first);
            for (int64_t row = 0; row < d && width > 0; ++row) {
                std::copy_n(
                    sums.out + panel.first * d + row * panel.width, width, to_dw2 + row * s.h + panel.first);
            }
        });
        std::copy_n(sums.value_bias, s.h, to_db1);
        std::copy_n(sums.gate_bias, s.h, to_db1 + s.h);
        std::copy_n(sums.out_bias, d, mutable_floats(db2));
        for (int64_t half = 0; half < 2; ++half) {
            unfold_half(
                s, floats(gamma), floats(beta), floats(w1) + half * s.h * d, half == 0 ? sums.value : sums.gate,
                half == 0 ? sums.value_bias : sums.gate_bias, turned, mutable_floats(dw1) + half * s.h * d,
                mutable_floats(dgamma), mutable_floats(dbeta));
        }
        return {dx,  ctx->saved_data["residual"].toBool() ? dy : Tensor(), dgamma, dbeta, dw1, db1, dw2, db2,
                Tensor()};
    }
};

}  // namespace
}  // namespace ct_fused

CTMessage ct_fused_feed_forward(
    CTTensor *out, CTTensor x, CTTensor residual, CTTensor norm_weight, CTTensor norm_bias, CTTensor w1,
    CTTensor b1, CTTensor w2, CTTensor b2) {
    using namespace ct_fused;
    return ct_guard([&] {
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
