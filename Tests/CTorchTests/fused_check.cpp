// Compares the fused CPU blocks with the composed formulas in double precision, values and all gradients, and times
// both. Usage: fused_check [check | time [threads [repetitions [block]]]]
//
// Build: compile this file and Sources/CTorch/*.cpp as C++20 with -ISources/CTorch and LibTorch's two include
// folders, and link with -ltorch -ltorch_cpu -lc10.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "include/CTorchFused.h"

using at::Tensor;

namespace {

CTTensor handle(const Tensor &tensor) {
    return tensor.defined() ? reinterpret_cast<CTTensor>(const_cast<Tensor *>(&tensor)) : nullptr;
}

Tensor take(char *message, CTTensor out) {
    if (message != nullptr) {
        std::fprintf(stderr, "error: %s\n", message);
        std::exit(1);
    }
    Tensor *owned = reinterpret_cast<Tensor *>(out);
    Tensor result = *owned;
    delete owned;
    return result;
}

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double relative_error(const Tensor &actual, const Tensor &expected) {
    const double scale = expected.abs().max().item<double>();
    const double difference = (actual.to(at::kDouble) - expected).abs().max().item<double>();
    return scale > 0 ? difference / scale : difference;
}

Tensor normal(at::IntArrayRef shape, double scale = 1, double mean = 0) {
    return (at::randn(shape) * scale + mean).set_requires_grad(true);
}

int failures = 0;
double worst = 0;

// Both functions take the same inputs; `composed` is called with their double-precision copies.
typedef std::function<Tensor(const std::vector<Tensor> &)> Block;

void compare(
    const std::string &name, const std::vector<std::string> &names, std::vector<Tensor> inputs, const Block &fused,
    const Block &composed, double bound = 1e-5) {
    std::vector<Tensor> doubles;
    std::map<void *, Tensor> copies;
    for (const Tensor &input : inputs) {
        if (!input.defined() || !input.is_floating_point()) {
            doubles.push_back(input);
            continue;
        }
        Tensor &copy = copies[input.unsafeGetTensorImpl()];
        if (!copy.defined()) copy = input.detach().to(at::kDouble).set_requires_grad(input.requires_grad());
        doubles.push_back(copy);
    }
    const Tensor actual = fused(inputs), expected = composed(doubles);
    if (actual.sizes() != expected.sizes()) {
        std::printf("FAIL %-34s wrong shape\n", name.c_str());
        ++failures;
        return;
    }
    const Tensor gradient = at::randn(actual.sizes());
    std::vector<Tensor> wanted, wanted_doubles;
    std::vector<std::string> wanted_names;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!inputs[i].defined() || !inputs[i].requires_grad()) continue;
        wanted.push_back(inputs[i]);
        wanted_doubles.push_back(doubles[i]);
        wanted_names.push_back(names[i]);
    }
    const auto actual_gradients = torch::autograd::grad({actual}, wanted, {gradient}, false, false, true);
    const auto expected_gradients = torch::autograd::grad(
        {expected}, wanted_doubles, {gradient.to(at::kDouble)}, false, false, true);
    double error = relative_error(actual.detach(), expected.detach());
    std::string culprit = "value";
    // Gradients that vanish exactly are judged by the size of the others.
    double largest = 0;
    for (const Tensor &one : expected_gradients) {
        if (one.defined()) largest = std::max(largest, one.abs().max().item<double>());
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const Tensor reference =
            expected_gradients[i].defined() ? expected_gradients[i] : at::zeros_like(wanted_doubles[i]);
        const Tensor own = actual_gradients[i].defined() ? actual_gradients[i] : at::zeros_like(wanted[i]);
        const bool vanishes = reference.abs().max().item<double>() < 1e-9 * largest;
        const double one = vanishes ? own.abs().max().item<double>() / largest : relative_error(own, reference);
        if (!(one <= error)) {
            error = one;
            culprit = wanted_names[i];
        }
    }
    const bool good = error <= bound;
    worst = std::max(worst, error);
    failures += good ? 0 : 1;
    std::printf("%s %-44s %.1e (%s)\n", good ? "ok  " : "FAIL", name.c_str(), error, culprit.c_str());
}

Tensor layer_norm(const Tensor &x, const Tensor &weight, const Tensor &bias) {
    return at::layer_norm(x, {x.size(-1)}, weight, bias, 1e-5);
}

