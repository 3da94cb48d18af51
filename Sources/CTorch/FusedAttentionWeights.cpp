#include "FusedAttentionWeights.hpp"

#include "FusedKernels.hpp"

#include <algorithm>
#include <cmath>

namespace ct_fused {
namespace {

float scale_of(const AttentionShape &s) {
    return 1.0f / std::sqrt(static_cast<float>(s.head_width));
}

} // namespace

HeadScratch::HeadScratch(Layout &layout, const AttentionShape &s)
    : turned(layout.take(std::max(s.head_width, s.d) * padded_to_8(std::max(s.head_width, s.d)))) {}

HeadProducts::HeadProducts(Layout &layout, const AttentionShape &s)
    : p(layout.take(s.d * s.wide())), n(layout.take(s.d * s.wide())) {}

void HeadProducts::multiply(
    const AttentionShape &s, const AttentionWeights &w, const HeadScratch &scratch) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d();
    const Kernels &k = kernels();
    for (int64_t h = 0; h < s.heads; ++h) {
        const int64_t key = h * width * d, value = (s.heads + h) * width * d;
        k.product(matrix_product(
            {.rows = d, .columns = d, .inner = width}, {.a = w.wq + key, .row = 1, .inner = d},
            {.b = w.wkv + key, .inner = d}, {.c = p + h * d * d, .row = d}));
        k.transpose(w.wo + h * width, d, width, s.inner(), scratch.turned, padded);
        k.product(matrix_product(
            {.rows = d, .columns = d, .inner = width}, {.a = w.wkv + value, .row = 1, .inner = d},
            {.b = scratch.turned, .inner = padded}, {.c = n + h * d * d, .row = d}));
    }
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
    const float scale = scale_of(s);
    std::fill_n(g_vector, s.wide(), 0.0f);
    std::copy_n(w.bo, d, bias);
    for (int64_t h = 0; h < s.heads; ++h) {
        const float *p = products.p + h * d * d, *n = products.n + h * d * d;
        float *g = g_matrix + h * d * d, *values = h_matrix + h * d * d;
        float *const shift = g_vector + h * d;
        for (int64_t a = 0; a < d; ++a, p += d, n += d, g += d, values += d) {
            const float gamma_q = w.gamma_q[a] * scale, beta_q = w.beta_q[a] * scale;
            const float gamma_c = w.gamma_c[a], beta_c = w.beta_c[a];
            for (int64_t b = 0; b < d; ++b) {
                const float value = p[b] * w.gamma_c[b];
                g[b] = value * gamma_q;
                shift[b] += value * beta_q;
                values[b] = n[b] * gamma_c;
                bias[b] += n[b] * beta_c;
            }
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
    for (int64_t h = 0; h < s.heads; ++h) {
        unfold_norms(s, w, products, h, out);
        query_key_gradients(s, w, h, scratch, out);
        value_output_gradients(s, w, h, scratch, out);
    }
}

// With E[a, b] = s·(γq[a]·dG[a, b] + βq[a]·dg[b]), all [d, d] of one head:
//     dP = E·diag(γc),  dN = diag(γc)·dH + βc·dbiasᵀ;  overwrite dG and dH.
//     dγq += s·Σ_b P·γc∘dG,  dβq += s·Σ_b P·γc∘dg,  dγc += Σ_a P∘E + Σ_b N∘dH,  dβc += Σ_b N∘dbias.
void AttentionSums::unfold_norms(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products, int64_t head,
    const AttentionGradients &out) const {
    const int64_t d = s.d;
    const float scale = scale_of(s);
    const float *const p = products.p + head * d * d, *const n = products.n + head * d * d;
    const float *const shift = g_vector + head * d;
    float *const dp = g_matrix + head * d * d, *const dn = h_matrix + head * d * d;
    for (int64_t a = 0; a < d; ++a) {
        const float gamma_q = w.gamma_q[a] * scale, beta_q = w.beta_q[a] * scale;
        float gamma_sum = 0, beta_sum = 0, value_sum = 0, bias_sum = 0;
        for (int64_t b = 0; b < d; ++b) {
            const int64_t at = a * d + b;
            const float both = gamma_q * dp[at] + beta_q * shift[b];
            const float product = p[at] * w.gamma_c[b];
            gamma_sum += product * dp[at];
            beta_sum += product * shift[b];
            out.gamma_c[b] += p[at] * both;
            dp[at] = w.gamma_c[b] * both;
            value_sum += n[at] * dn[at];
            bias_sum += n[at] * bias[b];
            dn[at] = w.gamma_c[a] * dn[at] + w.beta_c[a] * bias[b];
        }
        out.gamma_q[a] += gamma_sum * scale;
        out.beta_q[a] += beta_sum * scale;
        out.gamma_c[a] += value_sum;
        out.beta_c[a] += bias_sum;
    }
}

// dWq = Wk·dPᵀ and dWk = Wq·dP, [head width, d]; overwrite.
void AttentionSums::query_key_gradients(
    const AttentionShape &s, const AttentionWeights &w, int64_t head, const HeadScratch &scratch,
    const AttentionGradients &out) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d(), at = head * width * d;
    const float *const dp = g_matrix + head * d * d;
    const Kernels &k = kernels();
    k.transpose(dp, d, d, d, scratch.turned, padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d}, {.a = w.wkv + at, .row = d, .inner = 1},
        {.b = scratch.turned, .inner = padded}, {.c = out.wq + at, .row = d}));
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
    k.transpose(dn, d, d, d, scratch.turned, padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d},
        {.a = w.wo + head * width, .row = 1, .inner = s.inner()},
        {.b = scratch.turned, .inner = padded}, {.c = out.wkv + value, .row = d}));
    k.transpose(w.wkv + value, width, d, d, scratch.turned, padded_width);
    k.product(matrix_product(
        {.rows = d, .columns = width, .inner = d}, {.a = dn, .row = 1, .inner = d},
        {.b = scratch.turned, .inner = padded_width},
        {.c = out.wo + head * width, .row = s.inner()}));
}

} // namespace ct_fused
