#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"
#include "include/CTorchFused.h"

// With mean μ and 1/deviation r of a token, its key is r·(x·a + c − μ·w) + b, its value likewise. The b of the keys
// shifts all scores of a query alike and drops out; the b of the values is added at the end. A score is therefore
//     r·(x·U + u − μ·ω)  with  U = a·qᵀ, u = c·qᵀ, ω = w·qᵀ,
// so that no key is formed, or r·(k·qᵀ − μ·ω) with k = x·a + c. With weights A' = softmax·r the result is
//     (A'·x)·a + A'·c − (A'·μ)·w + b,  or  A'·v − (A'·μ)·w + b with v = x·a + c.
// Both times the cheaper form is taken. Queries lie in lanes: tables over (head, query) have one row per token.

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused token attention";

// Floats of data and tables per chunk of samples.
constexpr int64_t kChunkFloats = 128 * 1024;

struct TokenShape {
    int64_t samples, tokens, channels, heads, n, head_width;
    double width;
    // Threads that share the samples; kept from forward to backward, because it decides how samples are chunked.
    int64_t parts;
    // Every sample has queries of its own. Keys are then always formed, because nothing about scores is shared.
    bool own_queries;

    int64_t inner() const { return heads * head_width; }
    int64_t row() const { return 2 * inner(); }
    int64_t head_lanes() const { return (n + 7) / 8 * 8; }
    int64_t lanes() const { return heads * head_lanes(); }

    int64_t query_size() const { return heads * n * head_width; }

    bool forms_keys() const {
        return own_queries || tokens * inner() * (channels + n) < heads * n * tokens * channels;
    }
    bool forms_values() const {
        return tokens * channels * inner() < heads * n * tokens * channels + n * channels * inner();
    }

    int64_t chunk() const {
        const int64_t floats = tokens * (channels + 2 * lanes() + (forms_keys() ? inner() : 0) + inner());
        return std::min(samples, std::max<int64_t>(1, kChunkFloats / floats));
    }
};

struct Inputs {
    const float *data, *q, *a, *c, *w, *b, *s1, *s2;
    const bool *mask;

    const bool *valid(const TokenShape &s, int64_t sample) const {
        return mask == nullptr ? nullptr : mask + sample * s.tokens;
    }
};

// What depends on queries, parameters and positions alone: once per call, or per sample with queries of its own.
struct Tables {
    // U [channels, lanes] and u [tokens, lanes]; without formed keys only.
    float *channel_scores, *token_scores;
    // ω [lanes]; qᵀ per head [head_width, head_lanes].
    float *mean_scores, *turned_queries;

    Tables(Layout &layout, const TokenShape &s)
        : channel_scores(layout.take(s.forms_keys() ? 0 : s.channels * s.lanes())),
          token_scores(layout.take(s.forms_keys() ? 0 : s.tokens * s.lanes())),
          mean_scores(layout.take(s.lanes())),
          turned_queries(layout.take(s.inner() * s.head_lanes())) {}

    void fill(const TokenShape &s, const Inputs &in, const float *queries) const {
        const int64_t width = s.head_width;
        for (int64_t h = 0; h < s.heads; ++h) {
            const int64_t lane = h * s.head_lanes(), column = h * width;
            float *const turned = turned_queries + column * s.head_lanes();
            kernels().transpose(queries + h * s.n * width, s.n, width, width, turned, s.head_lanes());
            const auto multiply = [&](int64_t rows, const float *x, float *out) {
                kernels().product({.rows = rows, .columns = s.head_lanes(), .inner = width, .a = x + column,
                                   .a_row = s.row(), .a_inner = 1, .b = turned, .b_inner = s.head_lanes(),
                                   .c = out + lane, .c_row = s.lanes()});
            };
            multiply(1, in.w, mean_scores);
            if (s.forms_keys()) continue;
            multiply(s.channels, in.a, channel_scores);
            multiply(s.tokens, in.c, token_scores);
        }
    }
};