// ---- feed-forward: x, residual, norm weight, norm bias, w1, b1, w2, b2

const std::vector<std::string> kFeedForwardNames = {"x", "residual", "norm_weight", "norm_bias",
                                                    "w1", "b1", "w2", "b2"};

std::vector<Tensor> feed_forward_inputs(at::IntArrayRef shape, int64_t h, bool residual) {
    const int64_t d = shape.back();
    return {normal(shape),
            residual ? normal(shape) : Tensor(),
            normal({d}, 0.2, 1),
            normal({d}, 0.2),
            normal({2 * h, d}, 1 / std::sqrt(double(d))),
            normal({2 * h}, 0.2),
            normal({d, h}, 1 / std::sqrt(double(h))),
            normal({d}, 0.2)};
}

Tensor fused_feed_forward(const std::vector<Tensor> &t) {
    CTTensor out = nullptr;
    char *message = ct_fused_feed_forward(
        &out, handle(t[0]), handle(t[1]), handle(t[2]), handle(t[3]), handle(t[4]), handle(t[5]), handle(t[6]),
        handle(t[7]));
    return take(message, out);
}

Tensor composed_feed_forward(const std::vector<Tensor> &t) {
    const auto halves = at::linear(layer_norm(t[0], t[2], t[3]), t[4], t[5]).chunk(2, -1);
    Tensor y = t[0] + at::linear(halves[0] * at::gelu(halves[1]), t[6], t[7]);
    return t[1].defined() ? y + t[1] : y;
}

void check_feed_forward() {
    struct Case {
        std::vector<int64_t> shape;
        int64_t h;
        bool residual;
    };
    const std::vector<Case> cases = {
        {{288, 20, 64}, 256, false}, {{288, 20, 64}, 256, true}, {{1, 1, 64}, 256, false},
        {{3, 1, 7}, 28, true},       {{5, 7}, 3, false},         {{1, 20, 64}, 256, true},
        {{7}, 5, false},             {{513, 33}, 65, true},      {{2, 3, 4, 16}, 64, false}};
    for (const Case &one : cases) {
        compare(
            "feed-forward " + std::to_string(one.shape.size()) + "-d, first " + std::to_string(one.shape[0])
                + ", d " + std::to_string(one.shape.back()) + (one.residual ? ", residual" : ""),
            kFeedForwardNames, feed_forward_inputs(one.shape, one.h, one.residual), fused_feed_forward,
            composed_feed_forward);
    }
    auto wide = feed_forward_inputs({64, 64}, 256, false);
    wide[0] = (wide[0].detach() * 30 + 5).set_requires_grad(true);
    wide[4] = (wide[4].detach() * 6).set_requires_grad(true);
    compare("feed-forward, wide values", kFeedForwardNames, wide, fused_feed_forward, composed_feed_forward);
}

// ---- attention

struct AttentionCase {
    std::string name;
    int64_t queries, n, contexts, m, d, heads, inner;
    std::vector<int64_t> query_index, context_index;
    bool self = false, same = false, last = false, masked = false;
};

const std::vector<std::string> kAttentionNames = {
    "x", "context", "norm_weight", "norm_bias", "context_norm_weight", "context_norm_bias", "wq", "wkv", "wo", "bo",
    "key_mask"};

std::vector<Tensor> attention_inputs(const AttentionCase &s) {
    const double scale = 1 / std::sqrt(double(s.d));
    Tensor x = normal({s.queries, s.n, s.d});
    Tensor context = s.self ? Tensor() : s.same ? x : normal({s.contexts, s.m, s.d}, 1.5, 0.3);
    Tensor mask;
    if (s.masked) {
        mask = at::rand({s.self || s.same ? s.queries : s.contexts, s.self || s.same ? s.n : s.m}).gt(0.4);
        mask[0].fill_(false);
    }
    return {x,
            context,
            normal({s.d}, 0.2, 1),
            normal({s.d}, 0.2),
            s.self ? Tensor() : normal({s.d}, 0.2, 1),
            s.self ? Tensor() : normal({s.d}, 0.2),
            normal({s.inner, s.d}, 1.5 * scale),
            normal({2 * s.inner, s.d}, 1.5 * scale),
            normal({s.d, s.inner}, 1 / std::sqrt(double(s.inner))),
            normal({s.d}, 0.2),
            mask};
}

