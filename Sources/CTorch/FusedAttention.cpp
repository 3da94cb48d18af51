#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "include/CTorchFused.h"
#include "FusedAttentionPlan.hpp"
#include "FusedKernels.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"

// Attention is taken in the form in which the weights meet before the rows do. With x̂ the normalised row without its
// affine part, γ and β that part, and per head
//     P = Wqᵀ·Wk,  N = Wvᵀ·Woᵀ  (both d×d),
// the scores and the result of a head are, exactly,
//     x̂q·G·x̂cᵀ + g·x̂cᵀ  with  G = s·diag(γq)·P·diag(γc),  g = s·βqᵀ·P·diag(γc),
//     softmax(scores)·x̂c·H  with  H = diag(γc)·N,
// and βc enters only the output bias, because it shifts all scores of a row alike: bo + Σ_heads βcᵀ·N. Keys and the
// output projection disappear, which for d ≤ head width is fewer operations than projecting q, k, v and o.

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused attention";

struct Weights {
    const float *gamma_q, *beta_q, *gamma_c, *beta_c, *wq, *wkv, *wo, *bo;
};

float scale_of(const AttentionShape &s) { return 1.0f / std::sqrt(static_cast<float>(s.head_width)); }

// Every matrix of several heads is kept head by head, [heads, rows, d].

// P [heads, d, d] and N [heads, d, d].
struct Products {
    float *scores, *values;

    Products(float *memory, const AttentionShape &s) : scores(memory), values(memory + s.wide() * s.d) {}

    void multiply(const AttentionShape &s, const Weights &w, float *turned) const {
        const int64_t d = s.d, width = s.head_width, padded = (d + 7) / 8 * 8;
        const Kernels &k = kernels();
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product({.rows = d, .columns = d, .inner = width, .a = w.wq + h * width * d, .a_row = 1, .a_inner = d,
                       .b = w.wkv + h * width * d, .b_inner = d, .c = scores + h * d * d, .c_row = d});
            k.transpose(w.wo + h * width, d, width, s.inner(), turned, padded);
            k.product({.rows = d, .columns = d, .inner = width, .a = w.wkv + (s.heads + h) * width * d, .a_row = 1,
                       .a_inner = d, .b = turned, .b_inner = padded, .c = values + h * d * d, .c_row = d});
        }
    }
};

// Room for one head's matrix, transposed.
int64_t turned_size(const AttentionShape &s) {
    return std::max(s.head_width, s.d) * ((std::max(s.head_width, s.d) + 7) / 8 * 8);
}

// G and H [heads, d, d], their transposes for backward, g [heads, d] and the output bias [d].
struct Folded {
    float *g_matrix, *g_vector, *h_matrix, *bias, *g_turned, *h_turned;

    Folded(Layout &layout, const AttentionShape &s)
        : g_matrix(layout.take(s.d * s.wide())),
          g_vector(layout.take(s.wide())),
          h_matrix(layout.take(s.d * s.wide())),
          bias(layout.take(s.d)),
          g_turned(layout.take(s.wide() * turned_row(s))),
          h_turned(layout.take(s.wide() * turned_row(s))) {}

    static int64_t turned_row(const AttentionShape &s) { return (s.d + 7) / 8 * 8; }

