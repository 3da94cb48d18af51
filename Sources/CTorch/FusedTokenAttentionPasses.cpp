#include "FusedTokenAttentionPasses.hpp"

#include <algorithm>

namespace ct_fused {
namespace {

// Floats of data and tables per chunk of samples.
constexpr int64_t kChunkFloats = 128 * 1024;

template <class Body>
void for_chunks(const TokenShape &s, int64_t part, Body &&body) {
    const Range range = piece(s.samples, s.parts, part);
    const int64_t chunks = (range.count() + s.chunk() - 1) / s.chunk();
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        const Range local = piece(range.count(), chunks, chunk);
        body(range.first + local.first, local.count());
    }
}

// out = x·table for x [rows, inner].
void multiply(
    int64_t rows, int64_t columns, int64_t inner, const float *x, const float *table,
    int64_t table_row, float *out) {
    kernels().product(matrix_product(
        {.rows = rows, .columns = columns, .inner = inner}, {.a = x, .row = inner, .inner = 1},
        {.b = table, .inner = table_row}, {.c = out, .row = columns}));
}

// out += xᵀ·table for x [inner, rows] and table [inner, columns].
void add_turned_product(
    int64_t rows, int64_t columns, int64_t inner, const float *x, const float *table, float *out) {
    kernels().product(matrix_product(
        {.rows = rows, .columns = columns, .inner = inner}, {.a = x, .row = 1, .inner = rows},
        {.b = table, .inner = columns}, {.c = out, .row = columns, .accumulate = true}));
}

// Through ω = wₖ·qᵀ per head: dwₖ += Σ_queries dω·q and dq += dω·wₖ.
void mean_scores_backward(
    const TokenShape &s, const TokenInputs &in, const float *gradient, const float *queries,
    float *dqueries, float *dw) {
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

// The halves of a, c, w and b that belong to values.
struct ValueWeights {
    const float *a, *c, *w, *b;

    ValueWeights(const TokenShape &s, const TokenInputs &in)
        : a(in.a + s.inner()), c(in.c + s.inner()), w(in.w + s.inner()), b(in.b + s.inner()) {}
};

// The first lane and the first column of one head, among lanes and among columns of width inner.
struct Head {
    int64_t index, lane, column;

    Head(const TokenShape &s, int64_t h)
        : index(h), lane(h * s.head_lanes()), column(h * s.head_width) {}
};

template <class Body>
void for_heads(const TokenShape &s, Body &&body) {
    for (int64_t h = 0; h < s.heads; ++h) body(Head(s, h));
}

// One chunk of samples, and what both directions read of it.
struct SampleChunk {
    const TokenShape &s;
    const TokenInputs &in;
    const Kernels &k;
    const int64_t first, samples, inner, row, lanes, width;
    const SavedTokens here;
    const TokenTables &tables;
    const ValueWeights value;
    const float *const x;

    template <class Pass, class Buffers>
    SampleChunk(
        const Pass &pass, const Buffers &own, const SavedTokens &saved, int64_t begin,
        int64_t count)
        : s(pass.s),
          in(pass.in),
          k(kernels()),
          first(begin),
          samples(count),
          inner(s.inner()),
          row(s.row()),
          lanes(s.lanes()),
          width(s.head_width),
          here(saved),
          tables(s.own_queries ? own.tables : pass.shared_tables),
          value(s, in),
          x(in.data_of(s, first)) {}
};

// One chunk of samples on its way forward.
struct ForwardChunk : SampleChunk {
    const TokenForward &call;
    const TokenForwardBuffers &own;
    float *const result;

    ForwardChunk(
        const TokenForward &pass, const TokenForwardBuffers &buffers, int64_t begin, int64_t count)
        : SampleChunk(
              pass, buffers, pass.saves ? pass.saved.from(pass.s, begin) : buffers.scratch, begin,
              count),
          call(pass),
          own(buffers),
          result(pass.out + first * s.n * inner) {}

    void run() const {
        project_data();
        for (int64_t i = 0; i < samples; ++i) {
            const SavedTokens one = here.from(s, i);
            k.token_statistics(
                in.data_of(s, first + i), s.tokens, s.channels, in.s1, in.s2, s.width, one.mean,
                one.rstd);
            add_constants(one);
            if (s.own_queries) own.tables.fill(s, in, in.queries_of(s, first + i));
            if (s.forms_keys()) score(one);
            k.token_softmax(
                one.scores, s.forms_keys() ? nullptr : tables.token_scores, tables.mean_scores,
                one.mean, one.rstd, s.tokens, lanes, in.valid(s, first + i), one.weights,
                one.mean_sums);
            start_result(i, one);
            sum_values(i, one);
            if (!s.forms_values()) mix_data(i, one);
        }
        if (!s.forms_values()) project_mixed();
    }

    // K = X·aₖ [tokens, inner] or S = X·U [tokens, lanes], and V = X·aᵥ [tokens, inner] where
    // formed; of all samples.
    void project_data() const {
        const int64_t rows = samples * s.tokens;
        if (s.forms_keys()) {
            multiply(rows, inner, s.channels, x, in.a, row, here.keys);
        } else {
            multiply(
                rows, lanes, s.channels, x, call.shared_tables.channel_scores, lanes, here.scores);
        }
        if (s.forms_values()) multiply(rows, inner, s.channels, x, value.a, row, here.values);
    }

    // K += cₖ and V += cᵥ, [tokens, inner], where formed.
    void add_constants(const SavedTokens &one) const {
        for (int64_t t = 0; t < s.tokens; ++t) {
            if (s.forms_keys()) k.add(in.c + t * row, inner, one.keys + t * inner);
            if (s.forms_values()) k.add(value.c + t * row, inner, one.values + t * inner);
        }
    }

    // S = K·qᵀ, [tokens, head lanes] per head.
    void score(const SavedTokens &one) const {
        for_heads(s, [&](Head head) {
            k.product(matrix_product(
                {.rows = s.tokens, .columns = s.head_lanes(), .inner = width},
                {.a = one.keys + head.column, .row = inner, .inner = 1},
                {.b = tables.turned_queries + head.column * s.head_lanes(),
                 .inner = s.head_lanes()},
                {.c = one.scores + head.lane, .row = lanes}));
        });
    }

    // out = bᵥ − (A·μ)·wᵥ, [n, inner]; overwrites.
    void start_result(int64_t i, const SavedTokens &one) const {
        for_heads(s, [&](Head head) {
            for (int64_t query = 0; query < s.n; ++query) {
                const float mean_sum = one.mean_sums[head.lane + query];
                float *const target = result + (i * s.n + query) * inner + head.column;
                for (int64_t e = 0; e < width; ++e) {
                    target[e] = value.b[head.column + e] - mean_sum * value.w[head.column + e];
                }
            }
        });
    }

    // out += Aᵀ·V, or Aᵀ·cᵥ where values are not formed; [n, head width] per head.
    void sum_values(int64_t i, const SavedTokens &one) const {
        for_heads(s, [&](Head head) {
            k.product(matrix_product(
                {.rows = s.n, .columns = width, .inner = s.tokens},
                {.a = one.weights + head.lane, .row = 1, .inner = lanes},
                {.b = (s.forms_values() ? one.values : value.c) + head.column,
                 .inner = s.forms_values() ? inner : row},
                {.c = result + i * s.n * inner + head.column, .row = inner, .accumulate = true}));
        });
    }

    // D = Aᵀ·X, [n, channels] per head. It lies head by head over the samples of the chunk, for one
    // product per head.
    void mix_data(int64_t i, const SavedTokens &one) const {
        for_heads(s, [&](Head head) {
            k.product(matrix_product(
                {.rows = s.n, .columns = s.channels, .inner = s.tokens},
                {.a = one.weights + head.lane, .row = 1, .inner = lanes},
                {.b = in.data_of(s, first + i), .inner = s.channels},
                {.c = here.values + (head.index * samples + i) * s.n * s.channels,
                 .row = s.channels}));
        });
    }

    // out += D·aᵥ, [samples·n, head width] per head.
    void project_mixed() const {
        for_heads(s, [&](Head head) {
            k.product(matrix_product(
                {.rows = samples * s.n, .columns = width, .inner = s.channels},
                {.a = here.values + head.index * samples * s.n * s.channels,
                 .row = s.channels,
                 .inner = 1},
                {.b = value.a + head.column, .inner = row},
                {.c = result + head.column, .row = inner, .accumulate = true}));
        });
    }
};

// One chunk of samples on its way back.
struct BackwardChunk : SampleChunk {
    const TokenBackward &call;
    const TokenBackwardBuffers &own;
    const TokenSums &sums;
    const float *const gradient;

    BackwardChunk(
        const TokenBackward &pass, const TokenBackwardBuffers &buffers, int64_t begin,
        int64_t count)
        : SampleChunk(pass, buffers, pass.saved.from(pass.s, begin), begin, count),
          call(pass),
          own(buffers),
          sums(own.sums),
          gradient(pass.dout + first * s.n * inner) {}

    void run() const {
        if (!s.forms_values()) mixed_gradient();
        // dbᵥ += Σ dout.
        k.add_column_sums(gradient, samples * s.n, inner, sums.value_b);
        for (int64_t i = 0; i < samples; ++i) {
            const SavedTokens one = here.from(s, i);
            for_heads(s, [&](Head head) {
                mean_gradient(i, head, one);
                weights_gradient(i, head, one);
                values_gradient(i, head, one);
            });
            if (s.forms_values()) k.add(dvalues(i), s.tokens * inner, sums.token_values);
            softmax_backward(i, one);
            if (s.forms_keys()) {
                keys_gradient(i, one);
            } else {
                // du += dS.
                k.add(dweights(i), s.tokens * lanes, sums.token_keys);
            }
        }
        data_weights_gradient();
    }

    // daᵥ += Dᵀ·dout, [channels, head width] per head.
    void mixed_gradient() const {
        for_heads(s, [&](Head head) {
            k.product(matrix_product(
                {.rows = s.channels, .columns = width, .inner = samples * s.n},
                {.a = here.values + head.index * samples * s.n * s.channels,
                 .row = 1,
                 .inner = s.channels},
                {.b = gradient + head.column, .inner = inner},
                {.c = sums.channel_values + head.column, .row = inner, .accumulate = true}));
        });
    }

    // d(A·μ) = −wᵥ·doutᵀ, kept without its sign as [lanes]; dwᵥ −= Σ_queries (A·μ)·dout.
    void mean_gradient(int64_t i, Head head, const SavedTokens &one) const {
        for (int64_t query = 0; query < s.n; ++query) {
            const float *const line = gradient + (i * s.n + query) * inner + head.column;
            const float mean_sum = one.mean_sums[head.lane + query];
            float score = 0;
            for (int64_t e = 0; e < width; ++e) {
                score += line[e] * value.w[head.column + e];
                sums.value_w[head.column + e] -= mean_sum * line[e];
            }
            own.value_scores[head.lane + query] = score;
        }
    }

    // dA = V·doutᵀ, or cᵥ·doutᵀ + X·(aᵥ·doutᵀ), [tokens, head lanes]; overwrites.
    void weights_gradient(int64_t i, Head head, const SavedTokens &one) const {
        const int64_t head_lanes = s.head_lanes();
        k.transpose(
            gradient + i * s.n * inner + head.column, s.n, width, inner, own.turned, head_lanes);
        k.product(matrix_product(
            {.rows = s.tokens, .columns = head_lanes, .inner = width},
            {.a = (s.forms_values() ? one.values : value.c) + head.column,
             .row = s.forms_values() ? inner : row,
             .inner = 1},
            {.b = own.turned, .inner = head_lanes}, {.c = dweights(i) + head.lane, .row = lanes}));
        if (s.forms_values()) return;
        k.product(matrix_product(
            {.rows = s.channels, .columns = head_lanes, .inner = width},
            {.a = value.a + head.column, .row = row, .inner = 1},
            {.b = own.turned, .inner = head_lanes}, {.c = own.turned_mixed, .row = head_lanes}));
        k.product(matrix_product(
            {.rows = s.tokens, .columns = head_lanes, .inner = s.channels},
            {.a = in.data_of(s, first + i), .row = s.channels, .inner = 1},
            {.b = own.turned_mixed, .inner = head_lanes},
            {.c = dweights(i) + head.lane, .row = lanes, .accumulate = true}));
    }

    // dV = A·dout, [tokens, head width]; overwrites. Without formed values it is dcᵥ, which is
    // added to.
    void values_gradient(int64_t i, Head head, const SavedTokens &one) const {
        k.product(matrix_product(
            {.rows = s.tokens, .columns = width, .inner = s.n},
            {.a = one.weights + head.lane, .row = lanes, .inner = 1},
            {.b = gradient + i * s.n * inner + head.column, .inner = inner},
            {.c = (s.forms_values() ? dvalues(i) : sums.token_values) + head.column,
             .row = inner,
             .accumulate = !s.forms_values()}));
    }

    // dS = A∘(r·dA − Σ_tokens A∘dA) with dA less μ·(wᵥ·doutᵀ), [tokens, lanes]; overwrites dA. Adds
    // to dω, ds1 and ds2. With own queries, dω is that of the sample alone.
    void softmax_backward(int64_t i, const SavedTokens &one) const {
        if (s.own_queries) {
            own.tables.fill(s, in, in.queries_of(s, first + i));
            std::fill_n(sums.mean_scores, lanes, 0.0f);
        }
        k.token_softmax_backward(
            one.scores, one.weights, tables.mean_scores, own.value_scores, one.mean, one.rstd,
            s.tokens, lanes, in.valid(s, first + i), s.width, dweights(i), own.projections,
            sums.mean_scores, sums.s1, sums.s2);
    }

    // dK = dS·q, [tokens, head width] per head, overwrites; dq += dSᵀ·K, [n, head width] per head;
    // dcₖ += dK.
    void keys_gradient(int64_t i, const SavedTokens &one) const {
        const float *const queries = in.queries_of(s, first + i);
        float *const dkeys = own.dkeys + i * s.tokens * inner;
        float *const dqueries =
            s.own_queries ? call.dq + (first + i) * s.query_size() : sums.queries;
        if (s.own_queries) std::fill_n(dqueries, s.query_size(), 0.0f);
        for_heads(s, [&](Head head) {
            const int64_t at = head.index * s.n * width;
            k.product(matrix_product(
                {.rows = s.tokens, .columns = width, .inner = s.n},
                {.a = dweights(i) + head.lane, .row = lanes, .inner = 1},
                {.b = queries + at, .inner = width}, {.c = dkeys + head.column, .row = inner}));
            k.product(matrix_product(
                {.rows = s.n, .columns = width, .inner = s.tokens},
                {.a = dweights(i) + head.lane, .row = 1, .inner = lanes},
                {.b = one.keys + head.column, .inner = inner},
                {.c = dqueries + at, .row = width, .accumulate = true}));
        });
        if (s.own_queries)
            mean_scores_backward(s, in, sums.mean_scores, queries, dqueries, sums.key_w);
        k.add(dkeys, s.tokens * inner, sums.token_keys);
    }

    // daᵥ += Xᵀ·dV where formed; daₖ += Xᵀ·dK, or dU += Xᵀ·dS; [channels, columns] over all
    // samples.
    void data_weights_gradient() const {
        const int64_t rows = samples * s.tokens;
        if (s.forms_values()) {
            add_turned_product(s.channels, inner, rows, x, own.dvalues, sums.channel_values);
        }
        add_turned_product(
            s.channels, s.key_columns(), rows, x, s.forms_keys() ? own.dkeys : own.dweights,
            sums.channel_keys);
    }

    float *dweights(int64_t i) const { return own.dweights + i * s.tokens * lanes; }
    float *dvalues(int64_t i) const { return own.dvalues + i * s.tokens * inner; }
};

} // namespace

int64_t TokenShape::chunk() const {
    const int64_t floats =
        tokens * (channels + 2 * lanes() + (forms_keys() ? inner() : 0) + inner());
    return std::min(samples, std::max<int64_t>(1, kChunkFloats / floats));
}

TokenTables::TokenTables(Layout &layout, const TokenShape &s)
    : channel_scores(layout.take(s.forms_keys() ? 0 : s.channels * s.lanes())),
      token_scores(layout.take(s.forms_keys() ? 0 : s.tokens * s.lanes())),
      mean_scores(layout.take(s.lanes())),
      turned_queries(layout.take(s.inner() * s.head_lanes())) {}

void TokenTables::fill(const TokenShape &s, const TokenInputs &in, const float *queries) const {
    const int64_t width = s.head_width, head_lanes = s.head_lanes();
    for_heads(s, [&](Head head) {
        float *const turned = turned_queries + head.column * head_lanes;
        kernels().transpose(
            queries + head.index * s.n * width, s.n, width, width, turned, head_lanes);
        // out = x·qᵀ, [rows, head lanes].
        const auto score = [&](int64_t rows, const float *x, float *out) {
            kernels().product(matrix_product(
                {.rows = rows, .columns = head_lanes, .inner = width},
                {.a = x + head.column, .row = s.row(), .inner = 1},
                {.b = turned, .inner = head_lanes}, {.c = out + head.lane, .row = s.lanes()}));
        };
        score(1, in.w, mean_scores);
        if (s.forms_keys()) return;
        score(s.channels, in.a, channel_scores);
        score(s.tokens, in.c, token_scores);
    });
}

SavedTokens::SavedTokens(Layout &layout, const TokenShape &s, const SampleCount &count)
    : mean(layout.take(count.samples * s.tokens)),
      rstd(layout.take(count.samples * s.tokens)),
      scores(layout.take(count.samples * s.tokens * s.lanes())),
      weights(layout.take(count.samples * s.tokens * s.lanes())),
      mean_sums(layout.take(count.samples * s.lanes())),
      keys(layout.take(s.forms_keys() ? count.samples * s.tokens * s.inner() : 0)),
      values(layout.take(count.samples * s.value_size())) {}

SavedTokens SavedTokens::from(const TokenShape &s, int64_t sample) const {
    SavedTokens moved = *this;
    moved.mean += sample * s.tokens;
    moved.rstd += sample * s.tokens;
    moved.scores += sample * s.tokens * s.lanes();
    moved.weights += sample * s.tokens * s.lanes();
    moved.mean_sums += sample * s.lanes();
    if (s.forms_keys()) moved.keys += sample * s.tokens * s.inner();
    moved.values += sample * s.value_size();
    return moved;
}

TokenForwardBuffers::TokenForwardBuffers(
    Layout &layout, const TokenShape &s, const SampleCount &unsaved)
    : scratch(layout, s, unsaved), tables(layout, s) {}

TokenSums::TokenSums(Layout &layout, const TokenShape &s)
    : begin(layout.next()),
      channel_keys(layout.take(s.channels * s.key_columns())),
      token_keys(layout.take(s.tokens * s.key_columns())),
      queries(layout.take(s.forms_keys() && !s.own_queries ? s.query_size() : 0)),
      key_w(layout.take(s.inner())),
      channel_values(layout.take(s.channels * s.inner())),
      token_values(layout.take(s.tokens * s.inner())),
      mean_scores(layout.take(s.lanes())),
      value_w(layout.take(s.inner())),
      value_b(layout.take(s.inner())),
      s1(layout.take(s.tokens)),
      s2(layout.take(s.tokens)) {
    layout.join(begin);
}

void TokenSums::unfold(
    const TokenShape &s, const TokenInputs &in, const TokenGradients &out) const {
    std::copy_n(s1, s.tokens, out.s1);
    std::copy_n(s2, s.tokens, out.s2);
    copy_values(s, out);
    if (s.forms_keys()) {
        copy_keys(s, out);
    } else {
        through_scores(s, in, out);
    }
    if (!s.own_queries) mean_scores_backward(s, in, mean_scores, in.q, out.q, key_w);
    std::copy_n(key_w, s.inner(), out.w);
}

// daᵥ, dcᵥ, dwᵥ and dbᵥ are the sums; overwrites.
void TokenSums::copy_values(const TokenShape &s, const TokenGradients &out) const {
    const int64_t inner = s.inner(), row = s.row();
    std::copy_n(value_b, inner, out.b + inner);
    std::copy_n(value_w, inner, out.w + inner);
    for (int64_t i = 0; i < s.channels; ++i) {
        std::copy_n(channel_values + i * inner, inner, out.a + i * row + inner);
    }
    for (int64_t t = 0; t < s.tokens; ++t) {
        std::copy_n(token_values + t * inner, inner, out.c + t * row + inner);
    }
}

// daₖ, dcₖ and dq are the sums; overwrites.
void TokenSums::copy_keys(const TokenShape &s, const TokenGradients &out) const {
    const int64_t inner = s.inner(), row = s.row();
    for (int64_t i = 0; i < s.channels; ++i)
        std::copy_n(channel_keys + i * inner, inner, out.a + i * row);
    for (int64_t t = 0; t < s.tokens; ++t)
        std::copy_n(token_keys + t * inner, inner, out.c + t * row);
    if (!s.own_queries) std::copy_n(queries, s.query_size(), out.q);
}

// Through U = aₖ·qᵀ and u = cₖ·qᵀ per head: daₖ = dU·q [channels, head width] and dcₖ = du·q
// [tokens, head width], dq = dUᵀ·aₖ + duᵀ·cₖ [n, head width]; all overwrite.
void TokenSums::through_scores(
    const TokenShape &s, const TokenInputs &in, const TokenGradients &out) const {
    const int64_t width = s.head_width, row = s.row(), lanes = s.lanes();
    for_heads(s, [&](Head head) {
        const int64_t at = head.index * s.n * width;
        const auto back = [&](int64_t rows, const float *from, const float *weights,
                              bool accumulate, float *to) {
            kernels().product(matrix_product(
                {.rows = s.n, .columns = width, .inner = rows},
                {.a = from + head.lane, .row = 1, .inner = lanes},
                {.b = weights + head.column, .inner = row},
                {.c = out.q + at, .row = width, .accumulate = accumulate}));
            kernels().product(matrix_product(
                {.rows = rows, .columns = width, .inner = s.n},
                {.a = from + head.lane, .row = lanes, .inner = 1}, {.b = in.q + at, .inner = width},
                {.c = to + head.column, .row = row}));
        };
        back(s.channels, channel_keys, in.a, false, out.a);
        back(s.tokens, token_keys, in.c, true, out.c);
    });
}

TokenBackwardBuffers::TokenBackwardBuffers(Layout &layout, const TokenShape &s)
    : sums(layout, s),
      dweights(layout.take(s.chunk() * s.tokens * s.lanes())),
      dkeys(layout.take(s.forms_keys() ? s.chunk() * s.tokens * s.inner() : 0)),
      dvalues(layout.take(s.forms_values() ? s.chunk() * s.value_size() : 0)),
      turned(layout.take(s.head_width * s.head_lanes())),
      turned_mixed(layout.take(s.forms_values() ? 0 : s.channels * s.head_lanes())),
      value_scores(layout.take(s.lanes())),
      projections(layout.take(s.lanes())),
      tables(layout, s) {}

TokenSharedBackward::TokenSharedBackward(Layout &layout, const TokenShape &s)
    : tables(layout, s), total(layout, s) {}

void TokenForward::run(int64_t part, const TokenForwardBuffers &own) const {
    for_chunks(s, part, [&](int64_t first, int64_t samples) {
        ForwardChunk(*this, own, first, samples).run();
    });
}

void TokenBackward::run(int64_t part, const TokenBackwardBuffers &own) const {
    std::fill_n(own.sums.begin, floats_of<TokenSums>(s), 0.0f);
    std::fill_n(own.value_scores, s.lanes(), 0.0f);
    for_chunks(s, part, [&](int64_t first, int64_t samples) {
        BackwardChunk(*this, own, first, samples).run();
    });
}

} // namespace ct_fused