Block fused_attention(const AttentionCase &s) {
    return [s](const std::vector<Tensor> &t) {
        CTTensor out = nullptr;
        const int64_t pairs = static_cast<int64_t>(s.query_index.size());
        char *message = ct_fused_attention(
            &out, handle(t[0]), handle(t[1]), pairs > 0 ? s.query_index.data() : nullptr,
            pairs > 0 ? s.context_index.data() : nullptr, pairs, handle(t[2]), handle(t[3]), handle(t[4]),
            handle(t[5]), handle(t[6]), handle(t[7]), handle(t[8]), handle(t[9]), s.heads, s.last ? 1 : 0,
            handle(t[10]));
        return take(message, out);
    };
}

// With `once`, projections are made once per sample and gathered, as a careful composition would do it.
Block composed_attention(const AttentionCase &s) {
    return [s](const std::vector<Tensor> &t) {
        const int64_t h = s.heads;
        const Tensor normalised = layer_norm(t[0], t[2], t[3]);
        const Tensor source = s.self ? normalised : layer_norm(t[1], t[4], t[5]);
        Tensor residual = t[0], query_rows = normalised;
        if (s.last) {
            residual = residual.narrow(1, s.n - 1, 1);
            query_rows = query_rows.narrow(1, s.n - 1, 1);
        }
        Tensor q = at::matmul(query_rows, t[6].t());
        const auto kv = at::matmul(source, t[7].t()).chunk(2, -1);
        Tensor k = kv[0], v = kv[1], mask = t[10];
        if (!s.query_index.empty()) {
            const Tensor qi = at::tensor(s.query_index, at::kLong), ci = at::tensor(s.context_index, at::kLong);
            residual = residual.index_select(0, qi);
            q = q.index_select(0, qi);
            k = k.index_select(0, ci);
            v = v.index_select(0, ci);
            if (mask.defined()) mask = mask.index_select(0, ci);
        }
        const auto split = [h](const Tensor &x) {
            return x.view({x.size(0), x.size(1), h, x.size(2) / h}).transpose(1, 2);
        };
        Tensor scores = at::matmul(split(q), split(k).transpose(2, 3)) * std::pow(double(s.inner / h), -0.5);
        if (mask.defined()) {
            scores = scores.masked_fill(
                mask.logical_not().unsqueeze(1).unsqueeze(1), -std::numeric_limits<float>::max());
        }
        const Tensor mixed = at::matmul(scores.softmax(-1), split(v)).transpose(1, 2).reshape(
            {q.size(0), q.size(1), s.inner});
        return residual + at::linear(mixed, t[8], t[9]);
    };
}

// All ordered pairs within each task of `streams` modalities, over `samples` samples; streams are stacked.
void ordered_pairs(const std::vector<int64_t> &tasks, int64_t samples, AttentionCase &s) {
    int64_t base = 0;
    for (const int64_t streams : tasks) {
        for (int64_t i = 0; i < streams; ++i) {
            for (int64_t j = 0; j < streams; ++j) {
                if (i == j) continue;
                for (int64_t b = 0; b < samples; ++b) {
                    s.query_index.push_back((base + i) * samples + b);
                    s.context_index.push_back((base + j) * samples + b);
                }
            }
        }
        base += streams;
    }
    s.queries = s.contexts = base * samples;
}

AttentionCase crossmodal_case(int64_t samples) {
    AttentionCase s{"crossmodal", 0, 20, 0, 20, 64, 4, 256, {}, {}, false, true};
    ordered_pairs({2, 2, 3, 3}, samples, s);
    return s;
}