    void fill(const AttentionShape &s, const Weights &w, const Products &products) const {
        const int64_t d = s.d;
        const float scale = scale_of(s);
        std::fill_n(g_vector, s.wide(), 0.0f);
        std::copy_n(w.bo, d, bias);
        for (int64_t h = 0; h < s.heads; ++h) {
            const float *p = products.scores + h * d * d, *n = products.values + h * d * d;
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

    void turn(const AttentionShape &s) const {
        const int64_t d = s.d, row = turned_row(s);
        for (int64_t h = 0; h < s.heads; ++h) {
            kernels().transpose(g_matrix + h * d * d, d, d, d, g_turned + h * d * row, row);
            kernels().transpose(h_matrix + h * d * d, d, d, d, h_turned + h * d * row, row);
        }
    }
};

// What forward leaves for backward, chunk after chunk in the order of the plan: projected queries T [heads, query rows,
// d]; attention weights [pairs, heads, queries, padded m]; and projected values [heads, context rows, d] or mixed rows
// [heads, query rows of all pairs, d].
struct Saved {
    Tensor projected, weights, values;

    static Saved make(const AttentionPlan &plan, const at::TensorOptions &options) {
        const AttentionShape &s = plan.shape;
        const int64_t rows = s.projects_context() ? static_cast<int64_t>(plan.contexts.size()) * s.m
                                                  : s.pairs * s.queries;
        return {at::empty({static_cast<int64_t>(plan.queries.size()) * s.queries * s.wide()}, options),
                at::empty({s.pairs * s.weights()}, options), at::empty({rows * s.wide()}, options)};
    }
};

// The buffers of one thread for the rows of one chunk.
struct Rows {
    float *context, *context_rstd, *query, *query_rstd, *turned;

    Rows(Layout &layout, const AttentionPlan &plan) {
        const AttentionShape &s = plan.shape;
        context = layout.take(plan.most_contexts * s.m * s.d);
        context_rstd = layout.take(plan.most_contexts * s.m);
        turned = layout.take(plan.most_contexts * s.d * s.padded_m());
        const bool own = !s.shared || s.queries != s.n;
        query = own ? layout.take(plan.most_queries * s.queries * s.d) : context;
        query_rstd = own ? layout.take(plan.most_queries * s.queries) : context_rstd;
    }

    void normalise(
        const AttentionPlan &plan, const AttentionPlan::Chunk &chunk, const float *x, const float *y, bool turn) const {
        const AttentionShape &s = plan.shape;
        const Kernels &k = kernels();
        for (int64_t i = 0; i < chunk.contexts.count(); ++i) {
            float *const rows = context + i * s.m * s.d;
            k.normalise(
                y + plan.contexts[chunk.contexts.first + i] * s.m * s.d, s.m, s.d, rows, context_rstd + i * s.m);
            if (turn) k.transpose(rows, s.m, s.d, s.d, turned + i * s.d * s.padded_m(), s.padded_m());
        }
        if (query == context) return;
        for (int64_t i = 0; i < chunk.queries.count(); ++i) {
            float *const rows = query + i * s.queries * s.d;
            if (s.shared) {
                std::copy_n(context + ((i + 1) * s.m - s.queries) * s.d, s.queries * s.d, rows);
            } else {
                const int64_t sample = plan.queries[chunk.queries.first + i];
                k.normalise(
                    x + ((sample + 1) * s.n - s.queries) * s.d, s.queries, s.d, rows, query_rstd + i * s.queries);
            }
        }
    }
};

Weights weights_of(
    const Tensor &gamma_q, const Tensor &beta_q, const Tensor &gamma_c, const Tensor &beta_c, const Tensor &wq,
    const Tensor &wkv, const Tensor &wo, const Tensor &bo) {
    const bool own = gamma_c.defined();
    return {floats(gamma_q), floats(beta_q), floats(own ? gamma_c : gamma_q), floats(own ? beta_c : beta_q),
            floats(wq),      floats(wkv),    floats(wo),                      floats(bo)};
}

// The same product for every head, given for the first one with the distances to the next. With a single query the
// heads become the rows of one product.
void for_heads(const AttentionShape &s, Product product, int64_t a_head, int64_t c_head) {
    if (s.queries == 1) {
        product.rows = s.heads;
        product.a_row = a_head;
        product.c_row = c_head;
        kernels().product(product);
        return;
    }
    for (int64_t h = 0; h < s.heads; ++h, product.a += a_head, product.c += c_head) kernels().product(product);
}

const bool *mask_of(const Tensor &mask, const AttentionShape &s, int64_t sample) {
    return mask.defined() ? static_cast<const bool *>(mask.const_data_ptr()) + sample * s.m : nullptr;
}

struct Attention : torch::autograd::Function<Attention> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &context, const Tensor &gamma_q,
        const Tensor &beta_q, const std::optional<Tensor> &gamma_c, const std::optional<Tensor> &beta_c,
        const Tensor &wq, const Tensor &wkv, const Tensor &wo, const Tensor &bo, const std::optional<Tensor> &mask,
        const c10::intrusive_ptr<AttentionPlan> &holder, bool save) {
        const AttentionPlan &plan = *holder;
        const AttentionShape &s = plan.shape;
        const Kernels &k = kernels();
        const at::TensorOptions options = x.options().requires_grad(false);
        const Tensor out = at::empty({s.pairs, s.queries, s.d}, options);
        const Tensor memory = at::empty({2 * s.d * s.wide()}, options);
        const Products products(mutable_floats(memory), s);
        const Tensor masked = mask.value_or(Tensor());
        const Weights w = weights_of(
            gamma_q, beta_q, gamma_c.value_or(Tensor()), beta_c.value_or(Tensor()), wq, wkv, wo, bo);
        Saved saved;
        if (save) saved = Saved::make(plan, options);

        const bool per_context = s.projects_context();
        const int64_t d = s.d, wide = s.wide(), padded = s.padded_m();
        const int64_t value_rows = per_context ? plan.most_contexts * s.m : plan.most_pairs * s.queries;
        const auto lay_out = [&](Layout &layout) {
            struct Buffers {
                Rows rows;
                float *projected, *weights, *values, *result;
            };
            return Buffers{Rows(layout, plan), layout.take(plan.most_queries * s.queries * wide),
                           layout.take(plan.most_pairs * s.weights()), layout.take(value_rows * wide),
                           layout.take(plan.most_pairs * s.queries * d)};
        };
        Layout shared_size, part_size;
        Folded{shared_size, s};
        shared_size.take(turned_size(s));
        lay_out(part_size);
        const int64_t parts = static_cast<int64_t>(plan.parts.size());
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Folded folded(shared, s);
        products.multiply(s, w, shared.take(turned_size(s)));
        folded.fill(s, w, products);

        const float *const xs = floats(x), *const ys = context ? floats(*context) : xs;
        float *const outs = mutable_floats(out);
        float *const all_projected = save ? mutable_floats(saved.projected) : nullptr;
        float *const all_weights = save ? mutable_floats(saved.weights) : nullptr;
        float *const all_values = save ? mutable_floats(saved.values) : nullptr;
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            const auto buffers = lay_out(own);
            const Rows &rows = buffers.rows;
            for (int64_t index = plan.parts[part].first; index < plan.parts[part].last; ++index) {
                const AttentionPlan::Chunk &chunk = plan.chunks[index];
                const int64_t query_rows = chunk.queries.count() * s.queries;
                const int64_t context_rows = chunk.contexts.count() * s.m;
                const int64_t pair_rows = chunk.pairs.count() * s.queries;
                float *const projected =
                    save ? all_projected + chunk.queries.first * s.queries * wide : buffers.projected;
                float *const weights = save ? all_weights + chunk.pairs.first * s.weights() : buffers.weights;
                const int64_t first_value = per_context ? chunk.contexts.first * s.m : chunk.pairs.first * s.queries;
                float *const values = save ? all_values + first_value * wide : buffers.values;

                rows.normalise(plan, chunk, xs, ys, true);
                for (int64_t h = 0; h < s.heads; ++h) {
                    k.product({.rows = query_rows, .columns = d, .inner = d, .a = rows.query, .a_row = d, .a_inner = 1,
                               .b = folded.g_matrix + h * d * d, .b_inner = d, .c = projected + h * query_rows * d,
                               .c_row = d, .first = folded.g_vector + h * d});
                    if (!per_context) continue;
                    k.product({.rows = context_rows, .columns = d, .inner = d, .a = rows.context, .a_row = d,
                               .a_inner = 1, .b = folded.h_matrix + h * d * d, .b_inner = d,
                               .c = values + h * context_rows * d, .c_row = d});
                }
                for (int64_t i = 0; i < chunk.pairs.count(); ++i) {
                    const AttentionPlan::Pair &pair = plan.pairs[chunk.pairs.first + i];
                    const int64_t query = (pair.query - chunk.queries.first) * s.queries;
                    const int64_t source = pair.context - chunk.contexts.first;
                    float *const a = weights + i * s.weights();
                    for_heads(
                        s,
                        {.rows = s.queries, .columns = padded, .inner = d, .a = projected + query * d, .a_row = d,
                         .a_inner = 1, .b = rows.turned + source * d * padded, .b_inner = padded, .c = a,
                         .c_row = padded},
                        query_rows * d, s.queries * padded);
                    k.softmax(
                        a, s.queries * s.heads, s.m, padded, mask_of(masked, s, plan.contexts[pair.context]));
                    if (per_context) {
                        k.product({.rows = s.queries, .columns = d, .outer = s.heads, .inner = s.m, .a = a,
                                   .a_row = padded, .a_outer = s.queries * padded, .a_inner = 1,
                                   .b = values + source * s.m * d, .b_outer = context_rows * d, .b_inner = d,
                                   .c = buffers.result + i * s.queries * d, .c_row = d});
                        continue;
                    }
                    for_heads(
                        s,
                        {.rows = s.queries, .columns = d, .inner = s.m, .a = a, .a_row = padded, .a_inner = 1,
                         .b = rows.context + source * s.m * d, .b_inner = d, .c = values + i * s.queries * d,
                         .c_row = d},
                        s.queries * padded, pair_rows * d);
                }
                if (!per_context) {
                    k.product({.rows = pair_rows, .columns = d, .outer = s.heads, .inner = d, .a = values, .a_row = d,
                               .a_outer = pair_rows * d, .a_inner = 1, .b = folded.h_matrix, .b_outer = d * d,
                               .b_inner = d, .c = buffers.result, .c_row = d});
                }
                for (int64_t i = 0; i < chunk.pairs.count(); ++i) {
                    const AttentionPlan::Pair &pair = plan.pairs[chunk.pairs.first + i];
                    k.add_bias(
                        xs + ((plan.queries[pair.query] + 1) * s.n - s.queries) * d,
                        buffers.result + i * s.queries * d, folded.bias, s.queries, d,
                        outs + pair.out * s.queries * d);
                }
            }
        });

        if (save) {
            ctx->save_for_backward(
                {x, context.value_or(Tensor()), gamma_q, beta_q, gamma_c.value_or(Tensor()),
                 beta_c.value_or(Tensor()), wq, wkv, wo, bo, masked, memory, saved.projected, saved.weights,
                 saved.values});
            ctx->saved_data["plan"] = c10::IValue::make_capsule(holder);
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const variable_list saved = ctx->get_saved_variables();
        const Tensor &x = saved[0], &context = saved[1], &gamma_q = saved[2], &beta_q = saved[3],
                     &gamma_c = saved[4], &beta_c = saved[5], &wq = saved[6], &wkv = saved[7], &wo = saved[8],
                     &bo = saved[9], &masked = saved[10];
        const auto holder = c10::static_intrusive_pointer_cast<AttentionPlan>(ctx->saved_data["plan"].toCapsule());
        const AttentionPlan &plan = *holder;
        const AttentionShape &s = plan.shape;
        const Kernels &k = kernels();
        const Tensor dout = gradients[0].contiguous();
        const Weights w = weights_of(gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo);
        const Products products(mutable_floats(saved[11]), s);
        const float *const all_projected = floats(saved[12]), *const all_weights = floats(saved[13]);
        const float *const all_values = floats(saved[14]);

        // Samples outside of every pair get no gradient, and rows before the last query none as queries.
        const bool whole = static_cast<int64_t>(plan.queries.size()) == s.query_samples;
        const Tensor dx = whole ? at::empty_like(x) : at::zeros_like(x);
        Tensor dcontext;
        if (!s.shared) {
            dcontext = static_cast<int64_t>(plan.contexts.size()) == s.context_samples ? at::empty_like(context)
                                                                                      : at::zeros_like(context);
        }

        const bool per_context = s.projects_context(), separate = !s.shared || s.queries != s.n;
        const int64_t d = s.d, wide = s.wide(), padded = s.padded_m(), padded_queries = s.padded_queries();
        const int64_t value_rows = per_context ? plan.most_contexts * s.m : plan.most_pairs * s.queries;
        // dG and dH [heads, d, d], dg [heads, d], dbias [d].
        const int64_t sums = 2 * d * wide + wide + d;
        const auto lay_out = [&](Layout &layout) {
            struct Buffers {
                float *sums;
                Rows rows;
                float *gradient, *dprojected, *dvalues, *dweights, *dcontext, *dquery, *turned, *turned_weights;
            };
            return Buffers{layout.take(sums),
                           Rows(layout, plan),
                           layout.take(plan.most_pairs * s.queries * d),
                           layout.take(plan.most_queries * s.queries * wide),
                           layout.take(value_rows * wide),
                           layout.take(s.weights()),
                           layout.take(plan.most_contexts * s.m * d),
                           layout.take(separate ? plan.most_queries * s.queries * d : 0),
                           layout.take(per_context ? d * padded_queries : 0),
                           layout.take(per_context ? s.m * padded_queries : 0)};
        };
        Layout shared_size, part_size;
        Folded{shared_size, s};
        shared_size.take(sums);
        shared_size.take(2 * turned_size(s));
        lay_out(part_size);
        const int64_t parts = static_cast<int64_t>(plan.parts.size());
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Folded folded(shared, s);
        float *const total = shared.take(sums), *const scratch = shared.take(2 * turned_size(s));
        folded.fill(s, w, products);
        folded.turn(s);
        const int64_t turned_row = Folded::turned_row(s);

        const float *const xs = floats(x), *const ys = context.defined() ? floats(context) : xs;
        const float *const douts = floats(dout);
        float *const dxs = mutable_floats(dx), *const dys = s.shared ? nullptr : mutable_floats(dcontext);
        std::vector<const float *> slices(parts);
        for (int64_t part = 0; part < parts; ++part) slices[part] = workspace.part(part);
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            const auto buffers = lay_out(own);
            const Rows &rows = buffers.rows;
            float *const dg_matrix = buffers.sums, *const dh_matrix = dg_matrix + d * wide;
            float *const dg_vector = dh_matrix + d * wide, *const dbias = dg_vector + wide;
            std::fill_n(buffers.sums, sums, 0.0f);
            for (int64_t index = plan.parts[part].first; index < plan.parts[part].last; ++index) {
                const AttentionPlan::Chunk &chunk = plan.chunks[index];
                const int64_t query_rows = chunk.queries.count() * s.queries;
                const int64_t context_rows = chunk.contexts.count() * s.m;
                const int64_t pair_rows = chunk.pairs.count() * s.queries;
                const float *const projected = all_projected + chunk.queries.first * s.queries * wide;
                const float *const weights = all_weights + chunk.pairs.first * s.weights();
                const float *const values =
                    all_values + (per_context ? chunk.contexts.first * s.m : chunk.pairs.first * s.queries) * wide;

                rows.normalise(plan, chunk, xs, ys, !per_context);
                for (int64_t i = 0; i < chunk.queries.count(); ++i) {
                    std::fill_n(dxs + plan.queries[chunk.queries.first + i] * s.n * d, s.n * d, 0.0f);
                }
                for (int64_t i = 0; i < chunk.pairs.count(); ++i) {
                    const AttentionPlan::Pair &pair = plan.pairs[chunk.pairs.first + i];
                    const float *const rows_in = douts + pair.out * s.queries * d;
                    std::copy_n(rows_in, s.queries * d, buffers.gradient + i * s.queries * d);
                    k.add(
                        rows_in, s.queries * d, dxs + ((plan.queries[pair.query] + 1) * s.n - s.queries) * d);
                }
                k.add_column_sums(buffers.gradient, pair_rows, d, dbias);
                std::fill_n(buffers.dcontext, context_rows * d, 0.0f);
                if (!plan.identity) std::fill_n(buffers.dprojected, query_rows * wide, 0.0f);
                if (per_context) std::fill_n(buffers.dvalues, context_rows * wide, 0.0f);
                for (int64_t h = 0; h < s.heads && !per_context; ++h) {
                    k.product({.rows = pair_rows, .columns = d, .inner = d, .a = buffers.gradient, .a_row = d,
                               .a_inner = 1, .b = folded.h_turned + h * d * turned_row, .b_inner = turned_row,
                               .c = buffers.dvalues + h * pair_rows * d, .c_row = d});
                    k.product({.rows = d, .columns = d, .inner = pair_rows, .a = values + h * pair_rows * d, .a_row = 1,
                               .a_inner = d, .b = buffers.gradient, .b_inner = d, .c = dh_matrix + h * d * d,
                               .c_row = d, .accumulate = true});
                }
                for (int64_t i = 0; i < chunk.pairs.count(); ++i) {
                    const AttentionPlan::Pair &pair = plan.pairs[chunk.pairs.first + i];
                    const int64_t query = (pair.query - chunk.queries.first) * s.queries;
                    const int64_t source = (pair.context - chunk.contexts.first) * s.m;
                    const int64_t row = i * s.queries, block = s.queries * padded;
                    const float *const a = weights + i * s.weights();
                    const float *const source_rows = rows.context + source * d;
                    float *const source_gradient = buffers.dcontext + source * d;
                    if (per_context) {
                        k.transpose(buffers.gradient + row * d, s.queries, d, d, buffers.turned, padded_queries);
                    }
                    for (int64_t h = 0; h < s.heads && per_context; ++h) {
                        const int64_t at = (h * context_rows + source) * d;
                        k.product({.rows = s.m, .columns = padded_queries, .inner = d, .a = values + at, .a_row = d,
                                   .a_inner = 1, .b = buffers.turned, .b_inner = padded_queries,
                                   .c = buffers.turned_weights, .c_row = padded_queries});
                        k.transpose(
                            buffers.turned_weights, s.m, s.queries, padded_queries, buffers.dweights + h * block,
                            padded);
                        k.product({.rows = s.m, .columns = d, .inner = s.queries, .a = a + h * block, .a_row = 1,
                                   .a_inner = padded, .b = buffers.gradient + row * d, .b_inner = d,
                                   .c = buffers.dvalues + at, .c_row = d, .accumulate = true});
                    }
                    if (!per_context) {
                        for_heads(
                            s,
                            {.rows = s.queries, .columns = padded, .inner = d, .a = buffers.dvalues + row * d,
                             .a_row = d, .a_inner = 1, .b = rows.turned + source / s.m * d * padded,
                             .b_inner = padded, .c = buffers.dweights, .c_row = padded},
                            pair_rows * d, block);
                        k.product({.rows = s.m, .columns = d, .outer = s.heads, .inner = s.queries, .a = a, .a_row = 1,
                                   .a_outer = block, .a_inner = padded, .b = buffers.dvalues + row * d,
                                   .b_outer = pair_rows * d, .b_inner = d, .c = source_gradient, .c_row = d,
                                   .accumulate = true});
                    }
                    k.softmax_backward(
                        a, buffers.dweights, s.queries * s.heads, s.m, padded,
                        mask_of(masked, s, plan.contexts[pair.context]));
                    for_heads(
                        s,
                        {.rows = s.queries, .columns = d, .inner = s.m, .a = buffers.dweights, .a_row = padded,
                         .a_inner = 1, .b = source_rows, .b_inner = d, .c = buffers.dprojected + query * d,
                         .c_row = d, .accumulate = !plan.identity},
                        block, query_rows * d);
                    k.product({.rows = s.m, .columns = d, .outer = s.heads, .inner = s.queries, .a = buffers.dweights,
                               .a_row = 1, .a_outer = block, .a_inner = padded, .b = projected + query * d,
                               .b_outer = query_rows * d, .b_inner = d, .c = source_gradient, .c_row = d,
                               .accumulate = true});
                }
                for (int64_t h = 0; h < s.heads; ++h) {
                    const float *const dprojected = buffers.dprojected + h * query_rows * d;
                    k.product({.rows = d, .columns = d, .inner = query_rows, .a = rows.query, .a_row = 1, .a_inner = d,
                               .b = dprojected, .b_inner = d, .c = dg_matrix + h * d * d, .c_row = d,
                               .accumulate = true});
                    k.add_column_sums(dprojected, query_rows, d, dg_vector + h * d);
                    if (!per_context) continue;
                    k.product({.rows = d, .columns = d, .inner = context_rows, .a = rows.context, .a_row = 1,
                               .a_inner = d, .b = buffers.dvalues + h * context_rows * d, .b_inner = d,
                               .c = dh_matrix + h * d * d, .c_row = d, .accumulate = true});
                }
                if (per_context) {
                    k.product({.rows = context_rows, .columns = d, .outer = s.heads, .inner = d, .a = buffers.dvalues,
                               .a_row = d, .a_outer = context_rows * d, .a_inner = 1, .b = folded.h_turned,
                               .b_outer = d * turned_row, .b_inner = turned_row, .c = buffers.dcontext, .c_row = d,
                               .accumulate = true});
                }
                float *const query_gradient = separate ? buffers.dquery : buffers.dcontext;
                k.product({.rows = query_rows, .columns = d, .outer = s.heads, .inner = d, .a = buffers.dprojected,
                           .a_row = d, .a_outer = query_rows * d, .a_inner = 1, .b = folded.g_turned,
                           .b_outer = d * turned_row, .b_inner = turned_row, .c = query_gradient, .c_row = d,
                           .accumulate = !separate});

                if (s.shared && separate) {
                    for (int64_t i = 0; i < chunk.queries.count(); ++i) {
                        k.add(
                            query_gradient + i * s.queries * d, s.queries * d,
                            buffers.dcontext + ((i + 1) * s.m - s.queries) * d);
                    }
                }
                if (!s.shared) {
                    for (int64_t i = 0; i < chunk.queries.count(); ++i) {
                        float *const target =
                            dxs + ((plan.queries[chunk.queries.first + i] + 1) * s.n - s.queries) * d;
                        k.normalise_backward(
                            query_gradient + i * s.queries * d, rows.query + i * s.queries * d,
                            rows.query_rstd + i * s.queries, target, s.queries, d, target);
                    }
                }
                for (int64_t i = 0; i < chunk.contexts.count(); ++i) {
                    float *const target =
                        (s.shared ? dxs : dys) + plan.contexts[chunk.contexts.first + i] * s.m * d;
                    k.normalise_backward(
                        buffers.dcontext + i * s.m * d, rows.context + i * s.m * d, rows.context_rstd + i * s.m,
                        s.shared ? target : nullptr, s.m, d, target);
                }
            }
        });
        reduce_parts(parts, slices.data(), sums, total);

        const Tensor dgamma_q = at::zeros_like(gamma_q), dbeta_q = at::zeros_like(beta_q),
                     dgamma_c = gamma_c.defined() ? at::zeros_like(gamma_c) : dgamma_q,
                     dbeta_c = beta_c.defined() ? at::zeros_like(beta_c) : dbeta_q;
        const Tensor dwq = at::empty_like(wq), dwkv = at::empty_like(wkv), dwo = at::empty_like(wo),
                     dbo = at::empty_like(bo);
        unfold(
            s, w, products, total, scratch,
            {mutable_floats(dgamma_q), mutable_floats(dbeta_q), mutable_floats(dgamma_c), mutable_floats(dbeta_c),
             mutable_floats(dwq), mutable_floats(dwkv), mutable_floats(dwo), mutable_floats(dbo)});
        return {dx,
                dcontext,
                dgamma_q,
                dbeta_q,
                gamma_c.defined() ? dgamma_c : Tensor(),
                beta_c.defined() ? dbeta_c : Tensor(),
                dwq,
                dwkv,
                dwo,
                dbo,
                Tensor(),
                Tensor(),
                Tensor()};
    }

    struct Gradients {
        float *gamma_q, *beta_q, *gamma_c, *beta_c, *wq, *wkv, *wo, *bo;
    };

    // From the gradients of G, g, H and the folded bias to those of the parameters. The sums are overwritten.
    static void unfold(
        const AttentionShape &s, const Weights &w, const Products &products, float *sums, float *scratch,
        const Gradients &out) {
        const int64_t d = s.d, wide = s.wide(), width = s.head_width, row = Folded::turned_row(s);
        const float scale = scale_of(s);
        const Kernels &k = kernels();
        float *const dg_vector = sums + 2 * d * wide, *const dbias = dg_vector + wide;
        float *const turned = scratch, *const second = scratch + turned_size(s);
        std::copy_n(dbias, d, out.bo);
        for (int64_t h = 0; h < s.heads; ++h) {
            float *const dp = sums + h * d * d, *const dn = sums + d * wide + h * d * d;
            const float *const p = products.scores + h * d * d, *const n = products.values + h * d * d;
            const float *const shift = dg_vector + h * d;
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
                    bias_sum += n[at] * dbias[b];
                    dn[at] = w.gamma_c[a] * dn[at] + w.beta_c[a] * dbias[b];
                }
                out.gamma_q[a] += gamma_sum * scale;
                out.beta_q[a] += beta_sum * scale;
                out.gamma_c[a] += value_sum;
                out.beta_c[a] += bias_sum;
            }
            const int64_t q = h * width * d, v = (s.heads + h) * width * d;
            k.transpose(dp, d, d, d, turned, row);
            k.product({.rows = width, .columns = d, .inner = d, .a = w.wkv + q, .a_row = d, .a_inner = 1, .b = turned,
                       .b_inner = row, .c = out.wq + q, .c_row = d});
            k.product({.rows = width, .columns = d, .inner = d, .a = w.wq + q, .a_row = d, .a_inner = 1, .b = dp,
                       .b_inner = d, .c = out.wkv + q, .c_row = d});
            k.transpose(dn, d, d, d, turned, row);
            k.product({.rows = width, .columns = d, .inner = d, .a = w.wo + h * width, .a_row = 1,
                       .a_inner = s.inner(), .b = turned, .b_inner = row, .c = out.wkv + v, .c_row = d});
            const int64_t padded_width = (width + 7) / 8 * 8;
            k.transpose(w.wkv + v, width, d, d, second, padded_width);
            k.product({.rows = d, .columns = width, .inner = d, .a = dn, .a_row = 1, .a_inner = d, .b = second,
                       .b_inner = padded_width, .c = out.wo + h * width, .c_row = s.inner()});
        }
    }
};

}  // namespace
}  // namespace ct_fused

