#include "FusedTokenBlockWeights.hpp"

#include "FusedKernels.hpp"

#include <algorithm>
#include <cmath>

namespace ct_fused {
namespace {

// out[c][r] = x[r][c] for rows r and columns c of x.
void turn(
    const float *x, int64_t rows, int64_t columns, int64_t x_row, float *out, int64_t out_row) {
    // The kernel fills the rows of the result up to a multiple of 8.
    if (rows % 8 == 0) return kernels().transpose(x, rows, columns, x_row, out, out_row);
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < columns; ++c) out[c * out_row + r] = x[r * x_row + c];
    }
}

// Copies between rows of queries [sample, n, heads, head width] and the order of TokenInputs,
// [sample, heads, n, head width], times `factor`.
template <bool kToRows>
void reorder(const TokenBlockShape &s, float factor, const float *from, float *to) {
    const int64_t samples = s.query_rows() / s.n, inner = s.inner();
    for (int64_t sample = 0; sample < samples; ++sample) {
        for (int64_t h = 0; h < s.heads; ++h) {
            for (int64_t query = 0; query < s.n; ++query) {
                const int64_t in_rows = (sample * s.n + query) * inner + h * s.head_width;
                const int64_t by_head = ((sample * s.heads + h) * s.n + query) * s.head_width;
                const float *const source = from + (kToRows ? by_head : in_rows);
                float *const target = to + (kToRows ? in_rows : by_head);
                for (int64_t e = 0; e < s.head_width; ++e) target[e] = factor * source[e];
            }
        }
    }
}

float scale_of(const TokenBlockShape &s) { return 1 / std::sqrt(static_cast<float>(s.head_width)); }

} // namespace

StreamTables::StreamTables(Layout &layout, const TokenBlockShape &s, const StreamShape &stream)
    : a(layout.take(stream.tokens.channels * s.row())),
      c(layout.take(stream.tokens.tokens * s.row())),
      s1(layout.take(stream.tokens.tokens)),
      s2(layout.take(stream.tokens.tokens)),
      scores(layout, stream.tokens) {}

TokenBlockTables::TokenBlockTables(Layout &layout, const TokenBlockShape &s)
    : scaled(layout.take(s.row() * s.width)),
      w(layout.take(s.row())),
      b(layout.take(s.row())),
      normalised(layout.take(s.query_rows() * s.d)),
      affine(layout.take(s.query_rows() * s.d)),
      rstd(layout.take(s.query_rows())),
      queries(layout.take(s.query_rows() * s.inner())) {
    for (const StreamShape &stream : s.streams) streams.emplace_back(layout, s, stream);
}

void TokenBlockTables::fill(
    const TokenBlockShape &s, const TokenBlockWeights &weights, const float *latents) const {
    std::fill_n(b, s.row(), 0.0f);
    kernels().fold_rows(
        weights.wkv, weights.gamma_c, weights.beta_c, s.row(), s.width, scaled, w, b);
    kernels().normalise(latents, s.query_rows(), s.d, normalised, rstd);
    fill_queries(s, weights);
}

void TokenBlockTables::fill_queries(
    const TokenBlockShape &s, const TokenBlockWeights &weights) const {
    const int64_t rows = s.query_rows(), inner = s.inner();
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t column = 0; column < s.d; ++column) {
            affine[r * s.d + column] =
                normalised[r * s.d + column] * weights.gamma_q[column] + weights.beta_q[column];
        }
    }
    std::vector<float> turned(static_cast<size_t>(s.d * inner));
    std::vector<float> in_rows(static_cast<size_t>(rows * inner));
    turn(weights.wq, inner, s.d, s.d, turned.data(), inner);
    kernels().product(matrix_product(
        {.rows = rows, .columns = inner, .inner = s.d}, {.a = affine, .row = s.d, .inner = 1},
        {.b = turned.data(), .inner = inner}, {.c = in_rows.data(), .row = inner}));
    reorder<false>(s, scale_of(s), in_rows.data(), queries);
}