void check_attention() {
    std::vector<AttentionCase> cases = {
        {"self 288x20", 288, 20, 288, 20, 64, 6, 384, {}, {}, true},
        {"self, last query", 512, 20, 512, 20, 64, 6, 384, {}, {}, true, false, true},
        {"self, one sample", 1, 20, 1, 20, 64, 6, 384, {}, {}, true},
        {"self, n 1", 5, 1, 5, 1, 64, 2, 128, {}, {}, true},
        {"self, d 7, masked", 3, 5, 3, 5, 7, 2, 6, {}, {}, true, false, false, true},
        {"self, last, masked", 3, 5, 3, 5, 7, 2, 6, {}, {}, true, false, true, true},
        {"self, 33 latents, head width 16", 9, 33, 9, 33, 40, 3, 48, {}, {}, true},
        {"cross, identity", 6, 4, 6, 9, 24, 2, 32, {}, {}},
        {"cross, identity, masked, last", 6, 4, 6, 9, 24, 2, 32, {}, {}, false, false, true, true},
        {"cross, repeated pairs", 4, 3, 5, 8, 16, 2, 32, {0, 1, 1, 3, 0, 0}, {4, 0, 0, 2, 2, 4}},
        {"cross, repeated, masked", 4, 3, 5, 8, 16, 2, 32, {0, 1, 1, 3, 0, 0}, {4, 0, 0, 2, 2, 4}, false, false,
         false, true},
        {"cross, repeated, last", 4, 3, 5, 8, 16, 2, 32, {0, 1, 1, 3, 0, 0}, {4, 0, 0, 2, 2, 4}, false, false, true},
        {"cross, one query, many contexts", 1, 6, 7, 6, 16, 2, 32, {0, 0, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5, 6}},
        {"same, identity", 3, 6, 3, 6, 16, 2, 32, {}, {}, false, true},
        {"long context", 2, 3, 2, 700, 32, 2, 64, {}, {}},
    };
    cases.push_back(crossmodal_case(32));
    cases.push_back(crossmodal_case(1));
    AttentionCase many{"same, six modalities, masked", 0, 5, 0, 5, 16, 2, 32, {}, {}, false, true, false, true};
    ordered_pairs({6, 2}, 9, many);
    cases.push_back(many);
    many.name = "same, six modalities, last";
    many.last = true;
    many.masked = false;
    cases.push_back(many);
    for (const AttentionCase &one : cases) {
        compare(
            "attention: " + one.name, kAttentionNames, attention_inputs(one), fused_attention(one),
            composed_attention(one));
    }
}

// ---- token attention: data, mask, q, a, c, w, b, s1, s2

struct TokenCase {
    std::string name;
    int64_t samples, tokens, channels, heads, n, dh, width;
    bool masked = false, own_queries = false;
};

const std::vector<std::string> kTokenNames = {"data", "key_mask", "q", "a", "c", "w", "b", "s1", "s2"};

std::vector<Tensor> token_inputs(const TokenCase &s) {
    const int64_t inner = s.heads * s.dh, constant = s.width - s.channels;
    const double scale = 1 / std::sqrt(double(s.width));
    const Tensor rest = at::rand({s.tokens, constant}) * 2 - 1;
    Tensor mask;
    if (s.masked) {
        mask = at::rand({s.samples, s.tokens}).gt(0.4);
        mask[0].fill_(false);
    }
    return {at::randn({s.samples, s.tokens, s.channels}) * 1.3 + 0.2,
            mask,
            s.own_queries ? normal({s.samples, s.heads, s.n, s.dh}, 0.4) : normal({s.heads, s.n, s.dh}, 0.4),
            normal({s.channels, 2 * inner}, scale),
            normal({s.tokens, 2 * inner}, 0.5),
            normal({2 * inner}, 0.3),
            normal({2 * inner}, 0.3),
            rest.sum(1).set_requires_grad(true),
            (rest * rest).sum(1).set_requires_grad(true)};
}

Block fused_token_attention(const TokenCase &s) {
    return [s](const std::vector<Tensor> &t) {
        CTTensor out = nullptr;
        char *message = ct_fused_token_attention(
            &out, handle(t[0]), handle(t[1]), handle(t[2]), handle(t[3]), handle(t[4]), handle(t[5]), handle(t[6]),
            handle(t[7]), handle(t[8]), s.width);
        return take(message, out);
    };
}

