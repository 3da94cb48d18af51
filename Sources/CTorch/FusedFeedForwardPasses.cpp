#include "FusedFeedForwardPasses.hpp"

#include <algorithm>

namespace ct_fused {
namespace {

// Rows that go through the whole block while their intermediates stay in the second-level cache.
constexpr int64_t kChunkRows = 96;

constexpr int64_t kPanel = 64;

typedef FeedForwardPanel Panel;

int64_t panel_count(const FeedForwardShape &s) { return (s.padded() + kPanel - 1) / kPanel; }

Panel panel_at(const FeedForwardShape &s, int64_t index) {
    const int64_t first = index * kPanel;
    return {.first = first, .width = std::min(kPanel, s.padded() - first)};
}

template <class Body>
void for_panels(const FeedForwardShape &s, Body &&body) {
    for (int64_t i = 0; i < panel_count(s); ++i) body(panel_at(s, i));
}

// The same on several threads.
template <class Body>
void share_panels(const FeedForwardShape &s, Body &&body) {
    const int64_t panels = panel_count(s), parts = std::min(thread_count(), panels);
    parallel(parts, [&](int64_t part) {
        const Range range = piece(panels, parts, part);
        for (int64_t i = range.first; i < range.last; ++i) body(panel_at(s, i));
    });
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

} // namespace

int64_t FeedForwardShape::chunk() const { return std::min(kChunkRows, rows); }

int64_t FeedForwardPanel::real(const FeedForwardShape &s) const {
    return std::clamp<int64_t>(s.h - first, 0, width);
}

FoldedHalf::FoldedHalf(Layout &layout, const FeedForwardShape &s)
    : weight(layout.take(s.padded() * s.d)),
      panels(layout.take(s.padded() * s.d)),
      bias(layout.take(s.padded())) {}

void FoldedHalf::fold(
    const FeedForwardShape &s, const FeedForwardWeights &w, const float *half_w1,
    const float *half_b1, Panel panel) const {
    const int64_t count = panel.real(s), at = panel.first * s.d, padding = panel.width - count;
    std::fill_n(weight + at + count * s.d, padding * s.d, 0.0f);
    std::fill_n(bias + panel.first + count, padding, 0.0f);
    std::copy_n(half_b1 + panel.first, count, bias + panel.first);
    kernels().fold_rows(
        half_w1 + at, w.gamma, w.beta, count, s.d, weight + at, nullptr, bias + panel.first);
}

void FoldedHalf::fill_panel(const FeedForwardShape &s, Panel panel) const {
    const int64_t at = panel.first * s.d;
    kernels().transpose(weight + at, panel.width, s.d, s.d, panels + at, panel.width);
}

FoldedFeedForward::FoldedFeedForward(Layout &layout, const FeedForwardShape &s)
    : value(layout, s),
      gate(layout, s),
      out(layout.take(s.padded() * s.padded_d())),
      out_panels(layout.take(s.padded() * s.d)) {}

void FoldedFeedForward::fill_forward(const FeedForwardShape &s, const FeedForwardWeights &w) const {
    share_panels(s, [&](Panel panel) {
        fold(s, w, panel);
        value.fill_panel(s, panel);
        gate.fill_panel(s, panel);
        turn_out(s, w, panel);
    });
}

void FoldedFeedForward::fill_backward(
    const FeedForwardShape &s, const FeedForwardWeights &w) const {
    share_panels(s, [&](Panel panel) {
        fold(s, w, panel);
        fill_out_panel(s, w, panel);
    });
}

void FoldedFeedForward::fold(
    const FeedForwardShape &s, const FeedForwardWeights &w, Panel panel) const {
    value.fold(s, w, w.w1, w.b1, panel);
    gate.fold(s, w, w.w1 + s.h * s.d, w.b1 + s.h, panel);
}

void FoldedFeedForward::turn_out(
    const FeedForwardShape &s, const FeedForwardWeights &w, Panel panel) const {
    const int64_t count = panel.real(s);
    const float *const from = w.w2 + panel.first;
    float *const to = out + panel.first * s.d;
    std::fill_n(to + count * s.d, (panel.width - count) * s.d, 0.0f);
    // The kernel fills the rows of the result up to a multiple of 8.
    if (s.d % 8 == 0) return kernels().transpose(from, s.d, count, s.h, to, s.d);
    for (int64_t row = 0; row < s.d; ++row) {
        for (int64_t i = 0; i < count; ++i) to[i * s.d + row] = from[row * s.h + i];
    }
}

void FoldedFeedForward::fill_out_panel(
    const FeedForwardShape &s, const FeedForwardWeights &w, Panel panel) const {
    const int64_t count = panel.real(s);
    for (int64_t row = 0; row < s.d; ++row) {
        float *const target = out_panels + panel.first * s.d + row * panel.width;
        std::copy_n(w.w2 + row * s.h + panel.first, count, target);
        std::fill_n(target + count, panel.width - count, 0.0f);
    }
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

void FeedForwardSums::add(
    const FeedForwardShape &s, const FeedForwardSums &other, Panel panel) const {
    const Kernels &k = kernels();
    const int64_t at = panel.first * s.d, count = panel.width * s.d;
    k.add(other.value + at, count, value + at);
    k.add(other.gate + at, count, gate + at);
    k.add(other.out + at, count, out + at);
    k.add(other.value_bias + panel.first, panel.width, value_bias + panel.first);
    k.add(other.gate_bias + panel.first, panel.width, gate_bias + panel.first);
}

FeedForwardUnfolding::FeedForwardUnfolding(Layout &layout, const FeedForwardShape &s)
    : turned(layout.take(panel_count(s) * kPanel * s.padded_d())),
      norm_sums(layout.take(panel_count(s) * 2 * s.d)) {}

void FeedForwardUnfolding::unfold(
    const FeedForwardShape &s, const FeedForwardWeights &w,
    const std::vector<FeedForwardSums> &sums, const FeedForwardGradients &to) const {
    const Kernels &k = kernels();
    const FeedForwardSums &total = sums.front();
    share_panels(s, [&](Panel panel) {
        for (size_t part = 1; part < sums.size(); ++part) total.add(s, sums[part], panel);
        unfold_panel(s, w, total, panel, to);
    });
    for (size_t part = 1; part < sums.size(); ++part)
        k.add(sums[part].out_bias, s.d, total.out_bias);
    k.add(total.out_bias, s.d, to.b2);
    for (int64_t i = 1; i < panel_count(s); ++i) k.add(norm_sums + i * 2 * s.d, 2 * s.d, norm_sums);
    k.add(norm_sums, s.d, to.gamma);
    k.add(norm_sums + s.d, s.d, to.beta);
}

// With the sums of one half, F = d(W1·γ) and the gradient c of its bias:
//     dW1 += F∘γ + c·βᵀ [h, d];  dγ += Σ_rows F∘W1,  dβ += Σ_rows c∘W1.
void FeedForwardUnfolding::unfold_panel(
    const FeedForwardShape &s, const FeedForwardWeights &w, const FeedForwardSums &total,
    Panel panel, const FeedForwardGradients &to) const {
    const Kernels &k = kernels();
    const int64_t count = panel.real(s), at = panel.first * s.d;
    float *const rows = turned + panel.first * s.padded_d();
    float *const dgamma = norm_sums + panel.first / kPanel * 2 * s.d;
    std::fill_n(dgamma, 2 * s.d, 0.0f);
    const auto unfold_half = [&](const float *sums, const float *bias, int64_t half) {
        const int64_t from = half * s.h * s.d + at;
        k.transpose(sums + at, s.d, panel.width, panel.width, rows, s.padded_d());
        k.unfold_rows(
            rows, s.padded_d(), w.w1 + from, bias + panel.first, w.gamma, w.beta, count, s.d,
            to.w1 + from, dgamma, dgamma + s.d);
        k.add(bias + panel.first, count, to.b1 + half * s.h + panel.first);
    };
    unfold_half(total.value, total.value_bias, 0);
    unfold_half(total.gate, total.gate_bias, 1);
    for (int64_t row = 0; row < s.d; ++row) {
        k.add(total.out + at + row * panel.width, count, to.w2 + row * s.h + panel.first);
    }
}

FeedForwardSharedBackward::FeedForwardSharedBackward(Layout &layout, const FeedForwardShape &s)
    : folded(layout, s), unfolding(layout, s) {}

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