void TokenBlockTables::fill_stream(
    const TokenBlockShape &s, size_t index, const StreamInputs &in) const {
    const StreamShape &stream = s.streams[index];
    const StreamTables &own = streams[index];
    const int64_t row = s.row(), tokens = stream.tokens.tokens;
    turn(scaled, row, stream.tokens.channels, s.width, own.a, row);

    std::vector<float> identity(static_cast<size_t>(row));
    for (int64_t r = 0; r < row; ++r) {
        const float *const columns = scaled + r * s.width + s.identity_column();
        float sum = 0;
        for (int64_t i = 0; i < s.identity; ++i) sum += columns[i] * in.identity[i];
        identity[static_cast<size_t>(r)] = sum;
    }
    if (stream.positions == 0) {
        for (int64_t t = 0; t < tokens; ++t)
            std::copy(identity.begin(), identity.end(), own.c + t * row);
    } else {
        std::vector<float> turned(static_cast<size_t>(stream.positions * row));
        turn(
            scaled + s.position_column(stream), row, stream.positions, s.width, turned.data(), row);
        kernels().product(matrix_product(
            {.rows = tokens, .columns = row, .inner = stream.positions},
            {.a = in.positions, .row = stream.positions, .inner = 1},
            {.b = turned.data(), .inner = row},
            {.c = own.c, .row = row, .first = identity.data()}));
    }

    float sum = 0, square = 0;
    for (int64_t i = 0; i < s.identity; ++i) {
        sum += in.identity[i];
        square += in.identity[i] * in.identity[i];
    }
    for (int64_t t = 0; t < tokens; ++t) {
        own.s1[t] = in.sums[t] + sum;
        own.s2[t] = in.squares[t] + square;
    }
    if (s.own_latents) return;
    const TokenInputs inputs = this->inputs(s, index, in);
    own.scores.fill(stream.tokens, inputs, inputs.q);
}

TokenInputs
TokenBlockTables::inputs(const TokenBlockShape &s, size_t index, const StreamInputs &in) const {
    const StreamTables &own = streams[index];
    const int64_t first = s.own_latents ? s.streams[index].first_sample * s.n * s.inner() : 0;
    return {
        .data = in.data,
        .q = queries + first,
        .a = own.a,
        .c = own.c,
        .w = w,
        .b = b,
        .s1 = own.s1,
        .s2 = own.s2,
        .mask = in.mask};
}

StreamTableGradients::StreamTableGradients(
    Layout &layout, const TokenBlockShape &s, const StreamShape &stream)
    : q(layout.take(s.own_latents ? 0 : s.n * s.inner())),
      a(layout.take(stream.tokens.channels * s.row())),
      c(layout.take(stream.tokens.tokens * s.row())),
      w(layout.take(s.row())),
      b(layout.take(s.row())),
      s1(layout.take(stream.tokens.tokens)),
      s2(layout.take(stream.tokens.tokens)) {}

TokenBlockTableGradients::TokenBlockTableGradients(Layout &layout, const TokenBlockShape &s)
    : own_queries(layout.take(s.own_latents ? s.query_rows() * s.inner() : 0)),
      query_rows(layout.take(s.query_rows() * s.inner())),
      affine(layout.take(s.query_rows() * s.d)),
      normalised(layout.take(s.query_rows() * s.d)),
      scaled(layout.take(s.row() * s.width)),
      w(layout.take(s.row())),
      b(layout.take(s.row())),
      identity_sums(layout.take(static_cast<int64_t>(s.streams.size()) * s.row())) {
    for (const StreamShape &stream : s.streams) streams.emplace_back(layout, s, stream);
}

void TokenBlockTableGradients::unfold(
    const TokenBlockShape &s, const TokenBlockWeights &weights, const TokenBlockTables &tables,
    const std::vector<StreamInputs> &in, const float *residual, const TokenBlockGradients &to,
    float *dlatents, const std::vector<float *> &identities) const {
    const Kernels &k = kernels();
    const int64_t row = s.row(), width = s.width;
    const int64_t count = static_cast<int64_t>(streams.size());
    std::fill_n(w, row, 0.0f);
    std::fill_n(b, row, 0.0f);
    std::fill_n(identity_sums, count * row, 0.0f);
    for (int64_t i = 0; i < count; ++i) {
        const StreamTableGradients &own = streams[static_cast<size_t>(i)];
        k.add(own.w, row, w);
        k.add(own.b, row, b);
        k.add_column_sums(
            own.c, s.streams[static_cast<size_t>(i)].tokens.tokens, row, identity_sums + i * row);
    }

    // Every thread owns some rows of Wkv, so that the order of the sums does not depend on timing.
    const int64_t parts = std::min<int64_t>(thread_count(), std::max<int64_t>(1, row / 16));
    parallel(parts, [&](int64_t part) { gather_scaled(s, in, piece(row, parts, part)); });

    std::fill_n(to.gamma_c, width, 0.0f);
    std::fill_n(to.beta_c, width, 0.0f);
    k.unfold_rows(
        scaled, width, weights.wkv, b, weights.gamma_c, weights.beta_c, row, width, to.wkv,
        to.gamma_c, to.beta_c);

    for (int64_t i = 0; i < count; ++i) {
        const size_t index = static_cast<size_t>(i);
        const int64_t tokens = s.streams[index].tokens.tokens;
        float sum = 0, square = 0;
        for (int64_t t = 0; t < tokens; ++t) {
            sum += streams[index].s1[t];
            square += streams[index].s2[t];
        }
        float *const result = identities[index];
        for (int64_t e = 0; e < s.identity; ++e)
            result[e] = sum + 2 * in[index].identity[e] * square;
        for (int64_t r = 0; r < row; ++r) {
            const float *const columns = tables.scaled + r * width + s.identity_column();
            const float one = identity_sums[i * row + r];
            for (int64_t e = 0; e < s.identity; ++e) result[e] += one * columns[e];
        }
    }
    unfold_queries(s, weights, tables, residual, to, dlatents);
}

