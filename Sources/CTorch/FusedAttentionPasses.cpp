#include "FusedAttentionPasses.hpp"

#include "FusedKernels.hpp"

#include <algorithm>

namespace ct_fused {
namespace {

typedef AttentionPlan::Chunk Chunk;

// The same product for every head, given for the first one with the distances to the next. With a
// single query the heads become the rows of one product.
void for_heads(const AttentionShape &s, Product product, int64_t a_head, int64_t c_head) {
    if (s.queries == 1) {
        product.rows = s.heads;
        product.a_row = a_head;
        product.c_row = c_head;
        kernels().product(product);
        return;
    }
    for (int64_t h = 0; h < s.heads; ++h, product.a += a_head, product.c += c_head) {
        kernels().product(product);
    }
}

// The rows of one chunk, and the first row of every pair among them.
struct ChunkRows {
    const AttentionPlan &plan;
    const AttentionShape &s;
    const Chunk &chunk;
    int64_t queries, contexts, pairs;

    ChunkRows(const AttentionPlan &of, const Chunk &one)
        : plan(of),
          s(of.shape),
          chunk(one),
          queries(one.queries.count() * s.queries),
          contexts(one.contexts.count() * s.m),
          pairs(one.pairs.count() * s.queries) {}

    const AttentionPlan::Pair &pair(int64_t i) const { return plan.pairs[chunk.pairs.first + i]; }
    int64_t first_query_row(int64_t i) const {
        return (pair(i).query - chunk.queries.first) * s.queries;
    }
    // The position of the pair's context in the chunk.
    int64_t source(int64_t i) const { return pair(i).context - chunk.contexts.first; }

    // The first computed row of a query sample in x; `position` counts in the plan.
    int64_t row_in_x(int64_t position) const {
        return (plan.queries[position] + 1) * s.n - s.queries;
    }
    const bool *valid(const bool *mask, int64_t i) const {
        return mask == nullptr ? nullptr : mask + plan.contexts[pair(i).context] * s.m;
    }
};

// One chunk on its way forward.
struct ForwardChunk {
    const AttentionForward &call;
    const AttentionForwardBuffers &own;
    const AttentionShape &s;
    const Kernels &k;
    const ChunkRows rows;
    const SavedAttention<float> to;
    const int64_t d, padded;

    ForwardChunk(
        const AttentionForward &pass, const AttentionForwardBuffers &buffers, const Chunk &chunk)
        : call(pass),
          own(buffers),
          s(pass.plan.shape),
          k(kernels()),
          rows(pass.plan, chunk),
          to(pass.saves ? pass.saved.of(chunk, s) : own.scratch),
          d(s.d),
          padded(s.padded_m()) {}

    void run() const {
        own.rows.fill(call.plan, rows.chunk, call.x, call.y, true);
        project_queries();
        if (s.projects_context()) project_values();
        for (int64_t i = 0; i < rows.chunk.pairs.count(); ++i) {
            weigh(i);
            if (s.projects_context()) {
                sum_values(i);
            } else {
                mix_rows(i);
            }
        }
        if (!s.projects_context()) project_mixed();
        add_residual();
    }

    // T = X̂q·G + g, [query rows, d] per head.
    void project_queries() const {
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product(matrix_product(
                {.rows = rows.queries, .columns = d, .inner = d},
                {.a = own.rows.query, .row = d, .inner = 1},
                {.b = call.folded.g_matrix + h * d * d, .inner = d},
                {.c = to.projected + h * rows.queries * d,
                 .row = d,
                 .first = call.folded.g_vector + h * d}));
        }
    }

    // V = X̂c·H, [context rows, d] per head.
    void project_values() const {
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product(matrix_product(
                {.rows = rows.contexts, .columns = d, .inner = d},
                {.a = own.rows.context, .row = d, .inner = 1},
                {.b = call.folded.h_matrix + h * d * d, .inner = d},
                {.c = to.values + h * rows.contexts * d, .row = d}));
        }
    }

    // A = softmax(T·X̂cᵀ), [queries, padded m] per head.
    void weigh(int64_t i) const {
        float *const weights = to.weights + i * s.weights();
        for_heads(
            s,
            matrix_product(
                {.rows = s.queries, .columns = padded, .inner = d},
                {.a = to.projected + rows.first_query_row(i) * d, .row = d, .inner = 1},
                {.b = own.rows.turned + rows.source(i) * d * padded, .inner = padded},
                {.c = weights, .row = padded}),
            rows.queries * d, s.head_weights());
        k.softmax(weights, s.queries * s.heads, s.m, padded, rows.valid(call.mask, i));
    }

