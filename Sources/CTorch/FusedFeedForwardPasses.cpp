#include "FusedFeedForwardPasses.hpp"

#include <algorithm>

namespace ct_fused {
namespace {

// Rows that go through the whole block while their intermediates stay in the second-level cache.
constexpr int64_t kChunkRows = 96;

constexpr int64_t kPanel = 64;

// Consecutive hidden columns.
struct Panel {
    int64_t first, width;
};

template <class Body>
void for_panels(const FeedForwardShape &s, Body &&body) {
    for (int64_t first = 0; first < s.padded(); first += kPanel) {
        body(Panel{.first = first, .width = std::min(kPanel, s.padded() - first)});
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

// out (+)= hidden·table for hidden [rows, padded] in panels, table [padded, d] and out [rows, d].
void multiply_panels(
    const FeedForwardShape &s, int64_t rows, const float *hidden, const float *table,
    bool accumulate, float *out) {
    const int64_t whole = s.padded() / kPanel, rest = s.padded() % kPanel;
    if (whole > 0) {
        kernels().product(matrix_product(
            {.rows = rows, .columns = s.d, .inner = kPanel, .outer = whole},
            {.a = hidden, .row = kPanel, .inner = 1, .outer = rows * kPanel},
            {.b = table, .inner = s.d, .outer = kPanel * s.d},
            {.c = out, .row = s.d, .accumulate = accumulate}));
    }
    if (rest > 0) {
        kernels().product(matrix_product(
            {.rows = rows, .columns = s.d, .inner = rest},
            {.a = hidden + whole * kPanel * rows, .row = rest, .inner = 1},
            {.b = table + whole * kPanel * s.d, .inner = s.d},
            {.c = out, .row = s.d, .accumulate = accumulate || whole > 0}));
    }
}

// One chunk of rows, and what both directions read of it.
struct RowChunk {
    const FeedForwardShape &s;
    const Kernels &k;
    const int64_t row, rows;

    RowChunk(const FeedForwardShape &shape, int64_t first, int64_t count)
        : s(shape), k(kernels()), row(first), rows(count) {}
};

// One chunk on its way forward.
struct ForwardChunk : RowChunk {
    const FeedForwardForward &call;
    const FeedForwardForwardBuffers &own;
    float *const value, *const gate;

    ForwardChunk(
        const FeedForwardForward &pass, const FeedForwardForwardBuffers &buffers, int64_t first,
        int64_t count)
        : RowChunk(pass.s, first, count),
          call(pass),
          own(buffers),
          value(pass.projected != nullptr ? pass.projected + row * 2 * s.padded() : own.projected),
          gate(value + rows * s.padded()) {}

    void run() const {
        k.normalise(call.x + row * s.d, rows, s.d, own.normalised, nullptr);
        for_panels(s, [&](Panel panel) {
            project(panel, call.folded.value, value);
            project(panel, call.folded.gate, gate);
            activate(panel);
        });
        add_residual();
        multiply_panels(s, rows, own.hidden, call.folded.out, true, call.out + row * s.d);
    }

    // A = X̂·(W1·γ)ᵀ of one half, [rows, panel]; overwrites.
    void project(Panel panel, const FoldedHalf &half, float *target) const {
        k.product(matrix_product(
            {.rows = rows, .columns = panel.width, .inner = s.d},
            {.a = own.normalised, .row = s.d, .inner = 1},
            {.b = half.panels + panel.first * s.d, .inner = panel.width},
            {.c = target + panel.first * rows, .row = panel.width}));
    }

    // Y = (A + a)∘gelu(B + b), [rows, panel]; overwrites.
    void activate(Panel panel) const {
        const int64_t at = panel.first * rows;
        k.geglu(
            value + at, gate + at, call.folded.value.bias + panel.first,
            call.folded.gate.bias + panel.first, rows, panel.width, own.hidden + at);
    }

    // out = x + b2 (+ residual), [rows, d]; overwrites. Y·W2ᵀ is added afterwards.
    void add_residual() const {
        k.add_bias(
            call.x + row * s.d, call.residual != nullptr ? call.residual + row * s.d : nullptr,
            call.out_bias, rows, s.d, call.out + row * s.d);
    }
};

// One chunk on its way back.
struct BackwardChunk : RowChunk {
    const FeedForwardBackward &call;
    const FeedForwardBackwardBuffers &own;
    const float *const gradient, *const value, *const gate;
    float *const dvalue, *const dgate;

    BackwardChunk(
        const FeedForwardBackward &pass, const FeedForwardBackwardBuffers &buffers, int64_t first,
        int64_t count)
        : RowChunk(pass.s, first, count),
          call(pass),
          own(buffers),
          gradient(pass.dout + row * s.d),
          value(pass.projected + row * 2 * s.padded()),
          gate(value + rows * s.padded()),
          dvalue(own.dprojected),
          dgate(dvalue + rows * s.padded()) {}

    void run() const {
        k.normalise(call.x + row * s.d, rows, s.d, own.normalised, own.rstd);
        // db2 += Σ_rows dout.
        k.add_column_sums(gradient, rows, s.d, own.sums.out_bias);
        for_panels(s, [&](Panel panel) {
            hidden_gradient(panel);
            activation_backward(panel);
            parameter_sums(panel);
        });
        through_projection();
        through_norm();
    }

    // dY = dout·W2, [rows, panel]; overwrites.
    void hidden_gradient(Panel panel) const {
        k.product(matrix_product(
            {.rows = rows, .columns = panel.width, .inner = s.d},
            {.a = gradient, .row = s.d, .inner = 1},
            {.b = call.folded.out_panels + panel.first * s.d, .inner = panel.width},
            {.c = own.hidden + panel.first * rows, .row = panel.width}));
    }

    // dA = dY∘gelu(B + b) and dB = dY∘(A + a)∘gelu'(B + b), [rows, panel]; overwrite. Y is computed
    // again and replaces dY. da += Σ_rows dA, db += Σ_rows dB.
    void activation_backward(Panel panel) const {
        const int64_t at = panel.first * rows;
        k.geglu_backward(
            value + at, gate + at, call.folded.value.bias + panel.first,
            call.folded.gate.bias + panel.first, rows, panel.width, own.hidden + at, dvalue + at,
            dgate + at, own.sums.value_bias + panel.first, own.sums.gate_bias + panel.first);
    }

    // dW2 += doutᵀ·Y, d(W1·γ) += X̂ᵀ·dA and X̂ᵀ·dB, each [d, panel].
    void parameter_sums(Panel panel) const {
        const auto add = [&](const float *left, const float *right, float *target) {
            k.product(matrix_product(
                {.rows = s.d, .columns = panel.width, .inner = rows},
                {.a = left, .row = 1, .inner = s.d},
                {.b = right + panel.first * rows, .inner = panel.width},
                {.c = target + panel.first * s.d, .row = panel.width, .accumulate = true}));
        };
        add(gradient, own.hidden, own.sums.out);
        add(own.normalised, dvalue, own.sums.value);
        add(own.normalised, dgate, own.sums.gate);
    }

    // dX̂ = dA·(W1·γ)_value + dB·(W1·γ)_gate, [rows, d]; overwrites.
    void through_projection() const {
        multiply_panels(s, rows, dvalue, call.folded.value.weight, false, own.dnormalised);
        multiply_panels(s, rows, dgate, call.folded.gate.weight, true, own.dnormalised);
    }

    // dx = dout + the gradient of the normalisation, [rows, d]; overwrites.
    void through_norm() const {
        k.normalise_backward(
            own.dnormalised, own.normalised, own.rstd, gradient, rows, s.d, call.dx + row * s.d);
    }
};

// With the sums of one half, F = d(W1·γ) and the gradient c of its bias:
//     dW1 = F∘γ + c·βᵀ [h, d], overwrites;  dγ += Σ_rows F∘W1,  dβ += Σ_rows c∘W1.
void unfold_half(
    const FeedForwardShape &s, const FeedForwardWeights &w, const float *weight,
    const float *panels, const float *dbias, float *turned, float *dweight,
    const FeedForwardGradients &out) {
    const int64_t padded_d = s.padded_d();
    for_panels(s, [&](Panel panel) {
        kernels().transpose(
            panels + panel.first * s.d, s.d, panel.width, panel.width, turned, padded_d);
        const int64_t count = std::min(panel.width, s.h - panel.first), at = panel.first * s.d;
        kernels().unfold_rows(
            turned, padded_d, weight + at, dbias + panel.first, w.gamma, w.beta, count, s.d,
            dweight + at, out.gamma, out.beta);
    });
}

} // namespace

int64_t FeedForwardShape::chunk() const { return std::min(kChunkRows, rows); }

FoldedHalf::FoldedHalf(Layout &layout, const FeedForwardShape &s)
    : weight(layout.take(s.padded() * s.d)),
      panels(layout.take(s.padded() * s.d)),
      bias(layout.take(s.padded())) {}

void FoldedHalf::fold(
    const FeedForwardShape &s, const FeedForwardWeights &w, const float *half_w1,
    const float *half_b1) const {
    std::fill_n(weight + s.h * s.d, (s.padded() - s.h) * s.d, 0.0f);
    std::fill_n(bias + s.h, s.padded() - s.h, 0.0f);
    std::copy_n(half_b1, s.h, bias);
    kernels().fold_rows(half_w1, w.gamma, w.beta, s.h, s.d, weight, nullptr, bias);
}

void FoldedHalf::fill_panels(const FeedForwardShape &s) const {
    for_panels(s, [&](Panel panel) {
        const int64_t from = panel.first * s.d;
        kernels().transpose(weight + from, panel.width, s.d, s.d, panels + from, panel.width);
    });
}

FoldedFeedForward::FoldedFeedForward(Layout &layout, const FeedForwardShape &s)
    : value(layout, s),
      gate(layout, s),
      out(layout.take(s.padded() * s.padded_d())),
      out_panels(layout.take(s.padded() * s.d)) {}

void FoldedFeedForward::fold(const FeedForwardShape &s, const FeedForwardWeights &w) const {
    value.fold(s, w, w.w1, w.b1);
    gate.fold(s, w, w.w1 + s.h * s.d, w.b1 + s.h);
}

void FoldedFeedForward::fill_forward(const FeedForwardShape &s, const FeedForwardWeights &w) const {
    value.fill_panels(s);
    gate.fill_panels(s);
    std::fill_n(out + s.h * s.d, (s.padded() - s.h) * s.d, 0.0f);
    // The kernel fills the rows of the result up to a multiple of 8.
    if (s.d % 8 == 0) return kernels().transpose(w.w2, s.d, s.h, s.h, out, s.d);
    for (int64_t row = 0; row < s.d; ++row) {
        for (int64_t i = 0; i < s.h; ++i) out[i * s.d + row] = w.w2[row * s.h + i];
    }
}

void FoldedFeedForward::fill_backward(
    const FeedForwardShape &s, const FeedForwardWeights &w) const {
    for_panels(s, [&](Panel panel) {
        float *const target = out_panels + panel.first * s.d;
        for (int64_t row = 0; row < s.d; ++row) {
            for (int64_t i = 0; i < panel.width; ++i) {
                const int64_t column = panel.first + i;
                target[row * panel.width + i] = column < s.h ? w.w2[row * s.h + column] : 0.0f;
            }
        }
    });
}

FeedForwardSums::FeedForwardSums(Layout &layout, const FeedForwardShape &s)
    : begin(layout.next()),
      value(layout.take(s.padded() * s.d)),
      gate(layout.take(s.padded() * s.d)),
      out(layout.take(s.padded() * s.d)),
      value_bias(layout.take(s.padded())),
      gate_bias(layout.take(s.padded())),
      out_bias(layout.take(s.d)) {
    layout.join(begin);
}

void FeedForwardSums::unfold(
    const FeedForwardShape &s, const FeedForwardWeights &w, float *turned,
    const FeedForwardGradients &to) const {
    for_panels(s, [&](Panel panel) {
        const int64_t width = std::min(panel.width, s.h - panel.first);
        for (int64_t row = 0; row < s.d && width > 0; ++row) {
            std::copy_n(
                out + panel.first * s.d + row * panel.width, width,
                to.w2 + row * s.h + panel.first);
        }
    });
    std::copy_n(value_bias, s.h, to.b1);
    std::copy_n(gate_bias, s.h, to.b1 + s.h);
    std::copy_n(out_bias, s.d, to.b2);
    unfold_half(s, w, w.w1, value, value_bias, turned, to.w1, to);
    unfold_half(s, w, w.w1 + s.h * s.d, gate, gate_bias, turned, to.w1 + s.h * s.d, to);
}

FeedForwardSharedBackward::FeedForwardSharedBackward(Layout &layout, const FeedForwardShape &s)
    : folded(layout, s), total(layout, s), turned(layout.take(kPanel * s.padded_d())) {}

FeedForwardForwardBuffers::FeedForwardForwardBuffers(Layout &layout, const FeedForwardShape &s)
    : normalised(layout.take(s.chunk() * s.d)),
      projected(layout.take(s.chunk() * 2 * s.padded())),
      hidden(layout.take(s.chunk() * s.padded())) {}

FeedForwardBackwardBuffers::FeedForwardBackwardBuffers(Layout &layout, const FeedForwardShape &s)
    : sums(layout, s),
      normalised(layout.take(s.chunk() * s.d)),
      dnormalised(layout.take(s.chunk() * s.d)),
      rstd(layout.take(s.chunk())),
      hidden(layout.take(s.chunk() * s.padded())),
      dprojected(layout.take(s.chunk() * 2 * s.padded())) {}

void FeedForwardForward::run(int64_t part, const FeedForwardForwardBuffers &own) const {
    for_chunks(s.rows_of(part), [&](int64_t row, int64_t rows) {
        ForwardChunk(*this, own, row, rows).run();
    });
}

void FeedForwardBackward::run(int64_t part, const FeedForwardBackwardBuffers &own) const {
    std::fill_n(own.sums.begin, floats_of<FeedForwardSums>(s), 0.0f);
    for_chunks(s.rows_of(part), [&](int64_t row, int64_t rows) {
        BackwardChunk(*this, own, row, rows).run();
    });
}

} // namespace ct_fused
