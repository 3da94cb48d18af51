// The forward and the backward pass of the feed-forward block. Pure arithmetic, without tensors.
//
// Notation: X̂ [rows, d] are the normalised rows of a chunk; A and B [rows, hidden] the two halves
// of the first projection, value and gate, without their biases a and b; Y = (A + a)∘gelu(B + b)
// the hidden rows. The result is x + Y·W2ᵀ + b2 (+ residual).
//
// The affine part of the LayerNorm moves into the first projection:
//     W1·(γ∘x̂ + β) + b1 = (W1·γ)·x̂ + (b1 + W1·β).
// Its gradient then costs one pass over the weights instead of one over the rows.
#pragma once

#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"

#include <vector>

namespace ct_fused {

struct FeedForwardShape {
    /// Rows of the input, their width, the width of the hidden layer, and the threads that share
    /// the rows.
    int64_t rows, d, h, parts;

    /// Hidden columns, filled with zeros to a multiple of 8.
    int64_t padded() const { return padded_to_8(h); }
    int64_t padded_d() const { return padded_to_8(d); }
    /// The largest number of rows in one chunk.
    int64_t chunk() const;
    /// Rows of the given thread.
    Range rows_of(int64_t part) const { return piece(rows, parts, part); }
};

/// The parameters: γ and β [d]; W1 [2h, d] and b1 [2h], values first; W2 [d, h] and b2 [d].
struct FeedForwardWeights {
    const float *gamma, *beta, *w1, *b1, *w2, *b2;
};

/// The gradients of FeedForwardWeights, to add to.
struct FeedForwardGradients {
    float *gamma, *beta, *w1, *b1, *w2, *b2;
};

// Hidden columns are kept in panels of 64, each a matrix of its own, so a row of a panel is a few
// cache lines. Tables [d, hidden] "in panels" are one [d, panel] after the other. Threads share the
// panels of a table.

/// Consecutive hidden columns, some of which may be padding.
struct FeedForwardPanel {
    int64_t first, width;

    /// Columns that are not padding.
    int64_t real(const FeedForwardShape &s) const;
};

/// One half of the first projection, values or gates.
struct FoldedHalf {
    /// W1·γ [padded, d], the same in panels of [d, panel], and b1 + W1·β [padded].
    float *weight, *panels, *bias;

    FoldedHalf(Layout &layout, const FeedForwardShape &s);

    /// Overwrites one panel of weight and bias from one half of W1 and b1.
    void fold(
        const FeedForwardShape &s, const FeedForwardWeights &w, const float *half_w1,
        const float *half_b1, FeedForwardPanel panel) const;

    /// Overwrites one panel of the panels.
    void fill_panel(const FeedForwardShape &s, FeedForwardPanel panel) const;
};

struct FoldedFeedForward {
    FoldedHalf value, gate;
    /// W2ᵀ [padded, d], and W2 in panels.
    float *out, *out_panels;

    FoldedFeedForward(Layout &layout, const FeedForwardShape &s);

    /// Overwrites what forward reads: all but the panels of W2.
    void fill_forward(const FeedForwardShape &s, const FeedForwardWeights &w) const;

    /// Overwrites what backward reads: weight and bias of both halves, and the panels of W2.
    void fill_backward(const FeedForwardShape &s, const FeedForwardWeights &w) const;

  private:
    void fold(const FeedForwardShape &s, const FeedForwardWeights &w, FeedForwardPanel panel) const;
    void
    turn_out(const FeedForwardShape &s, const FeedForwardWeights &w, FeedForwardPanel panel) const;
    void fill_out_panel(
        const FeedForwardShape &s, const FeedForwardWeights &w, FeedForwardPanel panel) const;
};

/// Sums over rows: the gradients of W1·γ of both halves and of W2, in panels, and of the biases.
struct FeedForwardSums {
    float *begin, *value, *gate, *out, *value_bias, *gate_bias, *out_bias;

    FeedForwardSums(Layout &layout, const FeedForwardShape &s);

    /// Adds one panel of the sums of another thread.
    void add(const FeedForwardShape &s, const FeedForwardSums &other, FeedForwardPanel panel) const;
};

/// Scratch for the step from the gradients of the folded parameters to those of the parameters.
struct FeedForwardUnfolding {
    /// A panel of W1's gradient for every panel, [panels, 64, padded d]; what each panel adds to dγ
    /// and dβ, [panels, 2, d].
    float *turned, *norm_sums;

    FeedForwardUnfolding(Layout &layout, const FeedForwardShape &s);

    /// Adds the gradients of all parameters. Every thread takes some panels, so that the order of
    /// the sums does not depend on their number. Leaves the sums of all threads in the first.
    void unfold(
        const FeedForwardShape &s, const FeedForwardWeights &w,
        const std::vector<FeedForwardSums> &sums, const FeedForwardGradients &to) const;

  private:
    void unfold_panel(
        const FeedForwardShape &s, const FeedForwardWeights &w, const FeedForwardSums &total,
        FeedForwardPanel panel, const FeedForwardGradients &to) const;
};

/// The state that all threads share in backward.
struct FeedForwardSharedBackward {
    FoldedFeedForward folded;
    FeedForwardUnfolding unfolding;

    FeedForwardSharedBackward(Layout &layout, const FeedForwardShape &s);
};

/// The buffers of one thread in forward.
struct FeedForwardForwardBuffers {
    /// X̂ [chunk, d]; A and B [2, chunk, padded], used only when nothing is saved;
    /// Y [chunk, padded].
    float *normalised, *projected, *hidden;

    FeedForwardForwardBuffers(Layout &layout, const FeedForwardShape &s);
};

/// The buffers of one thread in backward.
struct FeedForwardBackwardBuffers {
    FeedForwardSums sums;
    /// X̂ and its gradient [chunk, d], 1/deviation [chunk], dY and then Y [chunk, padded],
    /// dA and dB [2, chunk, padded].
    float *normalised, *dnormalised, *rstd, *hidden, *dprojected;

    FeedForwardBackwardBuffers(Layout &layout, const FeedForwardShape &s);
};

/// Arguments of the forward pass.
struct FeedForwardForward {
    const FeedForwardShape &s;
    const FoldedFeedForward &folded;
    /// [rows, d]; the residual may be NULL.
    const float *x, *residual;
    const float *out_bias;
    /// A and B in panels, [2, rows, padded] chunk by chunk; NULL when nothing is saved.
    float *projected;
    /// [rows, d], overwritten.
    float *out;

    /// Computes the rows of one thread.
    void run(int64_t part, const FeedForwardForwardBuffers &own) const;
};

/// Arguments of the backward pass.
struct FeedForwardBackward {
    const FeedForwardShape &s;
    const FoldedFeedForward &folded;
    const float *x, *projected, *dout;
    /// [rows, d], overwritten.
    float *dx;

    /// Computes the rows of one thread and clears and fills the sums in `own`.
    void run(int64_t part, const FeedForwardBackwardBuffers &own) const;
};

} // namespace ct_fused