    // R = Σ_heads A·V, [queries, d].
    void sum_values(int64_t i) const {
        k.product(matrix_product(
            {.rows = s.queries, .columns = d, .inner = s.m, .outer = s.heads},
            {.a = to.weights + i * s.weights(),
             .row = padded,
             .inner = 1,
             .outer = s.head_weights()},
            {.b = to.values + rows.source(i) * s.m * d, .inner = d, .outer = rows.contexts * d},
            {.c = own.result + i * s.queries * d, .row = d}));
    }

    // M = A·X̂c, [queries, d] per head.
    void mix_rows(int64_t i) const {
        for_heads(
            s,
            matrix_product(
                {.rows = s.queries, .columns = d, .inner = s.m},
                {.a = to.weights + i * s.weights(), .row = padded, .inner = 1},
                {.b = own.rows.context + rows.source(i) * s.m * d, .inner = d},
                {.c = to.values + i * s.queries * d, .row = d}),
            s.head_weights(), rows.pairs * d);
    }

    // R = Σ_heads M·H, [query rows of all pairs, d].
    void project_mixed() const {
        k.product(matrix_product(
            {.rows = rows.pairs, .columns = d, .inner = d, .outer = s.heads},
            {.a = to.values, .row = d, .inner = 1, .outer = rows.pairs * d},
            {.b = call.folded.h_matrix, .inner = d, .outer = d * d}, {.c = own.result, .row = d}));
    }

    // out = x + R + bias, [queries, d] per pair.
    void add_residual() const {
        for (int64_t i = 0; i < rows.chunk.pairs.count(); ++i) {
            const AttentionPlan::Pair &pair = rows.pair(i);
            k.add_bias(
                call.x + rows.row_in_x(pair.query) * d, own.result + i * s.queries * d,
                call.folded.bias, s.queries, d, call.out + pair.out * s.queries * d);
        }
    }
};

// One chunk on its way back.
struct BackwardChunk {
    const AttentionBackward &call;
    const AttentionBackwardBuffers &own;
    const AttentionShape &s;
    const Kernels &k;
    const ChunkRows rows;
    const SavedAttention<const float> from;
    const int64_t d, padded;
    const bool per_context;

    BackwardChunk(
        const AttentionBackward &pass, const AttentionBackwardBuffers &buffers, const Chunk &chunk)
        : call(pass),
          own(buffers),
          s(pass.plan.shape),
          k(kernels()),
          rows(pass.plan, chunk),
          from(pass.saved.of(chunk, s)),
          d(s.d),
          padded(s.padded_m()),
          per_context(s.projects_context()) {}

    void run() const {
        own.rows.fill(call.plan, rows.chunk, call.x, call.y, !per_context);
        clear_gradients();
        gather_output_gradients();
        if (!per_context) mixed_gradient();
        for (int64_t i = 0; i < rows.chunk.pairs.count(); ++i) {
            if (per_context) {
                weights_gradient_from_values(i);
                values_gradient(i);
            } else {
                weights_gradient_from_mixed(i);
                mixed_rows_gradient(i);
            }
            softmax_backward(i);
            projected_gradient(i);
            context_gradient(i);
        }
        parameter_sums();
        if (per_context) through_values();
        through_queries();
        query_norm_backward();
        context_norm_backward();
    }

    // dX = 0 for all n rows of the chunk's query samples. dX̂c, dT and dV = 0 where sums over pairs
    // are gathered in them.
    void clear_gradients() const {
        for (int64_t i = 0; i < rows.chunk.queries.count(); ++i) {
            const int64_t sample = call.plan.queries[rows.chunk.queries.first + i];
            std::fill_n(call.dx + sample * s.n * d, s.n * d, 0.0f);
        }
        std::fill_n(own.dcontext, rows.contexts * d, 0.0f);
        if (!call.plan.identity) std::fill_n(own.dprojected, rows.queries * s.wide(), 0.0f);
        if (per_context) std::fill_n(own.dvalues, rows.contexts * s.wide(), 0.0f);
    }

