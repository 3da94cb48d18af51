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

// Fewer additions are not worth another thread.
constexpr int64_t kFloatsPerThread = 32768;

// Rows of Wkv that a thread takes at least.
constexpr int64_t kPanel = 32;

int64_t panel_count(const TokenBlockShape &s) { return (s.row() + kPanel - 1) / kPanel; }

Range panel_rows(const TokenBlockShape &s, int64_t panel) {
    return {.first = panel * kPanel, .last = std::min(s.row(), (panel + 1) * kPanel)};
}

// Calls body(panel, its rows) for all panels of Wkv, on several threads. Panels do not depend on
// the number of threads.
template <class Body>
void share_panels(const TokenBlockShape &s, Body &&body) {
    const int64_t panels = panel_count(s), parts = std::min(thread_count(), panels);
    parallel(parts, [&](int64_t part) {
        const Range range = piece(panels, parts, part);
        for (int64_t panel = range.first; panel < range.last; ++panel)
            body(panel, panel_rows(s, panel));
    });
}

float scale_of(const TokenBlockShape &s) { return 1 / std::sqrt(static_cast<float>(s.head_width)); }

} // namespace

int64_t TokenBlockShape::most_channels() const {
    int64_t most = 0;
    for (const StreamShape &stream : streams) most = std::max(most, stream.tokens.channels);
    return most;
}

StreamTables::StreamTables(Layout &layout, const TokenBlockShape &s, const StreamShape &stream)
    : c(layout.take(stream.tokens.tokens * s.row())),
      s1(layout.take(stream.tokens.tokens)),
      s2(layout.take(stream.tokens.tokens)),
      scores(layout, stream.tokens) {}

