// Cases of the cross-attention from latents to the tokens of several streams.
#pragma once

#include "Block.hpp"

#include <cmath>
#include <limits>

namespace token_block {

struct Stream {
    int64_t samples, tokens, channels, positions = 0;
    bool masked = false;
};

struct Setting {
    std::string name;
    std::vector<Stream> streams;
    int64_t n = 20, d = 64, heads = 1, head_width = 64, width = 388, identity = 10;
    bool own_latents = false, shared_identity = false;
};

// Places among the inputs. Those of a stream follow the parameters.
constexpr size_t kParameters = 9, kPerStream = 6;

inline std::vector<std::string> names(const Setting &s) {
    std::vector<std::string> list = {
        "latents", "norm_weight", "norm_bias", "context_norm_weight", "context_norm_bias", "wq",
        "wkv",     "wo",          "bo"};
    for (size_t i = 0; i < s.streams.size(); ++i) {
        for (const char *name : {"data", "mask", "positions", "identity", "sums", "squares"})
            list.push_back(std::string(name) + " " + std::to_string(i));
    }
    return list;
}

inline int64_t samples_of(const Setting &s) {
    int64_t samples = 0;
    for (const Stream &stream : s.streams) samples += stream.samples;
    return samples;
}

inline std::vector<Tensor> draw(const Setting &s) {
    const int64_t inner = s.heads * s.head_width;
    std::vector<Tensor> inputs = {
        s.own_latents ? normal({samples_of(s), s.n, s.d}) : normal({s.n, s.d}),
        normal({s.d}, 0.2, 1),
        normal({s.d}, 0.2),
        normal({s.width}, 0.2, 1),
        normal({s.width}, 0.2),
        normal({inner, s.d}, 1 / std::sqrt(static_cast<double>(s.d))),
        normal({2 * inner, s.width}, 1 / std::sqrt(static_cast<double>(s.width))),
        normal({s.d, inner}, 1 / std::sqrt(static_cast<double>(inner))),
        normal({s.d}, 0.2)};
    const Tensor shared = normal({s.identity});
    for (const Stream &stream : s.streams) {
        Tensor mask, positions;
        if (stream.masked) {
            mask = at::rand({stream.samples, stream.tokens}).gt(0.4);
            // The first sample has no valid token at all.
            mask[0].fill_(false);
        }
        if (stream.positions > 0) positions = at::rand({stream.tokens, stream.positions}) * 2 - 1;
        const Tensor summed =
            positions.defined() ? positions : at::zeros({stream.tokens, int64_t{1}});
        const std::vector<Tensor> own = {
            at::randn({stream.samples, stream.tokens, stream.channels}) * 1.3 + 0.2,
            mask,
            positions,
            s.shared_identity ? shared : normal({s.identity}),
            summed.sum(1),
            (summed * summed).sum(1)};
        inputs.insert(inputs.end(), own.begin(), own.end());
    }
    return inputs;
}

inline Tensor fused(const Setting &s, const std::vector<Tensor> &t) {
    std::vector<CTTokenStream> streams;
    for (size_t i = 0; i < s.streams.size(); ++i) {
        const Tensor *const own = &t[kParameters + i * kPerStream];
        streams.push_back(
            {.data = handle(own[0]),
             .mask = handle(own[1]),
             .positions = handle(own[2]),
             .identity = handle(own[3]),
             .sums = handle(own[4]),
             .squares = handle(own[5])});
    }
    CTTensor out = nullptr;
    succeed(ct_fused_token_block(
        &out, handle(t[0]), streams.data(), static_cast<int64_t>(streams.size()), handle(t[1]),
        handle(t[2]), handle(t[3]), handle(t[4]), handle(t[5]), handle(t[6]), handle(t[7]),
        handle(t[8]), s.heads));
    return owned(out);
}

/// Forms the tokens [data | zeros | position | identity] of one stream.
inline Tensor tokens_of(const Setting &s, const Stream &stream, const Tensor *own) {
    const auto options = own[0].options();
    const int64_t rest = s.width - stream.channels - stream.positions - s.identity;
    std::vector<Tensor> parts = {own[0], at::zeros({stream.samples, stream.tokens, rest}, options)};
    if (own[2].defined())
        parts.push_back(own[2].expand({stream.samples, stream.tokens, stream.positions}));
    parts.push_back(own[3].expand({stream.samples, stream.tokens, s.identity}));
    return at::cat(parts, -1);
}

inline Tensor composed(const Setting &s, const std::vector<Tensor> &t) {
    std::vector<Tensor> results;
    int64_t first = 0;
    for (size_t i = 0; i < s.streams.size(); ++i) {
        const Stream &stream = s.streams[i];
        const Tensor *const own = &t[kParameters + i * kPerStream];
        const Tensor x = s.own_latents ? t[0].narrow(0, first, stream.samples)
                                       : t[0].expand({stream.samples, s.n, s.d});
        first += stream.samples;
        const auto split = [&](const Tensor &rows) {
            return rows.view({stream.samples, -1, s.heads, s.head_width}).transpose(1, 2);
        };
        const Tensor tokens = layer_norm(tokens_of(s, stream, own), t[3], t[4]);
        const auto kv = at::matmul(tokens, t[6].t()).chunk(2, -1);
        const Tensor q = split(at::matmul(layer_norm(x, t[1], t[2]), t[5].t()).contiguous());
        Tensor scores = at::matmul(q, split(kv[0].contiguous()).transpose(2, 3))
                        / std::sqrt(static_cast<double>(s.head_width));
        if (own[1].defined()) {
            scores = scores.masked_fill(
                own[1].logical_not().unsqueeze(1).unsqueeze(1), -std::numeric_limits<float>::max());
        }
        const Tensor mixed = at::matmul(scores.softmax(-1), split(kv[1].contiguous()));
        const Tensor joined = mixed.transpose(1, 2).reshape({stream.samples, s.n, -1});
        results.push_back(x + at::linear(joined, t[7], t[8]));
    }
    return at::cat(results, 0);
}

inline Case make(const Setting &s) {
    return {
        .name = "token block: " + s.name,
        .inputs = names(s),
        .draw = [s] { return draw(s); },
        .fused = [s](const std::vector<Tensor> &t) { return fused(s, t); },
        .composed = [s](const std::vector<Tensor> &t) { return composed(s, t); }};
}

inline std::vector<Case> cases() {
    const std::vector<Stream> large = {{2, 5, 1, 13},    {2, 60, 1, 14}, {2, 49, 16, 26},
                                       {2, 49, 256, 26}, {2, 50, 35, 7}, {2, 50, 300, 7},
                                       {2, 20, 371, 7},  {2, 20, 81, 7}, {2, 20, 300, 7}};
    std::vector<Stream> many = large;
    for (Stream &stream : many) stream.samples = 9;
    const std::vector<Stream> small = {
        {3, 7, 5, 3, true}, {1, 1, 1, 0, false}, {4, 12, 9, 1, true}, {2, 3, 2, 4, false}};
    std::vector<Case> list;
    for (const Setting &s : std::vector<Setting>{
             {.name = "large", .streams = large},
             {.name = "large, more samples", .streams = many},
             {.name = "one stream", .streams = {{5, 9, 4, 3}}},
             {.name = "one sample", .streams = {{1, 9, 4, 3}, {1, 30, 2, 5}}},
             {.name = "small, masked",
              .streams = small,
              .n = 3,
              .d = 12,
              .heads = 2,
              .head_width = 5,
              .width = 20,
              .identity = 3},
             {.name = "small, odd widths",
              .streams = small,
              .n = 1,
              .d = 7,
              .heads = 3,
              .head_width = 3,
              .width = 19,
              .identity = 5,
              .shared_identity = true},
             {.name = "own latents",
              .streams = small,
              .n = 4,
              .d = 16,
              .heads = 2,
              .head_width = 8,
              .width = 24,
              .identity = 4,
              .own_latents = true},
             {.name = "own latents, large", .streams = large, .own_latents = true},
             {.name = "one of everything",
              .streams = {{1, 1, 1, 0}},
              .n = 1,
              .d = 2,
              .heads = 1,
              .head_width = 1,
              .width = 2,
              .identity = 1},
         })
        list.push_back(make(s));
    return list;
}

} // namespace token_block