Block composed_token_attention(const TokenCase &s) {
    return [s](const std::vector<Tensor> &t) {
        const int64_t inner = s.heads * s.dh;
        const Tensor mean = (t[0].sum(-1) + t[7]) / double(s.width);
        const Tensor variance = ((t[0] * t[0]).sum(-1) + t[8]) / double(s.width) - mean * mean;
        const Tensor rstd = (variance + 1e-5).rsqrt().unsqueeze(-1);
        const Tensor kv = rstd * (at::matmul(t[0], t[3]) + t[4]) - mean.unsqueeze(-1) * rstd * t[5] + t[6];
        const auto split = [&](const Tensor &x) {
            return x.view({s.samples, s.tokens, s.heads, s.dh}).transpose(1, 2);
        };
        const Tensor k = split(kv.narrow(-1, 0, inner)), v = split(kv.narrow(-1, inner, inner));
        Tensor scores = at::matmul(t[2], k.transpose(2, 3));
        if (t[1].defined()) {
            scores = scores.masked_fill(
                t[1].logical_not().unsqueeze(1).unsqueeze(1), -std::numeric_limits<float>::max());
        }
        return at::matmul(scores.softmax(-1), v).transpose(1, 2).reshape({s.samples, s.n, inner});
    };
}

void check_token_attention() {
    const std::vector<TokenCase> cases = {
        {"mosei text", 32, 50, 300, 1, 20, 64, 388},     {"mimic table", 32, 5, 1, 1, 20, 64, 388},
        {"mimic series", 32, 288, 1, 1, 20, 64, 388},    {"av image", 32, 49, 16, 1, 20, 64, 388},
        {"av audio", 32, 49, 256, 1, 20, 64, 388},       {"humor video", 32, 20, 371, 1, 20, 64, 388},
        {"one sample, one token", 1, 1, 3, 2, 4, 8, 17}, {"odd, masked", 5, 13, 7, 3, 5, 6, 29, true},
        {"many heads", 4, 30, 40, 8, 12, 16, 80},        {"many heads, masked", 4, 30, 40, 8, 12, 16, 80, true},
        {"long", 2, 3000, 3, 1, 20, 64, 60},             {"long, masked", 2, 1001, 130, 1, 20, 64, 180, true},
        {"no queries to spare", 3, 40, 200, 1, 1, 64, 300, true},
        {"own queries", 7, 49, 16, 2, 20, 64, 388, false, true},
        {"own queries, masked", 7, 13, 35, 3, 5, 6, 88, true, true},
    };
    for (const TokenCase &one : cases) {
        compare(
            "tokens: " + one.name, kTokenNames, token_inputs(one), fused_token_attention(one),
            composed_token_attention(one));
    }
}

// ---- Adam

void check_adam() {
    const int64_t count = 100003;
    const std::vector<int64_t> offsets = {0, 70001, 70008}, lengths = {70000, 7, 29995};
    Tensor p = at::randn({count}), m = at::zeros({count}), v = at::zeros({count});
    Tensor rp = p.to(at::kDouble), rm = m.to(at::kDouble), rv = v.to(at::kDouble);
    const double lr = 8e-4, b1 = 0.9, b2 = 0.999, eps = 1e-8, l2 = 1e-3;
    for (int64_t step = 1; step <= 10; ++step) {
        Tensor g = at::randn({count});
        const Tensor before = g.clone();
        const std::vector<int64_t> steps = {step, step + 3, 2 * step};
        char *message = ct_fused_adam(
            p.data_ptr<float>(), g.data_ptr<float>(), m.data_ptr<float>(), v.data_ptr<float>(), offsets.data(),
            lengths.data(), steps.data(), 3, lr, b1, b2, eps, l2, 1);
        if (message != nullptr) {
            std::printf("FAIL Adam: %s\n", message);
            ++failures;
            return;
        }
        for (std::size_t i = 0; i < 3; ++i) {
            const auto part = [&](const Tensor &x) { return x.narrow(0, offsets[i], lengths[i]); };
            Tensor gradient = part(before).to(at::kDouble) + part(rp) * l2;
            part(rm).mul_(b1).add_(gradient, 1 - b1);
            part(rv).mul_(b2).addcmul_(gradient, gradient, 1 - b2);
            const Tensor denominator = part(rv).sqrt() / std::sqrt(1 - std::pow(b2, steps[i])) + eps;
            part(rp).addcdiv_(part(rm), denominator, -lr / (1 - std::pow(b1, steps[i])));
            if (part(g).abs().max().item<double>() != 0) ++failures;
        }
    }
    const double error =
        std::max({relative_error(p, rp), relative_error(m, rm), relative_error(v, rv)});
    worst = std::max(worst, error);
    failures += error <= 1e-5 ? 0 : 1;
    std::printf("%s %-44s %.1e\n", error <= 1e-5 ? "ok  " : "FAIL", "Adam, ten steps", error);
}

