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
    const AttentionShape &s, const AttentionWeights &w, const HeadScratch &scratch,
    int64_t head) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d();
    const int64_t key = head * width * d, value = (s.heads + head) * width * d;
    const Kernels &k = kernels();
    float *const turned = scratch.of(s, head);
    k.product(matrix_product(
        {.rows = d, .columns = d, .inner = width}, {.a = w.wq + key, .row = 1, .inner = d},
        {.b = w.wkv + key, .inner = d}, {.c = p + head * d * d, .row = d}));
    k.transpose(w.wo + head * width, d, width, s.inner(), turned, padded);
    k.product(matrix_product(
        {.rows = d, .columns = d, .inner = width}, {.a = w.wkv + value, .row = 1, .inner = d},
        {.b = turned, .inner = padded}, {.c = n + head * d * d, .row = d}));
}

FoldedAttention::FoldedAttention(Layout &layout, const AttentionShape &s)
    : g_matrix(layout.take(s.d * s.wide())),
      g_vector(layout.take(s.wide())),
      h_matrix(layout.take(s.d * s.wide())),
      bias(layout.take(s.d)),
      g_turned(layout.take(s.wide() * s.padded_d())),
      h_turned(layout.take(s.wide() * s.padded_d())),
      biases_(layout.take(s.wide())) {}

void FoldedAttention::fill_forward(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
    const HeadScratch &scratch) const {
    for_heads(s, [&](int64_t head) {
        products.multiply(s, w, scratch, head);
        fill(s, w, products, head);
    });
    add_biases(s, w);
}

void FoldedAttention::fill_backward(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products) const {
    const int64_t d = s.d, padded = s.padded_d();
    for_heads(s, [&](int64_t head) {
        const int64_t from = head * d * d, to = head * d * padded;
        fill(s, w, products, head);
        kernels().transpose(g_matrix + from, d, d, d, g_turned + to, padded);
        kernels().transpose(h_matrix + from, d, d, d, h_turned + to, padded);
    });
    add_biases(s, w);
}

void FoldedAttention::fill(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
    int64_t head) const {
    const int64_t d = s.d;
    std::fill_n(g_vector + head * d, d, 0.0f);
    std::fill_n(biases_ + head * d, d, 0.0f);
    for (int64_t a = 0; a < d; ++a) {
        const int64_t at = (head * d + a) * d;
        kernels().fold_head_row(
            head_row(s, w, a), products.p + at, products.n + at, g_matrix + at, h_matrix + at,
            g_vector + head * d, biases_ + head * d);
    }
}

void FoldedAttention::add_biases(const AttentionShape &s, const AttentionWeights &w) const {
    std::copy_n(w.bo, s.d, bias);
    for (int64_t head = 0; head < s.heads; ++head) kernels().add(biases_ + head * s.d, s.d, bias);
}

AttentionSums::AttentionSums(Layout &layout, const AttentionShape &s)
    : begin(layout.next()),
      g_matrix(layout.take(s.d * s.wide())),
      h_matrix(layout.take(s.d * s.wide())),
      g_vector(layout.take(s.wide())),
      bias(layout.take(s.d)) {
    layout.join(begin);
}

void AttentionSums::add(const AttentionShape &s, const AttentionSums &other, int64_t head) const {
    const Kernels &k = kernels();
    const int64_t count = s.d * s.d;
    k.add(other.g_matrix + head * count, count, g_matrix + head * count);
    k.add(other.h_matrix + head * count, count, h_matrix + head * count);
    k.add(other.g_vector + head * s.d, s.d, g_vector + head * s.d);
}

AttentionUnfolding::AttentionUnfolding(Layout &layout, const AttentionShape &s)
    : scratch(layout, s), norm_sums_(layout.take(4 * s.wide())) {}

void AttentionUnfolding::unfold(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
    const std::vector<AttentionSums> &sums, const AttentionGradients &to) const {
    const AttentionSums &total = sums.front();
    // All heads read the gradient of the bias.
    for (size_t part = 1; part < sums.size(); ++part)
        kernels().add(sums[part].bias, s.d, total.bias);
    kernels().add(total.bias, s.d, to.bo);
    for_heads(s, [&](int64_t head) {
        for (size_t part = 1; part < sums.size(); ++part) total.add(s, sums[part], head);
        unfold_norms(s, w, products, total, head);
        query_key_gradients(s, w, total, head, to);
        value_output_gradients(s, w, total, head, to);
    });
    add_norms(s, to);
}