    // dR = dout of the chunk's pairs, [pair rows, d]; overwrites. Through the residual dX += dR,
    // and dbias += Σ_rows dR.
    void gather_output_gradients() const {
        for (int64_t i = 0; i < rows.chunk.pairs.count(); ++i) {
            const AttentionPlan::Pair &pair = rows.pair(i);
            const float *const gradient = call.dout + pair.out * s.queries * d;
            std::copy_n(gradient, s.queries * d, own.dresult + i * s.queries * d);
            k.add(gradient, s.queries * d, call.dx + rows.row_in_x(pair.query) * d);
        }
        k.add_column_sums(own.dresult, rows.pairs, d, own.sums.bias);
    }

    // dM = dR·Hᵀ, [pair rows, d] per head; overwrites. dH += Mᵀ·dR, [d, d] per head.
    void mixed_gradient() const {
        const int64_t padded_d = s.padded_d();
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product(matrix_product(
                {.rows = rows.pairs, .columns = d, .inner = d},
                {.a = own.dresult, .row = d, .inner = 1},
                {.b = call.folded.h_turned + h * d * padded_d, .inner = padded_d},
                {.c = own.dvalues + h * rows.pairs * d, .row = d}));
            k.product(matrix_product(
                {.rows = d, .columns = d, .inner = rows.pairs},
                {.a = from.values + h * rows.pairs * d, .row = 1, .inner = d},
                {.b = own.dresult, .inner = d},
                {.c = own.sums.h_matrix + h * d * d, .row = d, .accumulate = true}));
        }
    }

    // dA = dR·Vᵀ, [queries, padded m] per head; overwrites. Computed as (V·dRᵀ)ᵀ, because V lies in
    // rows of d.
    void weights_gradient_from_values(int64_t i) const {
        const int64_t padded_queries = s.padded_queries();
        k.transpose(own.dresult + i * s.queries * d, s.queries, d, d, own.turned, padded_queries);
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product(matrix_product(
                {.rows = s.m, .columns = padded_queries, .inner = d},
                {.a = from.values + first_value(i, h), .row = d, .inner = 1},
                {.b = own.turned, .inner = padded_queries},
                {.c = own.turned_weights, .row = padded_queries}));
            k.transpose(
                own.turned_weights, s.m, s.queries, padded_queries,
                own.dweights + h * s.head_weights(), padded);
        }
    }

    // dV += Aᵀ·dR, [m, d] per head.
    void values_gradient(int64_t i) const {
        for (int64_t h = 0; h < s.heads; ++h) {
            k.product(matrix_product(
                {.rows = s.m, .columns = d, .inner = s.queries},
                {.a = weights(i) + h * s.head_weights(), .row = 1, .inner = padded},
                {.b = own.dresult + i * s.queries * d, .inner = d},
                {.c = own.dvalues + first_value(i, h), .row = d, .accumulate = true}));
        }
    }

    // dA = dM·X̂cᵀ, [queries, padded m] per head; overwrites.
    void weights_gradient_from_mixed(int64_t i) const {
        for_heads(
            s,
            matrix_product(
                {.rows = s.queries, .columns = padded, .inner = d},
                {.a = own.dvalues + i * s.queries * d, .row = d, .inner = 1},
                {.b = own.rows.turned + rows.source(i) * d * padded, .inner = padded},
                {.c = own.dweights, .row = padded}),
            rows.pairs * d, s.head_weights());
    }

    // dX̂c += Σ_heads Aᵀ·dM, [m, d].
    void mixed_rows_gradient(int64_t i) const {
        k.product(matrix_product(
            {.rows = s.m, .columns = d, .inner = s.queries, .outer = s.heads},
            {.a = weights(i), .row = 1, .inner = padded, .outer = s.head_weights()},
            {.b = own.dvalues + i * s.queries * d, .inner = d, .outer = rows.pairs * d},
            {.c = own.dcontext + rows.source(i) * s.m * d, .row = d, .accumulate = true}));
    }

    // dS = A∘(dA − Σ_m A∘dA), [queries, padded m] per head; overwrites dA.
    void softmax_backward(int64_t i) const {
        k.softmax_backward(
            weights(i), own.dweights, s.queries * s.heads, s.m, padded, rows.valid(call.mask, i));
    }

    // dT += dS·X̂c, [queries, d] per head. Overwrites with the identity, where every query sample
    // has a single pair.
    void projected_gradient(int64_t i) const {
        for_heads(
            s,
            matrix_product(
                {.rows = s.queries, .columns = d, .inner = s.m},
                {.a = own.dweights, .row = padded, .inner = 1},
                {.b = own.rows.context + rows.source(i) * s.m * d, .inner = d},
                {.c = own.dprojected + rows.first_query_row(i) * d,
                 .row = d,
                 .accumulate = !call.plan.identity}),
            s.head_weights(), rows.queries * d);
    }

    // dX̂c += Σ_heads dSᵀ·T, [m, d].
    void context_gradient(int64_t i) const {
        k.product(matrix_product(
            {.rows = s.m, .columns = d, .inner = s.queries, .outer = s.heads},
            {.a = own.dweights, .row = 1, .inner = padded, .outer = s.head_weights()},
            {.b = from.projected + rows.first_query_row(i) * d,
             .inner = d,
             .outer = rows.queries * d},
            {.c = own.dcontext + rows.source(i) * s.m * d, .row = d, .accumulate = true}));
    }

    // dG += X̂qᵀ·dT, dg += Σ_rows dT, and with formed values dH += X̂cᵀ·dV; [d, d] or [d] per head.
    void parameter_sums() const {
        for (int64_t h = 0; h < s.heads; ++h) {
            const float *const dprojected = own.dprojected + h * rows.queries * d;
            k.product(matrix_product(
                {.rows = d, .columns = d, .inner = rows.queries},
                {.a = own.rows.query, .row = 1, .inner = d}, {.b = dprojected, .inner = d},
                {.c = own.sums.g_matrix + h * d * d, .row = d, .accumulate = true}));
            k.add_column_sums(dprojected, rows.queries, d, own.sums.g_vector + h * d);
            if (!per_context) continue;
            k.product(matrix_product(
                {.rows = d, .columns = d, .inner = rows.contexts},
                {.a = own.rows.context, .row = 1, .inner = d},
                {.b = own.dvalues + h * rows.contexts * d, .inner = d},
                {.c = own.sums.h_matrix + h * d * d, .row = d, .accumulate = true}));
        }
    }

    // dX̂c += Σ_heads dV·Hᵀ, [context rows, d].
    void through_values() const {
        const int64_t padded_d = s.padded_d();
        k.product(matrix_product(
            {.rows = rows.contexts, .columns = d, .inner = d, .outer = s.heads},
            {.a = own.dvalues, .row = d, .inner = 1, .outer = rows.contexts * d},
            {.b = call.folded.h_turned, .inner = padded_d, .outer = d * padded_d},
            {.c = own.dcontext, .row = d, .accumulate = true}));
    }

    // dX̂q = Σ_heads dT·Gᵀ, [query rows, d]; overwrites. Added to dX̂c instead where the rows are the
    // same.
    void through_queries() const {
        const int64_t padded_d = s.padded_d();
        k.product(matrix_product(
            {.rows = rows.queries, .columns = d, .inner = d, .outer = s.heads},
            {.a = own.dprojected, .row = d, .inner = 1, .outer = rows.queries * d},
            {.b = call.folded.g_turned, .inner = padded_d, .outer = d * padded_d},
            {.c = s.query_is_context() ? own.dcontext : own.dquery,
             .row = d,
             .accumulate = s.query_is_context()}));
        if (!s.shared || s.query_is_context()) return;
        for (int64_t i = 0; i < rows.chunk.queries.count(); ++i) {
            k.add(
                own.dquery + i * s.queries * d, s.queries * d,
                own.dcontext + ((i + 1) * s.m - s.queries) * d);
        }
    }

    // dX += the gradient of the normalisation of the queries, [query rows, d]; shared rows go with
    // the context.
    void query_norm_backward() const {
        for (int64_t i = 0; i < rows.chunk.queries.count() && !s.shared; ++i) {
            float *const target = call.dx + rows.row_in_x(rows.chunk.queries.first + i) * d;
            const int64_t row = i * s.queries;
            k.normalise_backward(
                own.dquery + row * d, own.rows.query + row * d, own.rows.query_rstd + row, target,
                s.queries, d, target);
        }
    }

    // dX += (shared) or dY = the gradient of the normalisation of the context, [context rows, d].
    void context_norm_backward() const {
        for (int64_t i = 0; i < rows.chunk.contexts.count(); ++i) {
            const int64_t sample = call.plan.contexts[rows.chunk.contexts.first + i], row = i * s.m;
            float *const target = (s.shared ? call.dx : call.dy) + sample * s.m * d;
            k.normalise_backward(
                own.dcontext + row * d, own.rows.context + row * d, own.rows.context_rstd + row,
                s.shared ? target : nullptr, s.m, d, target);
        }
    }

    const float *weights(int64_t i) const { return from.weights + i * s.weights(); }

    // The offset of the values of a pair's context, for one head.
    int64_t first_value(int64_t i, int64_t head) const {
        return (head * rows.contexts + rows.source(i) * s.m) * d;
    }
};

} // namespace

