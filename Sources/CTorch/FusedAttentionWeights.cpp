#include "FusedAttentionWeights.hpp"

#include "FusedKernels.hpp"

#include <algorithm>
#include <cmath>

namespace ct_fused {
namespace {

float scale_of(const AttentionShape &s) {
    return 1.0f / std::sqrt(static_cast<float>(s.head_width));
}

// Calls body(head) for every head, on several threads. Heads do not share results.
template <class Body>
void for_heads(const AttentionShape &s, Body &&body) {
    const int64_t parts = std::min(thread_count(), s.heads);
    parallel(parts, [&](int64_t part) {
        const Range heads = piece(s.heads, parts, part);
        for (int64_t head = heads.first; head < heads.last; ++head) body(head);
    });
}

HeadRow head_row(const AttentionShape &s, const AttentionWeights &w, int64_t row) {
    const float scale = scale_of(s);
    return {
        .gamma_q = w.gamma_q[row] * scale,
        .beta_q = w.beta_q[row] * scale,
        .gamma_c = w.gamma_c[row],
        .beta_c = w.beta_c[row],
        .gammas = w.gamma_c,
        .width = s.d};
}

} // namespace

HeadScratch::HeadScratch(Layout &layout, const AttentionShape &s)
    : turned(layout.take(s.heads * floats(s))) {}

int64_t HeadScratch::floats(const AttentionShape &s) {
    const int64_t most = std::max(s.head_width, s.d);
    return most * padded_to_8(most);
}

HeadProducts::HeadProducts(Layout &layout, const AttentionShape &s)
    : p(layout.take(s.d * s.wide())), n(layout.take(s.d * s.wide())) {}

void HeadProducts::multiply(
    const AttentionShape &s, const AttentionWeights &w, const HeadScratch &scratch) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d();
    const Kernels &k = kernels();
    for_heads(s, [&](int64_t h) {
        const int64_t key = h * width * d, value = (s.heads + h) * width * d;
        float *const turned = scratch.of(s, h);
        k.product(matrix_product(
            {.rows = d, .columns = d, .inner = width}, {.a = w.wq + key, .row = 1, .inner = d},
            {.b = w.wkv + key, .inner = d}, {.c = p + h * d * d, .row = d}));
        k.transpose(w.wo + h * width, d, width, s.inner(), turned, padded);
        k.product(matrix_product(
            {.rows = d, .columns = d, .inner = width}, {.a = w.wkv + value, .row = 1, .inner = d},
            {.b = turned, .inner = padded}, {.c = n + h * d * d, .row = d}));
    });
}

FoldedAttention::FoldedAttention(Layout &layout, const AttentionShape &s)
    : g_matrix(layout.take(s.d * s.wide())),
      g_vector(layout.take(s.wide())),
      h_matrix(layout.take(s.d * s.wide())),
      bias(layout.take(s.d)),
      g_turned(layout.take(s.wide() * s.padded_d())),
      h_turned(layout.take(s.wide() * s.padded_d())) {}

void FoldedAttention::fill(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products) const {
    const int64_t d = s.d;
    std::fill_n(g_vector, s.wide(), 0.0f);
    std::copy_n(w.bo, d, bias);
    for (int64_t h = 0; h < s.heads; ++h) {
        for (int64_t a = 0; a < d; ++a) {
            const int64_t at = (h * d + a) * d;
            kernels().fold_head_row(
                head_row(s, w, a), products.p + at, products.n + at, g_matrix + at, h_matrix + at,
                g_vector + h * d, bias);
        }
    }
}

void FoldedAttention::turn(const AttentionShape &s) const {
    const int64_t d = s.d, padded = s.padded_d();
    for (int64_t h = 0; h < s.heads; ++h) {
        kernels().transpose(g_matrix + h * d * d, d, d, d, g_turned + h * d * padded, padded);
        kernels().transpose(h_matrix + h * d * d, d, d, d, h_turned + h * d * padded, padded);
    }
}