// ---- determinism

void check_determinism() {
    const auto inputs = feed_forward_inputs({288, 20, 64}, 256, false);
    const AttentionCase cross = crossmodal_case(32);
    const auto cross_inputs = attention_inputs(cross);
    const auto run = [](const Block &block, const std::vector<Tensor> &t) {
        const Tensor out = block(t);
        std::vector<Tensor> wanted;
        for (const Tensor &one : t) {
            if (one.defined() && one.requires_grad()) wanted.push_back(one);
        }
        auto all = torch::autograd::grad({out}, wanted, {at::ones_like(out)}, false, false, true);
        all.push_back(out);
        return all;
    };
    bool same = true;
    for (const auto &[block, t] : {std::pair<Block, std::vector<Tensor>>{fused_feed_forward, inputs},
                                   std::pair<Block, std::vector<Tensor>>{fused_attention(cross), cross_inputs}}) {
        const auto first = run(block, t);
        for (int repetition = 0; repetition < 3; ++repetition) {
            const auto again = run(block, t);
            for (std::size_t i = 0; i < first.size(); ++i) {
                if (first[i].defined()) same = same && at::equal(first[i], again[i]);
            }
        }
    }
    failures += same ? 0 : 1;
    std::printf("%s repeated runs give the same bits\n", same ? "ok  " : "FAIL");
}

// ---- timing

