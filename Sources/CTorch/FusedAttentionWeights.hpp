// Attention is computed in the form in which the weights meet before the rows do. With x̂ the
// normalised row without its affine part, γ and β that part, and per head
//     P = Wqᵀ·Wk,  N = Wvᵀ·Woᵀ  (both [d, d]),
// the scores and the result of a head are, exactly,
//     x̂q·G·x̂cᵀ + g·x̂cᵀ  with  G = s·diag(γq)·P·diag(γc),  g = s·βqᵀ·P·diag(γc),
//     softmax(scores)·x̂c·H  with  H = diag(γc)·N,
// where s is head_width^-½. βc enters only the output bias bo + Σ_heads βcᵀ·N, because it shifts
// all scores of a row alike. Keys and the output projection disappear. For d ≤ head width this
// takes fewer operations than projecting q, k, v and o.
#pragma once

#include "FusedAttentionPlan.hpp"
#include "FusedRuntime.hpp"

namespace ct_fused {

/// The parameters of one attention. In self-attention gamma_c equals gamma_q, and beta_c beta_q.
struct AttentionWeights {
    /// The affine parts of the normalisation of queries and context, [d].
    const float *gamma_q, *beta_q, *gamma_c, *beta_c;
    /// Wq [inner, d]; Wk over Wv [2·inner, d]; Wo [d, inner]; bo [d].
    const float *wq, *wkv, *wo, *bo;
};

/// The gradients of AttentionWeights.
struct AttentionGradients {
    float *gamma_q, *beta_q, *gamma_c, *beta_c, *wq, *wkv, *wo, *bo;
};

// Matrices of several heads are kept head by head, [heads, rows, d].

/// Room for a matrix of every head, transposed.
struct HeadScratch {
    float *turned;

    HeadScratch(Layout &layout, const AttentionShape &s);

    /// The room of one head.
    float *of(const AttentionShape &s, int64_t head) const { return turned + head * floats(s); }

  private:
    static int64_t floats(const AttentionShape &s);
};

/// P and N, [heads, d, d].
struct HeadProducts {
    float *p, *n;

    HeadProducts(Layout &layout, const AttentionShape &s);

    /// P = Wqᵀ·Wk and N = Wvᵀ·Woᵀ per head; overwrites both.
    void
    multiply(const AttentionShape &s, const AttentionWeights &w, const HeadScratch &scratch) const;
};

/// G and H [heads, d, d], g [heads, d], the output bias [d], and for backward Gᵀ and Hᵀ
/// [heads, d, padded d].
struct FoldedAttention {
    float *g_matrix, *g_vector, *h_matrix, *bias, *g_turned, *h_turned;

    FoldedAttention(Layout &layout, const AttentionShape &s);

    /// Overwrites everything but the transposes.
    void
    fill(const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products) const;

    /// Overwrites the transposes.
    void turn(const AttentionShape &s) const;
};

/// Sums over rows: dG and dH [heads, d, d], dg [heads, d] and the gradient of the output bias [d].
struct AttentionSums {
    float *begin, *g_matrix, *h_matrix, *g_vector, *bias;

    AttentionSums(Layout &layout, const AttentionShape &s);

    /// Turns the gradients of the folded parameters into those of the parameters. Overwrites dWq,
    /// dWk, dWv, dWo and dbo, adds to the gradients of γ and β, and leaves dP and dN in place of dG
    /// and dH.
    void unfold(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        const HeadScratch &scratch, const AttentionGradients &out) const;

  private:
    void unfold_norms(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        int64_t head, const AttentionGradients &out) const;
    void query_key_gradients(
        const AttentionShape &s, const AttentionWeights &w, int64_t head,
        const HeadScratch &scratch, const AttentionGradients &out) const;
    void value_output_gradients(
        const AttentionShape &s, const AttentionWeights &w, int64_t head,
        const HeadScratch &scratch, const AttentionGradients &out) const;
};

} // namespace ct_fused
