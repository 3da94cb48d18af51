// Cases of the attention among latents.
#pragma once

#include "Block.hpp"

#include <cmath>
#include <limits>

namespace attention {

/// The origin of the context: the normalised x itself, the tensor x under a normalisation of its
/// own, or another tensor.
enum class Context { self, same, other };

struct Setting {
    std::string name;
    int64_t queries, n, contexts, m, d, heads, inner;
    std::vector<int64_t> query_index = {}, context_index = {};
    Context context = Context::other;
    bool last = false, masked = false;
};

const std::vector<std::string> kInputs = {
    "x",   "context", "norm_weight", "norm_bias", "context_norm_weight", "context_norm_bias", "wq",
    "wkv", "wo",      "bo",          "key_mask"};

inline std::vector<Tensor> draw(const Setting &s) {
    const bool self = s.context == Context::self, own = s.context == Context::other;
    const double deviation = 1 / std::sqrt(static_cast<double>(s.d));
    const Tensor x = normal({s.queries, s.n, s.d});
    Tensor context;
    if (!self) context = own ? normal({s.contexts, s.m, s.d}, 1.5, 0.3) : x;
    Tensor mask;
    if (s.masked) {
        mask = at::rand({own ? s.contexts : s.queries, own ? s.m : s.n}).gt(0.4);
        // The first sample has no valid key at all.
        mask[0].fill_(false);
    }
    return {
        x,
        context,
        normal({s.d}, 0.2, 1),
        normal({s.d}, 0.2),
        self ? Tensor() : normal({s.d}, 0.2, 1),
        self ? Tensor() : normal({s.d}, 0.2),
        normal({s.inner, s.d}, 1.5 * deviation),
        normal({2 * s.inner, s.d}, 1.5 * deviation),
        normal({s.d, s.inner}, 1 / std::sqrt(static_cast<double>(s.inner))),
        normal({s.d}, 0.2),
        mask};
}

inline Tensor fused(const Setting &s, const std::vector<Tensor> &t) {
    CTTensor out = nullptr;
    const int64_t pairs = static_cast<int64_t>(s.query_index.size());
    succeed(ct_fused_attention(
        &out, handle(t[0]), handle(t[1]), pairs > 0 ? s.query_index.data() : nullptr,
        pairs > 0 ? s.context_index.data() : nullptr, pairs, handle(t[2]), handle(t[3]),
        handle(t[4]), handle(t[5]), handle(t[6]), handle(t[7]), handle(t[8]), handle(t[9]), s.heads,
        s.last ? 1 : 0, handle(t[10])));
    return owned(out);
}

/// Projects once per sample and gathers then, as a careful composition would.
inline Tensor composed(const Setting &s, const std::vector<Tensor> &t) {
    const int64_t heads = s.heads;
    const Tensor normalised = layer_norm(t[0], t[2], t[3]);
    const Tensor source = s.context == Context::self ? normalised : layer_norm(t[1], t[4], t[5]);
    Tensor residual = t[0], query_rows = normalised;
    if (s.last) {
        residual = residual.narrow(1, s.n - 1, 1);
        query_rows = query_rows.narrow(1, s.n - 1, 1);
    }
    Tensor q = at::matmul(query_rows, t[6].t());
    const auto kv = at::matmul(source, t[7].t()).chunk(2, -1);
    Tensor k = kv[0], v = kv[1], mask = t[10];
    if (!s.query_index.empty()) {
        const Tensor of_query = at::tensor(s.query_index, at::kLong);
        const Tensor of_context = at::tensor(s.context_index, at::kLong);
        residual = residual.index_select(0, of_query);
        q = q.index_select(0, of_query);
        k = k.index_select(0, of_context);
        v = v.index_select(0, of_context);
        if (mask.defined()) mask = mask.index_select(0, of_context);
    }
    const auto split = [heads](const Tensor &x) {
        return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
    };
    const double scale = std::pow(static_cast<double>(s.inner / heads), -0.5);
    Tensor scores = at::matmul(split(q), split(k).transpose(2, 3)) * scale;
    if (mask.defined()) {
        scores = scores.masked_fill(
            mask.logical_not().unsqueeze(1).unsqueeze(1), -std::numeric_limits<float>::max());
    }
    const Tensor mixed = at::matmul(scores.softmax(-1), split(v));
    return residual
           + at::linear(mixed.transpose(1, 2).reshape({q.size(0), q.size(1), s.inner}), t[8], t[9]);
}

inline Case make(const Setting &s, double operations = 0) {
    return {
        .name = "attention: " + s.name,
        .inputs = kInputs,
        .draw = [s] { return draw(s); },
        .fused = [s](const std::vector<Tensor> &t) { return fused(s, t); },
        .composed = [s](const std::vector<Tensor> &t) { return composed(s, t); },
        .operations = operations,
    };
}

/// Adds all ordered pairs of modalities within each task, for every sample. `tasks` holds the
/// numbers of modalities.
inline void add_ordered_pairs(const std::vector<int64_t> &tasks, int64_t samples, Setting &s) {
    int64_t base = 0;
    for (const int64_t modalities : tasks) {
        for (int64_t i = 0; i < modalities; ++i) {
            for (int64_t j = 0; j < modalities; ++j) {
                for (int64_t sample = 0; sample < samples && i != j; ++sample) {
                    s.query_index.push_back((base + i) * samples + sample);
                    s.context_index.push_back((base + j) * samples + sample);
                }
            }
        }
        base += modalities;
    }
    s.queries = s.contexts = base * samples;
}

/// The crossmodal attention of the paper's large multitask setting.
inline Setting crossmodal(int64_t samples) {
    Setting s = {
        .name = "crossmodal, " + std::to_string(samples) + " samples",
        .queries = 0,
        .n = 20,
        .contexts = 0,
        .m = 20,
        .d = 64,
        .heads = 4,
        .inner = 256,
        .context = Context::same,
    };
    add_ordered_pairs({2, 2, 3, 3}, samples, s);
    return s;
}

inline Setting
self(std::string name, int64_t samples, int64_t n, int64_t d, int64_t heads, int64_t inner) {
    return {
        .name = "self, " + std::move(name),
        .queries = samples,
        .n = n,
        .contexts = samples,
        .m = n,
        .d = d,
        .heads = heads,
        .inner = inner,
        .context = Context::self};
}

inline Setting cross(std::string name) {
    return {
        .name = "cross, " + std::move(name),
        .queries = 4,
        .n = 3,
        .contexts = 5,
        .m = 8,
        .d = 16,
        .heads = 2,
        .inner = 32};
}

inline Setting with_pairs(Setting s, std::vector<int64_t> queries, std::vector<int64_t> contexts) {
    s.query_index = std::move(queries);
    s.context_index = std::move(contexts);
    return s;
}

inline Setting with(Setting s, bool last, bool masked) {
    s.last = last;
    s.masked = masked;
    return s;
}

inline std::vector<Case> cases() {
    const Setting repeated =
        with_pairs(cross("repeated pairs"), {0, 1, 1, 3, 0, 0}, {4, 0, 0, 2, 2, 4});
    Setting identity = cross("identity");
    identity.queries = identity.contexts = 6;
    identity.n = 4;
    identity.m = 9;
    identity.d = 24;
    Setting one_query = cross("one query sample, many contexts");
    one_query.queries = 1;
    one_query.n = one_query.m = 6;
    one_query.contexts = 7;
    Setting same = cross("identity with itself");
    same.queries = same.contexts = 3;
    same.n = same.m = 6;
    same.context = Context::same;
    Setting modalities = same;
    modalities.name = "same tensor, eight modalities";
    modalities.n = modalities.m = 5;
    add_ordered_pairs({6, 2}, 9, modalities);
    Setting long_context = cross("long context");
    long_context.queries = long_context.contexts = 2;
    long_context.m = 700;
    long_context.d = 32;
    long_context.inner = 64;

    std::vector<Case> all;
    for (const Setting &s : {
             self("288x20", 288, 20, 64, 6, 384),
             with(self("512x20, last query", 512, 20, 64, 6, 384), true, false),
             self("one sample", 1, 20, 64, 6, 384),
             self("one latent", 5, 1, 64, 2, 128),
             with(self("d 7, masked", 3, 5, 7, 2, 6), false, true),
             with(self("d 7, last query, masked", 3, 5, 7, 2, 6), true, true),
             self("33 latents, head width 16", 9, 33, 40, 3, 48),
             identity,
             with(identity, true, true),
             repeated,
             with(repeated, false, true),
             with(repeated, true, false),
             with_pairs(one_query, {0, 0, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5, 6}),
             same,
             long_context,
             crossmodal(32),
             crossmodal(1),
             with(modalities, false, true),
             with(modalities, true, false),
         }) {
        all.push_back(make(s));
        if (s.last && s.name.find("last") == std::string::npos) all.back().name += ", last query";
        if (s.masked && s.name.find("masked") == std::string::npos) all.back().name += ", masked";
    }
    return all;
}

/// The shapes of a large training step.
inline std::vector<Case> large_step() {
    const double rows = 5760, pair_rows = 10240;
    return {
        make(self("288x20", 288, 20, 64, 6, 384), rows * 2 * (2 * 64 * 384 + 2 * 20 * 384)),
        make(crossmodal(32), 2 * (rows * 2 * 64 * 256 + pair_rows * 2 * 20 * 256)),
        make(
            with(self("512x20, last query", 512, 20, 64, 6, 384), true, false),
            512.0 * 2 * (2 * 64 * 384 + 2 * 20 * 384)),
    };
}

} // namespace attention