NormalisedRows::NormalisedRows(Layout &layout, const AttentionPlan &plan) {
    const AttentionShape &s = plan.shape;
    context = layout.take(plan.most_contexts * s.m * s.d);
    context_rstd = layout.take(plan.most_contexts * s.m);
    turned = layout.take(plan.most_contexts * s.d * s.padded_m());
    query = s.query_is_context() ? context : layout.take(plan.most_queries * s.queries * s.d);
    query_rstd = s.query_is_context() ? context_rstd : layout.take(plan.most_queries * s.queries);
}

void NormalisedRows::fill(
    const AttentionPlan &plan, const Chunk &chunk, const float *x, const float *y,
    bool turn) const {
    const AttentionShape &s = plan.shape;
    const Kernels &k = kernels();
    for (int64_t i = 0; i < chunk.contexts.count(); ++i) {
        const int64_t sample = plan.contexts[chunk.contexts.first + i];
        float *const rows = context + i * s.m * s.d;
        k.normalise(y + sample * s.m * s.d, s.m, s.d, rows, context_rstd + i * s.m);
        if (turn) k.transpose(rows, s.m, s.d, s.d, turned + i * s.d * s.padded_m(), s.padded_m());
    }
    if (s.query_is_context()) return;
    for (int64_t i = 0; i < chunk.queries.count(); ++i) {
        float *const rows = query + i * s.queries * s.d;
        if (s.shared) {
            std::copy_n(context + ((i + 1) * s.m - s.queries) * s.d, s.queries * s.d, rows);
        } else {
            const int64_t sample = plan.queries[chunk.queries.first + i];
            k.normalise(
                x + ((sample + 1) * s.n - s.queries) * s.d, s.queries, s.d, rows,
                query_rstd + i * s.queries);
        }
    }
}

