// Cases of the feed-forward block.
#pragma once

#include "Block.hpp"

namespace feed_forward {

const std::vector<std::string> kInputs = {"x",  "residual", "norm_weight", "norm_bias",
                                          "w1", "b1",       "w2",          "b2"};

inline Tensor fused(const std::vector<Tensor> &t) {
    CTTensor out = nullptr;
    succeed(ct_fused_feed_forward(
        &out, handle(t[0]), handle(t[1]), handle(t[2]), handle(t[3]), handle(t[4]), handle(t[5]),
        handle(t[6]), handle(t[7])));
    return owned(out);
}

inline Tensor composed(const std::vector<Tensor> &t) {
    const auto halves = at::linear(layer_norm(t[0], t[2], t[3]), t[4], t[5]).chunk(2, -1);
    const Tensor y = t[0] + at::linear(halves[0] * at::gelu(halves[1]), t[6], t[7]);
    return t[1].defined() ? y + t[1] : y;
}

inline std::vector<Tensor> draw(const std::vector<int64_t> &shape, int64_t h, bool residual) {
    const int64_t d = shape.back();
    return {
        normal(shape),
        residual ? normal(shape) : Tensor(),
        normal({d}, 0.2, 1),
        normal({d}, 0.2),
        normal({2 * h, d}, 1 / std::sqrt(static_cast<double>(d))),
        normal({2 * h}, 0.2),
        normal({d, h}, 1 / std::sqrt(static_cast<double>(h))),
        normal({d}, 0.2)};
}

inline Case make(const std::vector<int64_t> &shape, int64_t h, bool residual) {
    std::string name = "feed-forward";
    for (const int64_t size : shape)
        name += (name.back() == 'd' ? " " : "x") + std::to_string(size);
    name += ", h " + std::to_string(h) + (residual ? ", residual" : "");
    int64_t rows = 1;
    for (const int64_t size : shape) rows *= size;
    return {
        .name = name,
        .inputs = kInputs,
        .draw = [=] { return draw(shape, h, residual); },
        .fused = fused,
        .composed = composed,
        .operations = 2.0 * static_cast<double>(rows) * 3.0 * static_cast<double>(h),
    };
}

/// Odd sizes, sizes below a register, one row, and those of the paper's model.
inline std::vector<Case> cases() {
    std::vector<Case> all = {
        make({288, 20, 64}, 256, false),
        make({288, 20, 64}, 256, true),
        make({1, 1, 64}, 256, false),
        make({3, 1, 7}, 28, true),
        make({5, 7}, 3, false),
        make({1, 20, 64}, 256, true),
        make({7}, 5, false),
        make({513, 33}, 65, true),
        make({2, 3, 4, 16}, 64, false),
        make({197, 24}, 100, true),
    };
    Case wide = make({64, 64}, 256, false);
    wide.name += ", large values";
    wide.draw = [] {
        std::vector<Tensor> inputs = draw({64, 64}, 256, false);
        inputs[0] = (inputs[0].detach() * 30 + 5).set_requires_grad(true);
        inputs[4] = (inputs[4].detach() * 6).set_requires_grad(true);
        return inputs;
    };
    all.push_back(wide);
    return all;
}

/// The shapes of a large training step.
inline std::vector<Case> large_step() {
    return {
        make({288, 20, 64}, 256, false), make({288, 20, 64}, 256, true),
        make({512, 20, 64}, 256, false), make({512, 1, 64}, 256, true)};
}

} // namespace feed_forward