CTMessage ct_fused_attention(
    CTTensor *out, CTTensor x, CTTensor context, const int64_t *query_index, const int64_t *context_index,
    int64_t pairs, CTTensor norm_weight, CTTensor norm_bias, CTTensor context_norm_weight,
    CTTensor context_norm_bias, CTTensor wq, CTTensor wkv, CTTensor wo, CTTensor bo, int64_t heads,
    int last_query_only, CTTensor key_mask) {
    using namespace ct_fused;
    return ct_guard([&] {
        const at::Tensor &queries = ct_ref(x), &query_weight = ct_ref(wq);
        const bool self = context == nullptr;
        TORCH_CHECK(
            self == (context_norm_weight == nullptr) && self == (context_norm_bias == nullptr), kName,
            ": context, context_norm_weight and context_norm_bias must be given together");
        const at::Tensor &source = self ? queries : ct_ref(context);
        TORCH_CHECK(
            queries.dim() == 3 && source.dim() == 3 && query_weight.dim() == 2, kName, ": x ", queries.sizes(),
            ", context ", source.sizes(), " and wq ", query_weight.sizes(),
            " do not fit [samples, n, d], [samples, m, d] and [inner, d]");
        const int64_t inner = query_weight.size(0), d = queries.size(2);
        TORCH_CHECK(
            heads > 0 && inner > 0 && inner % heads == 0, kName, ": ", heads, " heads do not divide the inner width ",
            inner);
        TORCH_CHECK(queries.numel() > 0 && source.numel() > 0, kName, ": x or context is empty");
        const bool identity = pairs == 0;
        TORCH_CHECK(
            pairs >= 0 && (identity || (query_index != nullptr && context_index != nullptr)), kName, ": ", pairs,
            " pairs without indices");
        TORCH_CHECK(
            !identity || queries.size(0) == source.size(0), kName, ": ", queries.size(0), " query samples and ",
            source.size(0), " context samples cannot be paired one to one");
        for (int64_t i = 0; i < pairs; ++i) {
            TORCH_CHECK(
                query_index[i] >= 0 && query_index[i] < queries.size(0) && context_index[i] >= 0
                    && context_index[i] < source.size(0),
                kName, ": pair ", i, " is (", query_index[i], ", ", context_index[i], "), expected samples below (",
                queries.size(0), ", ", source.size(0), ")");
        }
        require(queries, kName, "x", queries.sizes());
        require(source, kName, "context", {source.size(0), source.size(1), d});
        require(ct_ref(norm_weight), kName, "norm_weight", {d});
        require(ct_ref(norm_bias), kName, "norm_bias", {d});
        if (!self) {
            require(ct_ref(context_norm_weight), kName, "context_norm_weight", {d});
            require(ct_ref(context_norm_bias), kName, "context_norm_bias", {d});
        }
        require(query_weight, kName, "wq", {inner, d});
        require(ct_ref(wkv), kName, "wkv", {2 * inner, d});
        require(ct_ref(wo), kName, "wo", {d, inner});
        require(ct_ref(bo), kName, "bo", {d});
        std::optional<at::Tensor> mask;
        if (key_mask != nullptr) {
            mask = ct_ref(key_mask);
            require_mask(*mask, kName, source.size(0), source.size(1));
        }
        bool save = false;
        const CTTensor inputs[] = {
            x, context, norm_weight, norm_bias, context_norm_weight, context_norm_bias, wq, wkv, wo, bo};
        for (CTTensor handle : inputs) {
            save = save || (handle != nullptr && ct_ref(handle).requires_grad());
        }
        AttentionShape shape = {queries.size(0),
                                queries.size(1),
                                source.size(0),
                                source.size(1),
                                d,
                                heads,
                                inner / heads,
                                identity ? queries.size(0) : pairs,
                                last_query_only != 0 ? 1 : queries.size(1),
                                self || source.is_same(queries)};
        const auto plan = c10::make_intrusive<AttentionPlan>(
            shape, identity ? nullptr : query_index, identity ? nullptr : context_index);
        const auto optional = [](CTTensor handle) {
            return handle == nullptr ? std::optional<at::Tensor>() : std::optional<at::Tensor>(ct_ref(handle));
        };
        at::Tensor result = Attention::apply(
            queries, optional(context), ct_ref(norm_weight), ct_ref(norm_bias), optional(context_norm_weight),
            optional(context_norm_bias), query_weight, ct_ref(wkv), ct_ref(wo), ct_ref(bo), mask, plan,
            save && at::GradMode::is_enabled());
        *out = ct_own(std::move(result));
    });
}