AttentionForwardBuffers::AttentionForwardBuffers(Layout &layout, const AttentionPlan &plan)
    : rows(layout, plan) {
    const AttentionShape &s = plan.shape;
    scratch = {
        .projected = layout.take(plan.most_queries * s.queries * s.wide()),
        .weights = layout.take(plan.most_pairs * s.weights()),
        .values = layout.take(plan.most_value_rows() * s.wide())};
    result = layout.take(plan.most_pairs * s.queries * s.d);
}

AttentionBackwardBuffers::AttentionBackwardBuffers(Layout &layout, const AttentionPlan &plan)
    : sums(layout, plan.shape), rows(layout, plan) {
    const AttentionShape &s = plan.shape;
    dresult = layout.take(plan.most_pairs * s.queries * s.d);
    dprojected = layout.take(plan.most_queries * s.queries * s.wide());
    dvalues = layout.take(plan.most_value_rows() * s.wide());
    dweights = layout.take(s.weights());
    dcontext = layout.take(plan.most_contexts * s.m * s.d);
    dquery = layout.take(s.query_is_context() ? 0 : plan.most_queries * s.queries * s.d);
    turned = layout.take(s.projects_context() ? s.d * s.padded_queries() : 0);
    turned_weights = layout.take(s.projects_context() ? s.m * s.padded_queries() : 0);
}

void AttentionForward::run(int64_t part, const AttentionForwardBuffers &own) const {
    for (int64_t i = plan.parts[part].first; i < plan.parts[part].last; ++i) {
        ForwardChunk(*this, own, plan.chunks[i]).run();
    }
}

void AttentionBackward::run(int64_t part, const AttentionBackwardBuffers &own) const {
    std::fill_n(own.sums.begin, floats_of<AttentionSums>(plan.shape), 0.0f);
    for (int64_t i = plan.parts[part].first; i < plan.parts[part].last; ++i) {
        BackwardChunk(*this, own, plan.chunks[i]).run();
    }
}

} // namespace ct_fused