// dG[r] = dw[r] in all columns, plus what the streams' a, positions and identities take of it.
void TokenBlockTableGradients::gather_scaled(
    const TokenBlockShape &s, const std::vector<StreamInputs> &in, const Range &rows) const {
    const Kernels &k = kernels();
    const int64_t row = s.row(), width = s.width, count = rows.count();
    for (int64_t r = rows.first; r < rows.last; ++r) std::fill_n(scaled + r * width, width, w[r]);
    std::vector<float> turned;
    for (size_t i = 0; i < streams.size(); ++i) {
        const StreamShape &stream = s.streams[i];
        const int64_t channels = stream.tokens.channels, padded = padded_to_8(channels);
        turned.resize(static_cast<size_t>(count * padded));
        k.transpose(streams[i].a + rows.first, channels, count, row, turned.data(), padded);
        for (int64_t r = 0; r < count; ++r)
            k.add(turned.data() + r * padded, channels, scaled + (rows.first + r) * width);
        if (stream.positions > 0) {
            k.product(matrix_product(
                {.rows = count, .columns = stream.positions, .inner = stream.tokens.tokens},
                {.a = streams[i].c + rows.first, .row = 1, .inner = row},
                {.b = in[i].positions, .inner = stream.positions},
                {.c = scaled + rows.first * width + s.position_column(stream),
                 .row = width,
                 .accumulate = true}));
        }
        for (int64_t r = rows.first; r < rows.last; ++r) {
            const float one = identity_sums[static_cast<int64_t>(i) * row + r];
            float *const columns = scaled + r * width + s.identity_column();
            for (int64_t e = 0; e < s.identity; ++e) columns[e] += one * in[i].identity[e];
        }
    }
}

void TokenBlockTableGradients::unfold_queries(
    const TokenBlockShape &s, const TokenBlockWeights &weights, const TokenBlockTables &tables,
    const float *residual, const TokenBlockGradients &to, float *dlatents) const {
    const Kernels &k = kernels();
    const int64_t rows = s.query_rows(), inner = s.inner(), d = s.d;
    if (!s.own_latents) {
        // All streams read the same queries.
        for (size_t i = 1; i < streams.size(); ++i) k.add(streams[i].q, rows * inner, streams[0].q);
    }
    reorder<true>(s, scale_of(s), s.own_latents ? own_queries : streams[0].q, query_rows);
    k.product(matrix_product(
        {.rows = rows, .columns = d, .inner = inner}, {.a = query_rows, .row = inner, .inner = 1},
        {.b = weights.wq, .inner = d}, {.c = affine, .row = d}));
    k.product(matrix_product(
        {.rows = inner, .columns = d, .inner = rows}, {.a = query_rows, .row = 1, .inner = inner},
        {.b = tables.affine, .inner = d}, {.c = to.wq, .row = d}));
    std::fill_n(to.gamma_q, d, 0.0f);
    std::fill_n(to.beta_q, d, 0.0f);
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t column = 0; column < d; ++column) {
            const int64_t at = r * d + column;
            to.gamma_q[column] += affine[at] * tables.normalised[at];
            to.beta_q[column] += affine[at];
            normalised[at] = affine[at] * weights.gamma_q[column];
        }
    }
    k.normalise_backward(normalised, tables.normalised, tables.rstd, residual, rows, d, dlatents);
}

} // namespace ct_fused