// What forward leaves for backward, all in the order of the samples.
struct Saved {
    // [samples, tokens] each.
    float *mean, *rstd;
    // [samples, tokens, lanes] each, and [samples, lanes].
    float *scores, *weights, *mean_sums;
    // [samples, tokens, inner] when keys are formed.
    float *keys;
    // Formed values [samples, tokens, inner], or mixed data [samples, heads, n, channels].
    float *values;

    Saved(Layout &layout, const TokenShape &s, int64_t samples)
        : mean(layout.take(samples * s.tokens)),
          rstd(layout.take(samples * s.tokens)),
          scores(layout.take(samples * s.tokens * s.lanes())),
          weights(layout.take(samples * s.tokens * s.lanes())),
          mean_sums(layout.take(samples * s.lanes())),
          keys(layout.take(s.forms_keys() ? samples * s.tokens * s.inner() : 0)),
          values(layout.take(samples * value_size(s))) {}

    static int64_t value_size(const TokenShape &s) {
        return s.forms_values() ? s.tokens * s.inner() : s.heads * s.n * s.channels;
    }

    Saved from(const TokenShape &s, int64_t sample) const {
        Saved moved = *this;
        moved.mean += sample * s.tokens;
        moved.rstd += sample * s.tokens;
        moved.scores += sample * s.tokens * s.lanes();
        moved.weights += sample * s.tokens * s.lanes();
        moved.mean_sums += sample * s.lanes();
        if (s.forms_keys()) moved.keys += sample * s.tokens * s.inner();
        moved.values += sample * value_size(s);
        return moved;
    }
};

// out = x·table for x [rows, inner].
void multiply(
    int64_t rows, int64_t columns, int64_t inner, const float *x, const float *table, int64_t table_row, float *out) {
    kernels().product({.rows = rows, .columns = columns, .inner = inner, .a = x, .a_row = inner, .a_inner = 1,
                       .b = table, .b_inner = table_row, .c = out, .c_row = columns});
}

// out += xᵀ·table for x [inner, rows] and table [inner, columns].
void gather(int64_t rows, int64_t columns, int64_t inner, const float *x, const float *table, float *out) {
    kernels().product({.rows = rows, .columns = columns, .inner = inner, .a = x, .a_row = 1, .a_inner = rows,
                       .b = table, .b_inner = columns, .c = out, .c_row = columns, .accumulate = true});
}

template <class Body>
void for_chunks(const TokenShape &s, int64_t part, Body &&body) {
    const Range range = piece(s.samples, s.parts, part);
    const int64_t chunks = (range.count() + s.chunk() - 1) / s.chunk();
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        const Range local = piece(range.count(), chunks, chunk);
        body(range.first + local.first, local.count());
    }
}

// The part of the gradients of queries and key weights that comes through ω = w·qᵀ; both are added to.
void add_mean_scores(
    const TokenShape &s, const Inputs &in, const float *gradient, const float *queries, float *dqueries, float *dw) {
    for (int64_t h = 0; h < s.heads; ++h) {
        for (int64_t query = 0; query < s.n; ++query) {
            const float one = gradient[h * s.head_lanes() + query];
            const int64_t at = (h * s.n + query) * s.head_width;
            for (int64_t e = 0; e < s.head_width; ++e) {
                dw[h * s.head_width + e] += one * queries[at + e];
                dqueries[at + e] += one * in.w[h * s.head_width + e];
            }
        }
    }
}

struct TokenAttention : torch::autograd::Function<TokenAttention> {
    static Inputs inputs_of(
        const Tensor &data, const Tensor &mask, const Tensor &q, const Tensor &a, const Tensor &c, const Tensor &w,
        const Tensor &b, const Tensor &s1, const Tensor &s2) {
        return {floats(data), floats(q),  floats(a),  floats(c),
                floats(w),    floats(b),  floats(s1), floats(s2),
                mask.defined() ? static_cast<const bool *>(mask.const_data_ptr()) : nullptr};
    }

    static TokenShape shape_of(const Tensor &data, const Tensor &q, int64_t width, int64_t parts) {
        const int64_t first = q.dim() - 3;
        return {data.size(0), data.size(1), data.size(2), q.size(first), q.size(first + 1), q.size(first + 2),
                static_cast<double>(width), parts, first == 1};
    }

