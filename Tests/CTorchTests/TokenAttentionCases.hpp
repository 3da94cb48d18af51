// Cases of the attention of latent queries to tokens.
#pragma once

#include "Block.hpp"

#include <cmath>
#include <limits>

namespace token_attention {

struct Setting {
    std::string name;
    int64_t samples, tokens, channels;
    int64_t heads = 1, n = 20, head_width = 64, width = 388;
    bool masked = false, own_queries = false;
};

const std::vector<std::string> kInputs = {"data", "key_mask", "q", "a", "c", "w", "b", "s1", "s2"};

inline std::vector<Tensor> draw(const Setting &s) {
    const int64_t inner = s.heads * s.head_width;
    const double deviation = 1 / std::sqrt(static_cast<double>(s.width));
    const Tensor constant = at::rand({s.tokens, s.width - s.channels}) * 2 - 1;
    Tensor mask;
    if (s.masked) {
        mask = at::rand({s.samples, s.tokens}).gt(0.4);
        // The first sample has no valid token at all.
        mask[0].fill_(false);
    }
    return {
        at::randn({s.samples, s.tokens, s.channels}) * 1.3 + 0.2,
        mask,
        s.own_queries ? normal({s.samples, s.heads, s.n, s.head_width}, 0.4)
                      : normal({s.heads, s.n, s.head_width}, 0.4),
        normal({s.channels, 2 * inner}, deviation),
        normal({s.tokens, 2 * inner}, 0.5),
        normal({2 * inner}, 0.3),
        normal({2 * inner}, 0.3),
        constant.sum(1).set_requires_grad(true),
        (constant * constant).sum(1).set_requires_grad(true)};
}

inline Tensor fused(const Setting &s, const std::vector<Tensor> &t) {
    CTTensor out = nullptr;
    succeed(ct_fused_token_attention(
        &out, handle(t[0]), handle(t[1]), handle(t[2]), handle(t[3]), handle(t[4]), handle(t[5]),
        handle(t[6]), handle(t[7]), handle(t[8]), s.width));
    return owned(out);
}

inline Tensor composed(const Setting &s, const std::vector<Tensor> &t) {
    const int64_t inner = s.heads * s.head_width;
    const double width = static_cast<double>(s.width);
    const Tensor mean = (t[0].sum(-1) + t[7]) / width;
    const Tensor variance = ((t[0] * t[0]).sum(-1) + t[8]) / width - mean * mean;
    const Tensor rstd = (variance + 1e-5).rsqrt().unsqueeze(-1);
    const Tensor kv =
        rstd * (at::matmul(t[0], t[3]) + t[4]) - mean.unsqueeze(-1) * rstd * t[5] + t[6];
    const auto split = [&](const Tensor &x) {
        return x.view({s.samples, s.tokens, s.heads, s.head_width}).transpose(1, 2);
    };
    const Tensor k = split(kv.narrow(-1, 0, inner)), v = split(kv.narrow(-1, inner, inner));
    Tensor scores = at::matmul(t[2], k.transpose(2, 3));
    if (t[1].defined()) {
        scores = scores.masked_fill(
            t[1].logical_not().unsqueeze(1).unsqueeze(1), -std::numeric_limits<float>::max());
    }
    return at::matmul(scores.softmax(-1), v).transpose(1, 2).reshape({s.samples, s.n, inner});
}

inline Case make(const Setting &s) {
    const double tokens = static_cast<double>(s.tokens), channels = static_cast<double>(s.channels);
    const double formed = tokens * channels * 64 + 20 * tokens * 64;
    const double scores = std::min(formed, 20 * tokens * channels);
    const double values = std::min(formed, 20 * tokens * (channels + 64) + 20 * channels * 64);
    return {
        .name = "tokens: " + s.name,
        .inputs = kInputs,
        .draw = [s] { return draw(s); },
        .fused = [s](const std::vector<Tensor> &t) { return fused(s, t); },
        .composed = [s](const std::vector<Tensor> &t) { return composed(s, t); },
        .operations = 2 * static_cast<double>(s.samples) * (scores + values),
    };
}

inline std::vector<Case> make_all(const std::vector<Setting> &settings) {
    std::vector<Case> all;
    for (const Setting &s : settings) all.push_back(make(s));
    return all;
}

inline std::vector<Case> cases() {
    return make_all({
        {.name = "mosei text", .samples = 32, .tokens = 50, .channels = 300},
        {.name = "mimic table", .samples = 32, .tokens = 5, .channels = 1},
        {.name = "mimic series", .samples = 32, .tokens = 288, .channels = 1},
        {.name = "av image", .samples = 32, .tokens = 49, .channels = 16},
        {.name = "av audio", .samples = 32, .tokens = 49, .channels = 256},
        {.name = "humor video", .samples = 32, .tokens = 20, .channels = 371},
        {.name = "one sample, one token",
         .samples = 1,
         .tokens = 1,
         .channels = 3,
         .heads = 2,
         .n = 4,
         .head_width = 8,
         .width = 17},
        {.name = "odd, masked",
         .samples = 5,
         .tokens = 13,
         .channels = 7,
         .heads = 3,
         .n = 5,
         .head_width = 6,
         .width = 29,
         .masked = true},
        {.name = "many heads",
         .samples = 4,
         .tokens = 30,
         .channels = 40,
         .heads = 8,
         .n = 12,
         .head_width = 16,
         .width = 80},
        {.name = "many heads, masked",
         .samples = 4,
         .tokens = 30,
         .channels = 40,
         .heads = 8,
         .n = 12,
         .head_width = 16,
         .width = 80,
         .masked = true},
        {.name = "long", .samples = 2, .tokens = 3000, .channels = 3, .width = 60},
        {.name = "long, masked",
         .samples = 2,
         .tokens = 1001,
         .channels = 130,
         .width = 180,
         .masked = true},
        {.name = "one query",
         .samples = 3,
         .tokens = 40,
         .channels = 200,
         .n = 1,
         .width = 300,
         .masked = true},
        {.name = "own queries",
         .samples = 7,
         .tokens = 49,
         .channels = 16,
         .heads = 2,
         .own_queries = true},
        {.name = "own queries, masked",
         .samples = 7,
         .tokens = 13,
         .channels = 35,
         .heads = 3,
         .n = 5,
         .head_width = 6,
         .width = 88,
         .masked = true,
         .own_queries = true},
    });
}

/// The shapes of a large training step.
inline std::vector<Case> large_step() {
    return make_all({
        {.name = "mimic 5x1", .samples = 32, .tokens = 5, .channels = 1},
        {.name = "mimic 288x1", .samples = 32, .tokens = 288, .channels = 1},
        {.name = "avmnist 49x16", .samples = 32, .tokens = 49, .channels = 16},
        {.name = "avmnist 49x256", .samples = 32, .tokens = 49, .channels = 256},
        {.name = "mosei 50x35", .samples = 32, .tokens = 50, .channels = 35},
        {.name = "mosei 50x74", .samples = 32, .tokens = 50, .channels = 74},
        {.name = "mosei 50x300", .samples = 32, .tokens = 50, .channels = 300},
        {.name = "humor 20x371", .samples = 32, .tokens = 20, .channels = 371},
        {.name = "humor 20x81", .samples = 32, .tokens = 20, .channels = 81},
        {.name = "humor 20x300", .samples = 32, .tokens = 20, .channels = 300},
    });
}

} // namespace token_attention