AttentionSums::AttentionSums(Layout &layout, const AttentionShape &s)
    : begin(layout.next()),
      g_matrix(layout.take(s.d * s.wide())),
      h_matrix(layout.take(s.d * s.wide())),
      g_vector(layout.take(s.wide())),
      bias(layout.take(s.d)) {
    layout.join(begin);
}

void AttentionSums::unfold(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
    const HeadScratch &scratch, const AttentionGradients &out) const {
    std::copy_n(bias, s.d, out.bo);
    for (int64_t h = 0; h < s.heads; ++h) unfold_norms(s, w, products, h, out);
    for_heads(s, [&](int64_t h) {
        query_key_gradients(s, w, h, scratch, out);
        value_output_gradients(s, w, h, scratch, out);
    });
}

// With E[a, b] = s·(γq[a]·dG[a, b] + βq[a]·dg[b]), all [d, d] of one head:
//     dP = E·diag(γc),  dN = diag(γc)·dH + βc·dbiasᵀ;  overwrite dG and dH.
//     dγq += s·Σ_b P·γc∘dG,  dβq += s·Σ_b P·γc∘dg,  dγc += Σ_a P∘E + Σ_b N∘dH,  dβc += Σ_b N∘dbias.
void AttentionSums::unfold_norms(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products, int64_t head,
    const AttentionGradients &out) const {
    const int64_t d = s.d;
    const float scale = scale_of(s);
    for (int64_t a = 0; a < d; ++a) {
        const int64_t at = (head * d + a) * d;
        float sums[4] = {};
        kernels().unfold_head_row(
            head_row(s, w, a), products.p + at, products.n + at, g_vector + head * d, bias,
            g_matrix + at, h_matrix + at, out.gamma_c, sums);
        out.gamma_q[a] += sums[0] * scale;
        out.beta_q[a] += sums[1] * scale;
        out.gamma_c[a] += sums[2];
        out.beta_c[a] += sums[3];
    }
}

// dWq = Wk·dPᵀ and dWk = Wq·dP, [head width, d]; overwrite.
void AttentionSums::query_key_gradients(
    const AttentionShape &s, const AttentionWeights &w, int64_t head, const HeadScratch &scratch,
    const AttentionGradients &out) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d(), at = head * width * d;
    const float *const dp = g_matrix + head * d * d;
    const Kernels &k = kernels();
    k.transpose(dp, d, d, d, scratch.of(s, head), padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d}, {.a = w.wkv + at, .row = d, .inner = 1},
        {.b = scratch.of(s, head), .inner = padded}, {.c = out.wq + at, .row = d}));
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d}, {.a = w.wq + at, .row = d, .inner = 1},
        {.b = dp, .inner = d}, {.c = out.wkv + at, .row = d}));
}

// dWv = Woᵀ·dNᵀ [head width, d] and dWo = dNᵀ·Wvᵀ [d, head width]; overwrite.
void AttentionSums::value_output_gradients(
    const AttentionShape &s, const AttentionWeights &w, int64_t head, const HeadScratch &scratch,
    const AttentionGradients &out) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d();
    const int64_t value = (s.heads + head) * width * d, padded_width = padded_to_8(width);
    const float *const dn = h_matrix + head * d * d;
    const Kernels &k = kernels();
    k.transpose(dn, d, d, d, scratch.of(s, head), padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d},
        {.a = w.wo + head * width, .row = 1, .inner = s.inner()},
        {.b = scratch.of(s, head), .inner = padded}, {.c = out.wkv + value, .row = d}));
    k.transpose(w.wkv + value, width, d, d, scratch.of(s, head), padded_width);
    k.product(matrix_product(
        {.rows = d, .columns = width, .inner = d}, {.a = dn, .row = 1, .inner = d},
        {.b = scratch.of(s, head), .inner = padded_width},
        {.c = out.wo + head * width, .row = s.inner()}));
}

} // namespace ct_fused