    static Tensor forward(
        AutogradContext *ctx, const Tensor &data, const std::optional<Tensor> &mask, const Tensor &q, const Tensor &a,
        const Tensor &c, const Tensor &w, const Tensor &b, const Tensor &s1, const Tensor &s2, int64_t width,
        bool save) {
        const TokenShape s = shape_of(data, q, width, std::min(thread_count(), data.size(0)));
        const Inputs in = inputs_of(data, mask.value_or(Tensor()), q, a, c, w, b, s1, s2);
        const Kernels &k = kernels();
        const at::TensorOptions options = data.options().requires_grad(false);
        const Tensor out = at::empty({s.samples, s.n, s.inner()}, options);
        Layout saved_size;
        Saved(saved_size, s, s.samples);
        Tensor memory;
        if (save) memory = at::empty({saved_size.size()}, options);

        const int64_t parts = s.parts, chunk = s.chunk();
        Layout shared_size, part_size;
        Tables(shared_size, s);
        Saved(part_size, s, save ? 0 : chunk);
        Tables(part_size, s);
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Tables shared_tables(shared, s);
        if (!s.own_queries) shared_tables.fill(s, in, in.q);

        const int64_t inner = s.inner(), row = s.row(), lanes = s.lanes(), width_of_head = s.head_width;
        const float *const value_a = in.a + inner, *const value_c = in.c + inner;
        const float *const value_w = in.w + inner, *const value_b = in.b + inner;
        Layout saved_layout(save ? mutable_floats(memory) : nullptr);
        const Saved all(saved_layout, s, save ? s.samples : 0);
        float *const outs = mutable_floats(out);
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            const Saved scratch(own, s, save ? 0 : chunk);
            const Tables own_tables(own, s);
            const Tables &tables = s.own_queries ? own_tables : shared_tables;
            for_chunks(s, part, [&](int64_t first, int64_t samples) {
                const Saved here = save ? all.from(s, first) : scratch;
                const float *const x = in.data + first * s.tokens * s.channels;
                float *const result = outs + first * s.n * inner;
                const int64_t rows = samples * s.tokens;
                if (s.forms_keys()) {
                    multiply(rows, inner, s.channels, x, in.a, row, here.keys);
                } else {
                    multiply(rows, lanes, s.channels, x, shared_tables.channel_scores, lanes, here.scores);
                }
                if (s.forms_values()) {
                    multiply(rows, inner, s.channels, x, value_a, row, here.values);
                }
                for (int64_t i = 0; i < samples; ++i) {
                    const Saved one = here.from(s, i);
                    const float *const tokens = x + i * s.tokens * s.channels;
                    k.token_statistics(
                        tokens, s.tokens, s.channels, in.s1, in.s2, s.width, one.mean, one.rstd);
                    for (int64_t t = 0; t < s.tokens; ++t) {
                        if (s.forms_keys()) k.add(in.c + t * row, inner, one.keys + t * inner);
                        if (s.forms_values()) k.add(value_c + t * row, inner, one.values + t * inner);
                    }
                    if (s.own_queries) own_tables.fill(s, in, in.q + (first + i) * s.query_size());
                    if (s.forms_keys()) {
                        for (int64_t h = 0; h < s.heads; ++h) {
                            k.product({.rows = s.tokens, .columns = s.head_lanes(), .inner = width_of_head,
                                       .a = one.keys + h * width_of_head, .a_row = inner, .a_inner = 1,
                                       .b = tables.turned_queries + h * width_of_head * s.head_lanes(),
                                       .b_inner = s.head_lanes(), .c = one.scores + h * s.head_lanes(),
                                       .c_row = lanes});
                        }
                    }
                    k.token_softmax(
                        one.scores, s.forms_keys() ? nullptr : tables.token_scores, tables.mean_scores, one.mean,
                        one.rstd, s.tokens, lanes, in.valid(s, first + i), one.weights, one.mean_sums);
                    float *const own_result = result + i * s.n * inner;
                    for (int64_t h = 0; h < s.heads; ++h) {
                        for (int64_t query = 0; query < s.n; ++query) {
                            const float mean_sum = one.mean_sums[h * s.head_lanes() + query];
                            float *const target = own_result + query * inner + h * width_of_head;
                            for (int64_t e = 0; e < width_of_head; ++e) {
                                target[e] = value_b[h * width_of_head + e] - mean_sum * value_w[h * width_of_head + e];
                            }
                        }
                        k.product({.rows = s.n, .columns = width_of_head, .inner = s.tokens,
                                   .a = one.weights + h * s.head_lanes(), .a_row = 1, .a_inner = lanes,
                                   .b = (s.forms_values() ? one.values : value_c) + h * width_of_head,
                                   .b_inner = s.forms_values() ? inner : row,
                                   .c = own_result + h * width_of_head, .c_row = inner, .accumulate = true});
                        if (s.forms_values()) continue;
                        // Mixed data lie head by head over the samples of the chunk, for one product per head.
                        k.product({.rows = s.n, .columns = s.channels, .inner = s.tokens,
                                   .a = one.weights + h * s.head_lanes(), .a_row = 1, .a_inner = lanes, .b = tokens,
                                   .b_inner = s.channels,
                                   .c = here.values + (h * samples + i) * s.n * s.channels, .c_row = s.channels});
                    }
                }
                for (int64_t h = 0; h < s.heads && !s.forms_values(); ++h) {
                    k.product({.rows = samples * s.n, .columns = width_of_head, .inner = s.channels,
                               .a = here.values + h * samples * s.n * s.channels, .a_row = s.channels, .a_inner = 1,
                               .b = value_a + h * width_of_head, .b_inner = row, .c = result + h * width_of_head,
                               .c_row = inner, .accumulate = true});
                }
            });
        });

        if (save) {
            ctx->save_for_backward({data, mask.value_or(Tensor()), q, a, c, w, b, s1, s2, memory});
            ctx->saved_data["width"] = width;
            ctx->saved_data["parts"] = parts;
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const variable_list saved = ctx->get_saved_variables();
        const Tensor &data = saved[0], &q = saved[2], &a = saved[3], &c = saved[4], &w = saved[5], &b = saved[6],
                     &s1 = saved[7], &s2 = saved[8];
        const TokenShape s = shape_of(
            data, q, ctx->saved_data["width"].toInt(), ctx->saved_data["parts"].toInt());
        const Inputs in = inputs_of(data, saved[1], q, a, c, w, b, s1, s2);
        const Kernels &k = kernels();
        const Tensor dout = gradients[0].contiguous();
        Layout saved_layout(mutable_floats(saved[9]));
        const Saved all(saved_layout, s, s.samples);

        const int64_t parts = s.parts, chunk = s.chunk();
        const int64_t inner = s.inner(), row = s.row(), lanes = s.lanes(), width = s.head_width;
        // Sums over samples, in this order.
        const int64_t key_columns = s.forms_keys() ? inner : lanes;
        Layout sum_layout;
        struct Sums {
            float *channel_keys, *token_keys, *queries, *key_w, *channel_values, *token_values, *mean_scores, *value_w,
                *value_b, *s1, *s2;
        };
        const auto lay_out_sums = [&](Layout &layout) {
            return Sums{layout.take(s.channels * key_columns),
                        layout.take(s.tokens * key_columns),
                        layout.take(s.forms_keys() && !s.own_queries ? s.query_size() : 0),
                        layout.take(inner),
                        layout.take(s.channels * inner),
                        layout.take(s.tokens * inner),
                        layout.take(lanes),
                        layout.take(inner),
                        layout.take(inner),
                        layout.take(s.tokens),
                        layout.take(s.tokens)};
        };
        lay_out_sums(sum_layout);
        const int64_t sums_size = sum_layout.size();
        struct Buffers {
            float *dweights, *dkeys, *dvalues, *turned, *turned_mixed, *value_scores, *projections;
        };
        const auto lay_out = [&](Layout &layout) {
            return Buffers{layout.take(chunk * s.tokens * lanes),
                           layout.take(s.forms_keys() ? chunk * s.tokens * inner : 0),
                           layout.take(s.forms_values() ? chunk * Saved::value_size(s) : 0),
                           layout.take(width * s.head_lanes()),
                           layout.take(s.forms_values() ? 0 : s.channels * s.head_lanes()),
                           layout.take(lanes),
                           layout.take(lanes)};
        };
        Layout shared_size, part_size;
        Tables(shared_size, s);
        shared_size.take(sums_size);
        part_size.take(sums_size);
        lay_out(part_size);
        Tables(part_size, s);
        const Workspace workspace(parts, shared_size.size(), part_size.size());
        Layout shared(workspace.shared());
        const Tables shared_tables(shared, s);
        float *const totals = shared.take(sums_size);
        if (!s.own_queries) shared_tables.fill(s, in, in.q);

        const float *const value_a = in.a + inner, *const value_c = in.c + inner, *const value_w = in.w + inner;
        const Tensor dq = at::empty_like(q);
        float *const dqs = mutable_floats(dq);
        const float *const douts = floats(dout);
        std::vector<const float *> slices(parts);
        for (int64_t part = 0; part < parts; ++part) slices[part] = workspace.part(part);
        parallel(parts, [&](int64_t part) {
            Layout own(workspace.part(part));
            float *const own_sums = own.take(sums_size);
            std::fill_n(own_sums, sums_size, 0.0f);
            Layout own_sum_layout(own_sums);
            const Sums sums = lay_out_sums(own_sum_layout);
            const Buffers buffers = lay_out(own);
            const Tables own_tables(own, s);
            const Tables &tables = s.own_queries ? own_tables : shared_tables;
            std::fill_n(buffers.value_scores, lanes, 0.0f);
            for_chunks(s, part, [&](int64_t first, int64_t samples) {
                const Saved here = all.from(s, first);
                const float *const x = in.data + first * s.tokens * s.channels;
                const float *const gradient = douts + first * s.n * inner;
                const int64_t rows = samples * s.tokens;
                for (int64_t h = 0; h < s.heads && !s.forms_values(); ++h) {
                    k.product({.rows = s.channels, .columns = width, .inner = samples * s.n,
                               .a = here.values + h * samples * s.n * s.channels, .a_row = 1, .a_inner = s.channels,
                               .b = gradient + h * width, .b_inner = inner, .c = sums.channel_values + h * width,
                               .c_row = inner, .accumulate = true});
                }
                k.add_column_sums(gradient, samples * s.n, inner, sums.value_b);
                for (int64_t i = 0; i < samples; ++i) {
                    const Saved one = here.from(s, i);
                    const float *const tokens = x + i * s.tokens * s.channels;
                    const float *const own_gradient = gradient + i * s.n * inner;
                    float *const dweights = buffers.dweights + i * s.tokens * lanes;
                    for (int64_t h = 0; h < s.heads; ++h) {
                        const int64_t lane = h * s.head_lanes(), column = h * width;
                        for (int64_t query = 0; query < s.n; ++query) {
                            const float *const line = own_gradient + query * inner + column;
                            const float mean_sum = one.mean_sums[lane + query];
                            float score = 0;
                            for (int64_t e = 0; e < width; ++e) {
                                score += line[e] * value_w[column + e];
                                sums.value_w[column + e] -= mean_sum * line[e];
                            }
                            buffers.value_scores[lane + query] = score;
                        }
                        k.transpose(own_gradient + column, s.n, width, inner, buffers.turned, s.head_lanes());
                        k.product({.rows = s.tokens, .columns = s.head_lanes(), .inner = width,
                                   .a = (s.forms_values() ? one.values : value_c) + column,
                                   .a_row = s.forms_values() ? inner : row, .a_inner = 1, .b = buffers.turned,
                                   .b_inner = s.head_lanes(), .c = dweights + lane, .c_row = lanes});
                        if (!s.forms_values()) {
                            k.product({.rows = s.channels, .columns = s.head_lanes(), .inner = width,
                                       .a = value_a + column, .a_row = row, .a_inner = 1, .b = buffers.turned,
                                       .b_inner = s.head_lanes(), .c = buffers.turned_mixed,
                                       .c_row = s.head_lanes()});
                            k.product({.rows = s.tokens, .columns = s.head_lanes(), .inner = s.channels, .a = tokens,
                                       .a_row = s.channels, .a_inner = 1, .b = buffers.turned_mixed,
                                       .b_inner = s.head_lanes(), .c = dweights + lane, .c_row = lanes,
                                       .accumulate = true});
                        }
                        float *const dvalue = s.forms_values() ? buffers.dvalues + i * s.tokens * inner + column
                                                               : sums.token_values + column;
                        k.product({.rows = s.tokens, .columns = width, .inner = s.n, .a = one.weights + lane,
                                   .a_row = lanes, .a_inner = 1, .b = own_gradient + column, .b_inner = inner,
                                   .c = dvalue, .c_row = inner, .accumulate = !s.forms_values()});
                    }
                    if (s.forms_values()) {
                        k.add(buffers.dvalues + i * s.tokens * inner, s.tokens * inner, sums.token_values);
                    }
                    const float *const queries = in.q + (s.own_queries ? (first + i) * s.query_size() : 0);
                    float *const query_gradient =
                        s.own_queries ? dqs + (first + i) * s.query_size() : sums.queries;
                    if (s.own_queries) {
                        own_tables.fill(s, in, queries);
                        std::fill_n(query_gradient, s.query_size(), 0.0f);
                        std::fill_n(sums.mean_scores, lanes, 0.0f);
                    }
                    k.token_softmax_backward(
                        one.scores, one.weights, tables.mean_scores, buffers.value_scores, one.mean, one.rstd,
                        s.tokens, lanes, in.valid(s, first + i), s.width, dweights, buffers.projections,
                        sums.mean_scores, sums.s1, sums.s2);
                    if (!s.forms_keys()) {
                        k.add(dweights, s.tokens * lanes, sums.token_keys);
                        continue;
                    }
                    float *const dkeys = buffers.dkeys + i * s.tokens * inner;
                    for (int64_t h = 0; h < s.heads; ++h) {
                        const int64_t lane = h * s.head_lanes(), column = h * width;
                        k.product({.rows = s.tokens, .columns = width, .inner = s.n, .a = dweights + lane,
                                   .a_row = lanes, .a_inner = 1, .b = queries + h * s.n * width, .b_inner = width,
                                   .c = dkeys + column, .c_row = inner});
                        k.product({.rows = s.n, .columns = width, .inner = s.tokens, .a = dweights + lane, .a_row = 1,
                                   .a_inner = lanes, .b = one.keys + column, .b_inner = inner,
                                   .c = query_gradient + h * s.n * width, .c_row = width, .accumulate = true});
                    }
                    if (s.own_queries) add_mean_scores(s, in, sums.mean_scores, queries, query_gradient, sums.key_w);
                    k.add(dkeys, s.tokens * inner, sums.token_keys);
                }
                if (s.forms_values()) {
                    gather(s.channels, inner, rows, x, buffers.dvalues, sums.channel_values);
                }
                gather(
                    s.channels, key_columns, rows, x, s.forms_keys() ? buffers.dkeys : buffers.dweights,
                    sums.channel_keys);
            });
        });
        reduce_parts(parts, slices.data(), sums_size, totals);

        const Tensor da = at::empty_like(a), dc = at::empty_like(c), dw = at::empty_like(w),
                     db = at::zeros_like(b), ds1 = at::empty_like(s1), ds2 = at::empty_like(s2);
        Layout total_layout(totals);
        const Sums sums = lay_out_sums(total_layout);
        float *const to_a = mutable_floats(da), *const to_c = mutable_floats(dc), *const to_w = mutable_floats(dw);
        std::copy_n(sums.s1, s.tokens, mutable_floats(ds1));
        std::copy_n(sums.s2, s.tokens, mutable_floats(ds2));
        std::copy_n(sums.value_b, inner, mutable_floats(db) + inner);
        std::copy_n(sums.value_w, inner, to_w + inner);
        for (int64_t i = 0; i < s.channels; ++i) {
            std::copy_n(sums.channel_values + i * inner, inner, to_a + i * row + inner);
            if (s.forms_keys()) std::copy_n(sums.channel_keys + i * inner, inner, to_a + i * row);
        }
        for (int64_t t = 0; t < s.tokens; ++t) {
            std::copy_n(sums.token_values + t * inner, inner, to_c + t * row + inner);
            if (s.forms_keys()) std::copy_n(sums.token_keys + t * inner, inner, to_c + t * row);
        }
        if (s.forms_keys() && !s.own_queries) std::copy_n(sums.queries, s.query_size(), dqs);
        for (int64_t h = 0; h < s.heads && !s.forms_keys(); ++h) {
            const int64_t lane = h * s.head_lanes(), column = h * width;
            const float *const queries = in.q + h * s.n * width;
            const auto finish = [&](int64_t rows, const float *from, const float *weights, bool add, float *out) {
                k.product({.rows = s.n, .columns = width, .inner = rows, .a = from + lane, .a_row = 1,
                           .a_inner = lanes, .b = weights + column, .b_inner = row, .c = dqs + h * s.n * width,
                           .c_row = width, .accumulate = add});
                k.product({.rows = rows, .columns = width, .inner = s.n, .a = from + lane, .a_row = lanes,
                           .a_inner = 1, .b = queries, .b_inner = width, .c = out + column, .c_row = row});
            };
            finish(s.channels, sums.channel_keys, in.a, false, to_a);
            finish(s.tokens, sums.token_keys, in.c, true, to_c);
        }
        if (!s.own_queries) add_mean_scores(s, in, sums.mean_scores, in.q, dqs, sums.key_w);
        std::copy_n(sums.key_w, inner, to_w);
        return {Tensor(), Tensor(), dq, da, dc, dw, db, ds1, ds2, Tensor(), Tensor()};
    }
};

}  // namespace
}  // namespace ct_fused