// With E[a, b] = s·(γq[a]·dG[a, b] + βq[a]·dg[b]), all [d, d] of one head:
//     dP = E·diag(γc),  dN = diag(γc)·dH + βc·dbiasᵀ;  overwrite dG and dH.
//     dγq = s·Σ_b P·γc∘dG,  dβq = s·Σ_b P·γc∘dg,  dγc = Σ_a P∘E + Σ_b N∘dH,  dβc = Σ_b N∘dbias.
void AttentionUnfolding::unfold_norms(
    const AttentionShape &s, const AttentionWeights &w, const HeadProducts &products,
    const AttentionSums &total, int64_t head) const {
    const int64_t d = s.d;
    const float scale = scale_of(s);
    float *const gamma_q = norm_sums_ + head * 4 * d, *const beta_q = gamma_q + d;
    float *const gamma_c = beta_q + d, *const beta_c = gamma_c + d;
    std::fill_n(gamma_q, 4 * d, 0.0f);
    for (int64_t a = 0; a < d; ++a) {
        const int64_t at = (head * d + a) * d;
        float own[4] = {};
        kernels().unfold_head_row(
            head_row(s, w, a), products.p + at, products.n + at, total.g_vector + head * d,
            total.bias, total.g_matrix + at, total.h_matrix + at, gamma_c, own);
        gamma_q[a] += own[0] * scale;
        beta_q[a] += own[1] * scale;
        gamma_c[a] += own[2];
        beta_c[a] += own[3];
    }
}

void AttentionUnfolding::add_norms(const AttentionShape &s, const AttentionGradients &to) const {
    float *const targets[] = {to.gamma_q, to.beta_q, to.gamma_c, to.beta_c};
    for (int64_t head = 0; head < s.heads; ++head) {
        for (int64_t i = 0; i < 4; ++i)
            kernels().add(norm_sums_ + (head * 4 + i) * s.d, s.d, targets[i]);
    }
}

// dWq += Wk·dPᵀ and dWk += Wq·dP, [head width, d].
void AttentionUnfolding::query_key_gradients(
    const AttentionShape &s, const AttentionWeights &w, const AttentionSums &total, int64_t head,
    const AttentionGradients &to) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d(), at = head * width * d;
    const float *const dp = total.g_matrix + head * d * d;
    const Kernels &k = kernels();
    k.transpose(dp, d, d, d, scratch.of(s, head), padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d}, {.a = w.wkv + at, .row = d, .inner = 1},
        {.b = scratch.of(s, head), .inner = padded},
        {.c = to.wq + at, .row = d, .accumulate = true}));
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d}, {.a = w.wq + at, .row = d, .inner = 1},
        {.b = dp, .inner = d}, {.c = to.wkv + at, .row = d, .accumulate = true}));
}

// dWv += Woᵀ·dNᵀ [head width, d] and dWo += dNᵀ·Wvᵀ [d, head width].
void AttentionUnfolding::value_output_gradients(
    const AttentionShape &s, const AttentionWeights &w, const AttentionSums &total, int64_t head,
    const AttentionGradients &to) const {
    const int64_t d = s.d, width = s.head_width, padded = s.padded_d();
    const int64_t value = (s.heads + head) * width * d, padded_width = padded_to_8(width);
    const float *const dn = total.h_matrix + head * d * d;
    const Kernels &k = kernels();
    k.transpose(dn, d, d, d, scratch.of(s, head), padded);
    k.product(matrix_product(
        {.rows = width, .columns = d, .inner = d},
        {.a = w.wo + head * width, .row = 1, .inner = s.inner()},
        {.b = scratch.of(s, head), .inner = padded},
        {.c = to.wkv + value, .row = d, .accumulate = true}));
    k.transpose(w.wkv + value, width, d, d, scratch.of(s, head), padded_width);
    k.product(matrix_product(
        {.rows = d, .columns = width, .inner = d}, {.a = dn, .row = 1, .inner = d},
        {.b = scratch.of(s, head), .inner = padded_width},
        {.c = to.wo + head * width, .row = s.inner(), .accumulate = true}));
}

} // namespace ct_fused
