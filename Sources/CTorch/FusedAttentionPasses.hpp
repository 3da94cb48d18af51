// The forward and the backward pass of attention over the chunks of a plan. Pure arithmetic,
// without tensors.
//
// Notation, per head where not said otherwise: X̂q [query rows, d] and X̂c [context rows, d] are the
// normalised rows of a chunk, T = X̂q·G + g the projected queries, A = softmax(T·X̂cᵀ) the attention
// weights of a pair, and R the result of a pair before bias and residual. R is Σ_heads A·V with
// V = X̂c·H, or Σ_heads M·H with M = A·X̂c, whichever has fewer rows to multiply with H.
#pragma once

#include "FusedAttentionPlan.hpp"
#include "FusedAttentionWeights.hpp"
#include "FusedRuntime.hpp"

namespace ct_fused {

/// Intermediates that forward leaves for backward, chunk after chunk in the order of the plan.
template <class Float>
struct SavedAttention {
    /// T [heads, query rows, d] of every chunk.
    Float *projected;
    /// A [pairs, heads, queries, padded m].
    Float *weights;
    /// V [heads, context rows, d] or M [heads, query rows of all pairs, d] of every chunk.
    Float *values;

    SavedAttention of(const AttentionPlan::Chunk &chunk, const AttentionShape &s) const {
        const int64_t value_row =
            s.projects_context() ? chunk.contexts.first * s.m : chunk.pairs.first * s.queries;
        return {
            .projected = projected + chunk.queries.first * s.queries * s.wide(),
            .weights = weights + chunk.pairs.first * s.weights(),
            .values = values + value_row * s.wide()};
    }
};

/// The normalised rows of one chunk.
struct NormalisedRows {
    /// X̂c [contexts, m, d], 1/deviation of its rows [contexts, m], and X̂cᵀ [contexts, d, padded m].
    float *context, *context_rstd, *turned;
    /// X̂q [queries, query rows, d] and 1/deviation of its rows; those of the context where both are
    /// the same.
    float *query, *query_rstd;

    NormalisedRows(Layout &layout, const AttentionPlan &plan);

    /// Overwrites everything; X̂cᵀ only with `turn`.
    void fill(
        const AttentionPlan &plan, const AttentionPlan::Chunk &chunk, const float *x,
        const float *y, bool turn) const;
};

/// The buffers of one thread in forward.
struct AttentionForwardBuffers {
    NormalisedRows rows;
    /// The intermediates of one chunk; used only when nothing is saved.
    SavedAttention<float> scratch;
    /// R [pairs, queries, d].
    float *result;

    AttentionForwardBuffers(Layout &layout, const AttentionPlan &plan);
};

/// The buffers of one thread in backward; the gradients are those of one chunk.
struct AttentionBackwardBuffers {
    AttentionSums sums;
    NormalisedRows rows;
    /// dR [pairs, queries, d].
    float *dresult;
    /// dT [heads, query rows, d].
    float *dprojected;
    /// dV or dM, laid out like the saved values.
    float *dvalues;
    /// dA, then the gradient of the scores, of one pair: [heads, queries, padded m].
    float *dweights;
    /// dX̂c [context rows, d], and dX̂q [query rows, d] where that is not the same.
    float *dcontext, *dquery;
    /// dRᵀ [d, padded queries] and dAᵀ [m, padded queries] of one pair.
    float *turned, *turned_weights;

    AttentionBackwardBuffers(Layout &layout, const AttentionPlan &plan);
};

/// Arguments of the forward pass.
struct AttentionForward {
    const AttentionPlan &plan;
    const FoldedAttention &folded;
    /// x [query samples, n, d]; y [context samples, m, d], which is x in self-attention.
    const float *x, *y;
    /// True for valid keys, [context samples, m], or NULL.
    const bool *mask;
    bool saves;
    SavedAttention<float> saved;
    /// [pairs, queries, d], overwritten.
    float *out;

    /// Computes the chunks of one thread.
    void run(int64_t part, const AttentionForwardBuffers &own) const;
};

/// Arguments of the backward pass.
struct AttentionBackward {
    const AttentionPlan &plan;
    const FoldedAttention &folded;
    const float *x, *y;
    const bool *mask;
    SavedAttention<const float> saved;
    /// [pairs, queries, d].
    const float *dout;
    /// Shaped like x and y; overwritten for samples that occur in a pair. dy is NULL when queries
    /// and context are shared.
    float *dx, *dy;

    /// Computes the chunks of one thread and clears and fills the sums in `own`.
    void run(int64_t part, const AttentionBackwardBuffers &own) const;
};

} // namespace ct_fused
