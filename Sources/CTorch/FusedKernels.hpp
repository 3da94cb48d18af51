#pragma once

#include <cstddef>
#include <cstdint>

namespace ct_fused {

/// C[m][n] = start + Σ_{k1, k2} A[m·a_row + k1·a_outer + k2·a_inner]
///                             · B[k1·b_outer + k2·b_inner + n].
///
/// `start` is C[m][n] with `accumulate`, first[n] where that is given, and 0 otherwise.
///
/// The matrices are small enough for the cache; B is best with rows of at most 64 floats, so wider
/// ones come in panels.
struct Product {
    int64_t rows, columns, outer = 1, inner;
    const float *a;
    int64_t a_row, a_outer = 0, a_inner;
    const float *b;
    int64_t b_outer = 0, b_inner;
    float *c;
    int64_t c_row;
    bool accumulate = false;
    const float *first = nullptr;
};

/// C is [rows, columns]; the sum has outer·inner terms.
struct ProductSize {
    int64_t rows, columns, inner, outer = 1;
};
/// A, with the distances between its rows and between the terms of the sum.
struct ProductLeft {
    const float *a;
    int64_t row, inner, outer = 0;
};
/// B, with the distances between the terms of the sum.
struct ProductRight {
    const float *b;
    int64_t inner, outer = 0;
};
/// C, with the distance between its rows, and what the sum starts from.
struct ProductTarget {
    float *c;
    int64_t row;
    bool accumulate = false;
    const float *first = nullptr;
};

/// A Product in the groups in which it is read.
inline Product matrix_product(
    const ProductSize &size, const ProductLeft &left, const ProductRight &right,
    const ProductTarget &target) {
    return {
        .rows = size.rows,
        .columns = size.columns,
        .outer = size.outer,
        .inner = size.inner,
        .a = left.a,
        .a_row = left.row,
        .a_outer = left.outer,
        .a_inner = left.inner,
        .b = right.b,
        .b_outer = right.outer,
        .b_inner = right.inner,
        .c = target.c,
        .c_row = target.row,
        .accumulate = target.accumulate,
        .first = target.first,
    };
}

/// Constants of one range of an Adam step.
struct AdamStep {
    float decay1, gain1, decay2, gain2, step_size, inverse_root_correction2, epsilon, l2;
};

/// The affine parts of LayerNorms at one row of a head's matrices, those of queries times the scale
/// of the scores; γc at all columns; and the number of columns.
struct HeadRow {
    float gamma_q, beta_q, gamma_c, beta_c;
    const float *gammas;
    int64_t width;
};

/// `count` rounded up to a multiple of 8, the widest register of the kernels that read whole rows.
constexpr int64_t padded_to_8(int64_t count) { return (count + 7) / 8 * 8; }

/// The innermost loops, compiled once per instruction set.
struct Kernels {
    const char *name;

    /// normalised = (x − mean)·rstd per row, without the affine part; rstd may be null.
    void (*normalise)(const float *x, int64_t rows, int64_t width, float *normalised, float *rstd);

    /// out = base + rstd·(g − mean(g) − normalised·mean(g ∘ normalised)) per row; base may be null,
    /// or out itself.
    void (*normalise_backward)(
        const float *g, const float *normalised, const float *rstd, const float *base, int64_t rows,
        int64_t width, float *out);

    /// out = x + bias (+ second) per row; second may be null.
    void (*add_bias)(
        const float *x, const float *second, const float *bias, int64_t rows, int64_t width,
        float *out);

    /// out += x.
    void (*add)(const float *x, int64_t count, float *out);

    /// sums[column] += Σ_rows x.
    void (*add_column_sums)(const float *x, int64_t rows, int64_t width, float *sums);

    /// out = (a + bias_a) ∘ gelu(g + bias_g); everything but the biases is [rows, width].
    void (*geglu)(
        const float *a, const float *g, const float *bias_a, const float *bias_g, int64_t rows,
        int64_t width, float *out);

    /// out_gradient is overwritten with the GEGLU output; da and dg get the gradients of a and g,
    /// and sum_a and sum_g their column sums on top of what they hold.
    void (*geglu_backward)(
        const float *a, const float *g, const float *bias_a, const float *bias_g, int64_t rows,
        int64_t width, float *out_gradient, float *da, float *dg, float *sum_a, float *sum_g);