TokenBlockTables::TokenBlockTables(Layout &layout, const TokenBlockShape &s)
    : turned(layout.take(s.width * s.row())),
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
    share_panels(s, [&](int64_t, const Range &rows) {
        std::vector<float> scaled(static_cast<size_t>(rows.count() * s.width));
        std::fill_n(b + rows.first, rows.count(), 0.0f);
        kernels().fold_rows(
            weights.wkv + rows.first * s.width, weights.gamma_c, weights.beta_c, rows.count(),
            s.width, scaled.data(), w + rows.first, b + rows.first);
        turn(scaled.data(), rows.count(), s.width, s.width, turned + rows.first, s.row());
    });
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
    std::vector<float> identity(static_cast<size_t>(row));
    for (int64_t i = 0; i < s.identity; ++i) {
        const float *const column = turned + (s.identity_column() + i) * row;
        for (size_t r = 0; r < identity.size(); ++r) identity[r] += column[r] * in.identity[i];
    }
    if (stream.positions == 0) {
        for (int64_t t = 0; t < tokens; ++t)
            std::copy(identity.begin(), identity.end(), own.c + t * row);
    } else {
        kernels().product(matrix_product(
            {.rows = tokens, .columns = row, .inner = stream.positions},
            {.a = in.positions, .row = stream.positions, .inner = 1},
            {.b = turned + s.position_column(stream) * row, .inner = row},
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
        .a = turned,
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
      channels(layout.take(s.most_channels() * s.row())),
      scaled(layout.take(s.row() * s.width)),
      w(layout.take(s.row())),
      b(layout.take(s.row())),
      identity_sums(layout.take(static_cast<int64_t>(s.streams.size()) * s.row())),
      norm_sums(layout.take(panel_count(s) * 2 * s.width)) {
    for (const StreamShape &stream : s.streams) streams.emplace_back(layout, s, stream);
}

void TokenBlockTableGradients::unfold(
    const TokenBlockShape &s, const TokenBlockWeights &weights, const TokenBlockTables &tables,
    const std::vector<StreamInputs> &in, const float *residual, const TokenBlockGradients &to,
    float *dlatents) const {
    add_stream_sums(s);
    sum_channels(s);
    unfold_scaled(s, weights, in, to);
    for (size_t i = 0; i < streams.size(); ++i) add_identity(s, tables, i, in[i], to.identities[i]);
    unfold_queries(s, weights, tables, residual, to, dlatents);
}

void TokenBlockTableGradients::add_stream_sums(const TokenBlockShape &s) const {
    const Kernels &k = kernels();
    const int64_t row = s.row();
    std::fill_n(w, row, 0.0f);
    std::fill_n(b, row, 0.0f);
    std::fill_n(identity_sums, static_cast<int64_t>(streams.size()) * row, 0.0f);
    float *sums = identity_sums;
    for (size_t i = 0; i < streams.size(); ++i, sums += row) {
        k.add(streams[i].w, row, w);
        k.add(streams[i].b, row, b);
        k.add_column_sums(streams[i].c, s.streams[i].tokens.tokens, row, sums);
    }
}

void TokenBlockTableGradients::sum_channels(const TokenBlockShape &s) const {
    const int64_t row = s.row(), most = s.most_channels();
    const int64_t parts = std::clamp<int64_t>(
        most * row * static_cast<int64_t>(streams.size()) / kFloatsPerThread, 1, thread_count());
    parallel(parts, [&](int64_t part) {
        const Range range = piece(most, parts, part);
        std::fill_n(channels + range.first * row, range.count() * row, 0.0f);
        for (size_t i = 0; i < streams.size(); ++i) {
            const int64_t last = std::min(range.last, s.streams[i].tokens.channels);
            if (last <= range.first) continue;
            kernels().add(
                streams[i].a + range.first * row, (last - range.first) * row,
                channels + range.first * row);
        }
    });
}

// dWkv += dG∘γ + db·βᵀ [row, width];  dγ += Σ_rows dG∘Wkv,  dβ += Σ_rows db∘Wkv.
void TokenBlockTableGradients::unfold_scaled(
    const TokenBlockShape &s, const TokenBlockWeights &weights, const std::vector<StreamInputs> &in,
    const TokenBlockGradients &to) const {
    const Kernels &k = kernels();
    const int64_t width = s.width;
    std::fill_n(norm_sums, panel_count(s) * 2 * width, 0.0f);
    share_panels(s, [&](int64_t panel, const Range &rows) {
        const int64_t at = rows.first * width;
        float *const own = norm_sums + panel * 2 * width;
        gather_scaled(s, in, rows);
        k.unfold_rows(
            scaled + at, width, weights.wkv + at, b + rows.first, weights.gamma_c, weights.beta_c,
            rows.count(), width, to.wkv + at, own, own + width);
    });
    for (int64_t panel = 0; panel < panel_count(s); ++panel) {
        k.add(norm_sums + panel * 2 * width, width, to.gamma_c);
        k.add(norm_sums + (panel * 2 + 1) * width, width, to.beta_c);
    }
}

void TokenBlockTableGradients::add_identity(
    const TokenBlockShape &s, const TokenBlockTables &tables, size_t index, const StreamInputs &in,
    float *to) const {
    const int64_t row = s.row(), tokens = s.streams[index].tokens.tokens;
    const float *const sums = identity_sums + static_cast<int64_t>(index) * row;
    float sum = 0, square = 0;
    for (int64_t t = 0; t < tokens; ++t) {
        sum += streams[index].s1[t];
        square += streams[index].s2[t];
    }
    std::vector<float> result;
    for (int64_t e = 0; e < s.identity; ++e) result.push_back(sum + 2 * in.identity[e] * square);
    for (size_t e = 0; e < result.size(); ++e) {
        const float *const column =
            tables.turned + (s.identity_column() + static_cast<int64_t>(e)) * row;
        for (int64_t r = 0; r < row; ++r) result[e] += sums[r] * column[r];
    }
    kernels().add(result.data(), s.identity, to);
}

// dG[r] = dw[r] in all columns, plus what the streams' a, positions and identities take of it.
void TokenBlockTableGradients::gather_scaled(
    const TokenBlockShape &s, const std::vector<StreamInputs> &in, const Range &rows) const {
    const Kernels &k = kernels();
    const int64_t row = s.row(), width = s.width, count = rows.count();
    for (int64_t r = rows.first; r < rows.last; ++r) std::fill_n(scaled + r * width, width, w[r]);
    const int64_t most = s.most_channels(), padded = padded_to_8(most);
    std::vector<float> turned(static_cast<size_t>(count * padded));
    k.transpose(channels + rows.first, most, count, row, turned.data(), padded);
    for (int64_t r = 0; r < count; ++r)
        k.add(turned.data() + r * padded, most, scaled + (rows.first + r) * width);
    for (size_t i = 0; i < streams.size(); ++i) {
        const StreamShape &stream = s.streams[i];
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
        {.b = tables.affine, .inner = d}, {.c = to.wq, .row = d, .accumulate = true}));
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