struct Timing {
    double forward, backward;
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::string only;
double total_fused = 0, total_composed = 0, fastest_fused = 0, fastest_composed = 0;

// flops: arithmetic of one forward pass as the fused block does it; backward counts twice.
void time_block(
    const std::string &name, std::vector<Tensor> inputs, const Block &fused, const Block &composed, double flops,
    int repetitions) {
    if (name.find(only) == std::string::npos) return;
    std::vector<Tensor> wanted;
    for (const Tensor &one : inputs) {
        if (one.defined() && one.requires_grad()) wanted.push_back(one);
    }
    std::vector<double> times[4];
    Tensor gradient;
    for (int repetition = 0; repetition < repetitions + 2; ++repetition) {
        for (int which = 0; which < (only.empty() ? 2 : 1); ++which) {
            const double start = seconds();
            const Tensor out = which == 0 ? fused(inputs) : composed(inputs);
            const double middle = seconds();
            if (!gradient.defined()) gradient = at::randn(out.sizes());
            const double before = seconds();
            torch::autograd::grad({out}, wanted, {gradient}, false, false, true);
            const double end = seconds();
            if (repetition < 2) continue;
            times[2 * which].push_back(middle - start);
            times[2 * which + 1].push_back(end - before);
        }
    }
    const double f = median(times[0]), b = median(times[1]), cf = median(times[2]), cb = median(times[3]);
    total_fused += f + b;
    total_composed += cf + cb;
    const auto fastest = [&](int i) {
        return times[i].empty() ? 0 : *std::min_element(times[i].begin(), times[i].end());
    };
    fastest_fused += fastest(0) + fastest(1);
    fastest_composed += fastest(2) + fastest(3);
    std::printf(
        "%-28s fused %7.2f + %7.2f ms (%5.0f, %5.0f GFLOP/s)   composed %7.2f + %7.2f ms   %.2fx\n", name.c_str(),
        f * 1e3, b * 1e3, flops / f * 1e-9, 2 * flops / b * 1e-9, cf * 1e3, cb * 1e3, (cf + cb) / (f + b));
}

void time_everything(int repetitions) {
    const auto feed_forward_flops = [](double rows) { return rows * 2 * 64 * (512 + 256); };
    time_block(
        "feed-forward 5760 rows", feed_forward_inputs({288, 20, 64}, 256, false), fused_feed_forward,
        composed_feed_forward, feed_forward_flops(5760), repetitions);
    time_block(
        "feed-forward + residual", feed_forward_inputs({288, 20, 64}, 256, true), fused_feed_forward,
        composed_feed_forward, feed_forward_flops(5760), repetitions);
    time_block(
        "feed-forward 10240 rows", feed_forward_inputs({512, 20, 64}, 256, false), fused_feed_forward,
        composed_feed_forward, feed_forward_flops(10240), repetitions);
    time_block(
        "feed-forward 512 rows", feed_forward_inputs({512, 1, 64}, 256, true), fused_feed_forward,
        composed_feed_forward, feed_forward_flops(512), repetitions);
    const AttentionCase self{"self", 288, 20, 288, 20, 64, 6, 384, {}, {}, true};
    time_block(
        "self-attention 288x20", attention_inputs(self), fused_attention(self), composed_attention(self),
        5760.0 * 2 * (2 * 64 * 384 + 2 * 20 * 384), repetitions);
    const AttentionCase cross = crossmodal_case(32);
    time_block(
        "crossmodal 512 pairs", attention_inputs(cross), fused_attention(cross), composed_attention(cross),
        2 * (5760.0 * 2 * 64 * 256 + 10240.0 * 2 * 20 * 256), repetitions);
    const AttentionCase last{"last", 512, 20, 512, 20, 64, 6, 384, {}, {}, true, false, true};
    time_block(
        "self-attention, last query", attention_inputs(last), fused_attention(last), composed_attention(last),
        512.0 * 2 * (2 * 64 * 384 + 2 * 20 * 384), repetitions);
    for (const TokenCase &one : std::vector<TokenCase>{
             {"mimic 5x1", 32, 5, 1, 1, 20, 64, 388},
             {"mimic 288x1", 32, 288, 1, 1, 20, 64, 388},
             {"avmnist 49x16", 32, 49, 16, 1, 20, 64, 388},
             {"avmnist 49x256", 32, 49, 256, 1, 20, 64, 388},
             {"mosei 50x35", 32, 50, 35, 1, 20, 64, 388},
             {"mosei 50x74", 32, 50, 74, 1, 20, 64, 388},
             {"mosei 50x300", 32, 50, 300, 1, 20, 64, 388},
             {"humor 20x371", 32, 20, 371, 1, 20, 64, 388},
             {"humor 20x81", 32, 20, 81, 1, 20, 64, 388},
             {"humor 20x300", 32, 20, 300, 1, 20, 64, 388}}) {
        const double b = double(one.samples), t = double(one.tokens), c = double(one.channels);
        const double score = std::min(t * c * 64 + 20 * t * 64, 20 * t * c);
        const double value = std::min(t * c * 64 + 20 * t * 64, 20 * t * (c + 64) + 20 * c * 64);
        time_block(
            "tokens " + one.name, token_inputs(one), fused_token_attention(one), composed_token_attention(one),
            2 * b * (score + value), repetitions);
    }
    const int64_t count = 527602;
    Tensor p = at::randn({count}), g = at::randn({count}), m = at::zeros({count}), v = at::zeros({count});
    const int64_t offset = 0, step = 1;
    std::vector<double> times;
    for (int repetition = 0; repetition < repetitions + 2; ++repetition) {
        const double start = seconds();
        ct_fused_adam(
            p.data_ptr<float>(), g.data_ptr<float>(), m.data_ptr<float>(), v.data_ptr<float>(), &offset, &count,
            &step, 1, 8e-4, 0.9, 0.999, 1e-8, 1e-3, 1);
        times.push_back(seconds() - start);
    }
    total_fused += median(times);
    std::printf("%-28s fused %7.2f ms\n", "Adam, 527602 parameters", median(times) * 1e3);
    fastest_fused += *std::min_element(times.begin(), times.end());
    std::printf(
        "sum over the blocks of a large step: fused %.1f ms, composed without Adam %.1f ms; fastest %.1f and %.1f ms\n",
        total_fused * 1e3, total_composed * 1e3, fastest_fused * 1e3, fastest_composed * 1e3);
}

}  // namespace

int main(int argc, char **argv) {
    ct_keep_freed_memory();
    const std::string mode = argc > 1 ? argv[1] : "check";
    std::printf("instruction set %s\n", ct_fused_instruction_set());
    if (argc > 2) at::set_num_threads(std::atoi(argv[2]));
    at::manual_seed(1);
    if (mode == "time") {
        if (argc > 4) only = argv[4];
        time_everything(argc > 3 ? std::atoi(argv[3]) : 15);
        return 0;
    }
    check_feed_forward();
    check_adam();
    check_attention();
    check_token_attention();
    check_determinism();
    std::printf("worst relative error %.1e, %d failures\n", worst, failures);
    return failures == 0 ? 0 : 1;
}