    /// out[c][r] = x[r][c]; each output row is filled with zeros up to the next multiple of 8.
    void (*transpose)(
        const float *x, int64_t rows, int64_t columns, int64_t x_row, float *out, int64_t out_row);

    void (*product)(const Product &product);

    /// out = w∘γ per row; sums = Σ_columns out, which may be null; shifts += Σ_columns w∘β.
    void (*fold_rows)(
        const float *w, const float *gamma, const float *beta, int64_t rows, int64_t width,
        float *out, float *sums, float *shifts);

    /// The gradients through fold_rows: out += g∘γ + shift·β per row; dγ += Σ_rows g∘w and
    /// dβ += Σ_rows shift·w. g has rows of `g_row` floats.
    void (*unfold_rows)(
        const float *g, int64_t g_row, const float *w, const float *shift, const float *gamma,
        const float *beta, int64_t rows, int64_t width, float *out, float *dgamma, float *dbeta);

    /// One row of a head's G and H, as FusedAttentionWeights.hpp has them; adds to g and bias.
    void (*fold_head_row)(
        const HeadRow &row, const float *p, const float *n, float *g_matrix, float *h_matrix,
        float *g_vector, float *bias);

    /// The gradients through fold_head_row: dp and dn hold those of G and H and become those of P
    /// and N. Adds to dγc, and adds the four sums for this row's dγq, dβq, dγc and dβc to `sums`.
    void (*unfold_head_row)(
        const HeadRow &row, const float *p, const float *n, const float *dg_vector,
        const float *dbias, float *dp, float *dn, float *dgamma_c, float *sums);

    /// In place over rows of `stride` floats, a multiple of 8: the first `count` are scores, the
    /// rest becomes zero. Entries that are not valid become zero; `valid` may be null. Without any
    /// valid entry all weigh the same.
    void (*softmax)(float *scores, int64_t rows, int64_t count, int64_t stride, const bool *valid);

    /// g becomes p ∘ (g − Σ p∘g) per row; entries that are not valid become zero.
    void (*softmax_backward)(
        const float *p, float *g, int64_t rows, int64_t count, int64_t stride, const bool *valid);

    /// Mean and 1/deviation of tokens whose constant part has the given sums and sums of squares,
    /// one per row.
    void (*token_statistics)(
        const float *data, int64_t rows, int64_t width, const float *sums, const float *squares,
        double total_width, float *mean, float *rstd);

    /// Softmax over tokens, one query per lane; `lanes` is a multiple of 8.
    /// scores [tokens, lanes] come without the terms of the token's constant part and mean, and get
    /// them: scores += constants − mean·mean_weights. constants may be null.
    /// weights = softmax(rstd·scores)·rstd and mean_sums = Σ_tokens weights·mean are overwritten.
    void (*token_softmax)(
        float *scores, const float *constants, const float *mean_weights, const float *mean,
        const float *rstd, int64_t tokens, int64_t lanes, const bool *valid, float *weights,
        float *mean_sums);

    /// g [tokens, lanes] holds the gradient of the weights without the mean's term
    /// −mean·value_weights, and becomes that of the scores. The other gradients are added to;
    /// projections [lanes] is scratch.
    void (*token_softmax_backward)(
        const float *scores, const float *weights, const float *mean_weights,
        const float *value_weights, const float *mean, const float *rstd, int64_t tokens,
        int64_t lanes, const bool *valid, double total_width, float *g, float *projections,
        float *mean_weight_gradient, float *sum_gradient, float *square_gradient);

    /// g' = g + l2·p; m = decay1·m + gain1·g'; v = decay2·v + gain2·g'²;
    /// p −= step_size·m / (√v·inverse_root_correction2 + epsilon).
    void (*adam)(float *p, const float *g, float *m, float *v, int64_t count, const AdamStep &step);
};

/// The fastest kernels that this machine can run, or those that the environment variable
/// HIGHMMT_INSTRUCTIONS names. Throws when it names none that this machine has. The variable is
/// read once.
const Kernels &kernels();

namespace avx512 {
const Kernels &kernels();
}
namespace avx2 {
const Kernels &kernels();
}
namespace portable {
const Kernels &kernels();
}

} // namespace ct_fused
