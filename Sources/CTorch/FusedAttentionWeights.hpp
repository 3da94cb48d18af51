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

#include <vector>

namespace ct_fused {

/// The parameters of one attention. In self-attention gamma_c equals gamma_q, and beta_c beta_q.
struct AttentionWeights {
    /// The affine parts of the normalisation of queries and context, [d].
    const float *gamma_q, *beta_q, *gamma_c, *beta_c;
    /// Wq [inner, d]; Wk over Wv [2·inner, d]; Wo [d, inner]; bo [d].
    const float *wq, *wkv, *wo, *bo;
};

/// The gradients of AttentionWeights, to add to.
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

    /// P = Wqᵀ·Wk and N = Wvᵀ·Woᵀ of one head; overwrites both.
    void multiply(
        const AttentionShape &s, const AttentionWeights &w, const HeadScratch &scratch,
        int64_t head) const;
};

/// G and H [heads, d, d], g [heads, d], the output bias [d], and for backward Gᵀ and Hᵀ
/// [heads, d, padded d].
struct FoldedAttention {
    float *g_matrix, *g_vector, *h_matrix, *bias, *g_turned, *h_turned;

    FoldedAttention(Layout &layout, const AttentionShape &s);

    /// Overwrites the products and everything but the transposes.
    void fill_forward(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        const HeadScratch &scratch) const;

    /// Overwrites everything from the products.
    void fill_backward(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products) const;

  private:
    /// The part of every head in the bias, [heads, d].
    float *biases_;

    void fill(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        int64_t head) const;
    void add_biases(const AttentionShape &s, const AttentionWeights &w) const;
};

/// Sums over rows: dG and dH [heads, d, d], dg [heads, d] and the gradient of the output bias [d].
struct AttentionSums {
    float *begin, *g_matrix, *h_matrix, *g_vector, *bias;

    AttentionSums(Layout &layout, const AttentionShape &s);

    /// Adds the matrices and the vector of one head of another thread's sums.
    void add(const AttentionShape &s, const AttentionSums &other, int64_t head) const;
};

/// The step from the gradients of the folded parameters to those of the parameters.
struct AttentionUnfolding {
    HeadScratch scratch;

    AttentionUnfolding(Layout &layout, const AttentionShape &s);

    /// Adds the gradients of all parameters. Every thread takes some heads, so that the order of
    /// the sums does not depend on their number. Leaves dP and dN in place of the first thread's dG
    /// and dH.
    void unfold(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        const std::vector<AttentionSums> &sums, const AttentionGradients &to) const;

  private:
    /// The part of every head in the gradients of γq, βq, γc and βc, [heads, 4, d].
    float *norm_sums_;

    void unfold_norms(
        const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
        const AttentionSums &total, int64_t head) const;
    void add_norms(const AttentionShape &s, const AttentionGradients &to) const;
    void query_key_gradients(
        const AttentionShape &s, const AttentionWeights &w, const AttentionSums &total,
        int64_t head, const AttentionGradients &to) const;
    void value_output_gradients(
        const AttentionShape &s, const AttentionWeights &w, const AttentionSums &total,
        int64_t head, const AttentionGradients &to) const;
};

} // namespace ct_fused