CTMessage ct_fused_token_attention(
    CTTensor *out, CTTensor data, CTTensor key_mask, CTTensor q, CTTensor a, CTTensor c, CTTensor w, CTTensor b,
    CTTensor s1, CTTensor s2, int64_t width) {
    using namespace ct_fused;
    return ct_guard([&] {
        const at::Tensor &tokens = ct_ref(data), &queries = ct_ref(q);
        TORCH_CHECK(
            tokens.dim() == 3 && (queries.dim() == 3 || (queries.dim() == 4 && queries.size(0) == tokens.size(0)))
                && tokens.numel() > 0 && queries.numel() > 0,
            kName, ": data ", tokens.sizes(), " and q ", queries.sizes(),
            " do not fit [samples, tokens, channels] and [heads, n, dh] or [samples, heads, n, dh]");
        const int64_t samples = tokens.size(0), count = tokens.size(1), channels = tokens.size(2);
        const int64_t row = 2 * queries.size(-3) * queries.size(-1);
        TORCH_CHECK(width >= channels, kName, ": tokens of width ", width, " cannot hold ", channels, " channels");
        TORCH_CHECK(!tokens.requires_grad(), kName, ": data gets no gradient, but requires one");
        require(tokens, kName, "data", tokens.sizes());
        require(queries, kName, "q", queries.sizes());
        require(ct_ref(a), kName, "a", {channels, row});
        require(ct_ref(c), kName, "c", {count, row});
        require(ct_ref(w), kName, "w", {row});
        require(ct_ref(b), kName, "b", {row});
        require(ct_ref(s1), kName, "s1", {count});
        require(ct_ref(s2), kName, "s2", {count});
        std::optional<at::Tensor> mask;
        if (key_mask != nullptr) {
            mask = ct_ref(key_mask);
            require_mask(*mask, kName, samples, count);
        }
        bool save = false;
        for (CTTensor handle : {q, a, c, w, b, s1, s2}) save = save || ct_ref(handle).requires_grad();
        at::Tensor result = TokenAttention::apply(
            tokens, mask, queries, ct_ref(a), ct_ref(c), ct_ref(w), ct_ref(b), ct_ref(s1), ct_ref(s2), width,
            save && at::GradMode::is_enabled());
        *out = ct_own(std::move(result));
    });
}
