// Cases of the heads of several tasks and their losses.
#pragma once

#include "Block.hpp"

#include <cmath>
#include <limits>

namespace heads {

struct Task {
    CTCriterion criterion;
    int64_t samples, outputs;
    /// Rows of the results, or of the latents with one slot.
    std::vector<int64_t> rows;
    int64_t slots = 1;
    bool reads_results = true, weighs = false, standardises = false, lacks = false;
    double factor = 1;
};

struct Setting {
    std::string name;
    int64_t streams, n, d, pairs;
    std::vector<Task> tasks;
};

// Places among the inputs. Those of a task follow the tables.
constexpr size_t kTables = 2, kPerTask = 8;

inline int64_t width_of(const Setting &s, const Task &task) {
    return task.slots * s.d * (task.reads_results ? 1 : s.n);
}

inline std::vector<std::string> names(const Setting &s) {
    std::vector<std::string> list = {"latents", "results"};
    for (size_t i = 0; i < s.tasks.size(); ++i) {
        for (const char *name :
             {"norm_weight", "norm_bias", "weight", "bias", "target", "weights", "means",
              "deviations"})
            list.push_back(std::string(name) + " " + std::to_string(i));
    }
    return list;
}

inline Tensor drawn_target(const Task &task) {
    if (task.criterion == CT_CROSS_ENTROPY)
        return at::randint(task.outputs, {task.samples}, at::kLong);
    const std::vector<int64_t> shape = {task.samples, task.outputs};
    Tensor target = task.criterion == CT_SQUARED_ERROR ? at::randn(shape) * 3 + 1
                                                       : at::rand(shape).gt(0.5).to(at::kFloat);
    if (task.lacks) {
        target.masked_fill_(at::rand(shape).gt(0.6), std::numeric_limits<double>::quiet_NaN());
        // The first sample has no target at all.
        target[0].fill_(std::numeric_limits<double>::quiet_NaN());
    }
    return target;
}

inline std::vector<Tensor> draw(const Setting &s) {
    std::vector<Tensor> inputs = {
        normal({s.streams, s.n, s.d}), s.pairs > 0 ? normal({s.pairs, 1, s.d}) : Tensor()};
    for (const Task &task : s.tasks) {
        const int64_t width = width_of(s, task);
        const std::vector<Tensor> own = {
            normal({width}, 0.2, 1),
            normal({width}, 0.2),
            normal({task.outputs, width}, 2 / std::sqrt(static_cast<double>(width))),
            normal({task.outputs}, 0.2),
            drawn_target(task),
            task.weighs ? at::rand({task.samples}) * 2 : Tensor(),
            task.standardises ? at::randn({task.outputs}) : Tensor(),
            task.standardises ? at::rand({task.outputs}) + 0.5 : Tensor()};
        inputs.insert(inputs.end(), own.begin(), own.end());
    }
    return inputs;
}

inline Tensor fused(const Setting &s, const std::vector<Tensor> &t) {
    std::vector<CTHead> list;
    for (size_t i = 0; i < s.tasks.size(); ++i) {
        const Task &task = s.tasks[i];
        const Tensor *const own = &t[kTables + i * kPerTask];
        list.push_back(
            {.reads_results = task.reads_results,
             .rows = task.rows.data(),
             .samples = task.samples,
             .slots = task.slots,
             .norm_weight = handle(own[0]),
             .norm_bias = handle(own[1]),
             .weight = handle(own[2]),
             .bias = handle(own[3]),
             .criterion = task.criterion,
             .target = handle(own[4]),
             .sample_weights = handle(own[5]),
             .means = handle(own[6]),
             .deviations = handle(own[7]),
             .skips_absent = task.lacks,
             .factor = task.factor});
    }
    CTTensor total = nullptr;
    std::vector<CTTensor> others(3 * list.size());
    const size_t count = list.size();
    succeed(ct_fused_heads(
        &total, others.data(), others.data() + count, others.data() + 2 * count, handle(t[0]),
        handle(t[1]), list.data(), static_cast<int64_t>(count)));
    for (const CTTensor other : others) ct_tensor_free(other);
    return owned(total);
}

inline Tensor losses_of(const Task &task, const Tensor &y, const Tensor *own) {
    if (task.criterion == CT_CROSS_ENTROPY)
        return at::cross_entropy_loss(y, own[4], {}, at::Reduction::None);
    Tensor target = own[4];
    if (task.standardises) target = (target - own[6]) / own[7];
    const Tensor known = target.isfinite().to(y.scalar_type());
    const Tensor filled = at::where(target.isfinite(), target, at::zeros_like(target));
    const Tensor each =
        task.criterion == CT_SQUARED_ERROR
            ? (y - filled).square()
            : at::binary_cross_entropy_with_logits(y, filled, {}, {}, at::Reduction::None);
    return (each * known).sum(1) / known.sum(1).clamp_min(1);
}

inline Tensor composed(const Setting &s, const std::vector<Tensor> &t) {
    Tensor total;
    for (size_t i = 0; i < s.tasks.size(); ++i) {
        const Task &task = s.tasks[i];
        const Tensor *const own = &t[kTables + i * kPerTask];
        const Tensor features = (task.reads_results ? t[1] : t[0])
                                    .flatten(1)
                                    .index_select(0, at::tensor(task.rows, at::kLong))
                                    .reshape({task.samples, width_of(s, task)});
        Tensor losses =
            losses_of(task, at::linear(layer_norm(features, own[0], own[1]), own[2], own[3]), own);
        if (own[5].defined()) losses = losses * own[5];
        const Tensor one = losses.mean() * task.factor;
        total = total.defined() ? total + one : one;
    }
    return total;
}

inline Case make(const Setting &s) {
    return {
        .name = "heads: " + s.name,
        .inputs = names(s),
        .draw = [s] { return draw(s); },
        .fused = [s](const std::vector<Tensor> &t) { return fused(s, t); },
        .composed = [s](const std::vector<Tensor> &t) { return composed(s, t); }};
}

inline std::vector<int64_t> range(int64_t first, int64_t count) {
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < count; ++i) rows.push_back(first + i);
    return rows;
}

inline std::vector<Case> cases() {
    std::vector<Case> list;
    for (const Setting &s : std::vector<Setting>{
             {.name = "classes of pairs",
              .streams = 4,
              .n = 3,
              .d = 8,
              .pairs = 7,
              .tasks = {{CT_CROSS_ENTROPY, 3, 5, {6, 0, 2, 1, 5, 4}, 2}}},
             {.name = "labels of one stream, some absent",
              .streams = 6,
              .n = 3,
              .d = 7,
              .pairs = 0,
              .tasks =
                  {{.criterion = CT_BINARY_CROSS_ENTROPY,
                    .samples = 4,
                    .outputs = 3,
                    .rows = {5, 2, 3, 0},
                    .reads_results = false,
                    .lacks = true}}},
             {.name = "numbers, standardised, some absent, weighed",
              .streams = 2,
              .n = 1,
              .d = 9,
              .pairs = 12,
              .tasks =
                  {{.criterion = CT_SQUARED_ERROR,
                    .samples = 4,
                    .outputs = 9,
                    .rows = range(0, 12),
                    .slots = 3,
                    .weighs = true,
                    .standardises = true,
                    .lacks = true,
                    .factor = 0.25}}},
             {.name = "several tasks, rows read twice",
              .streams = 9,
              .n = 2,
              .d = 16,
              .pairs = 14,
              .tasks =
                  {{CT_CROSS_ENTROPY, 3, 2, {0, 1, 2, 2, 1, 0}, 2},
                   {.criterion = CT_SQUARED_ERROR,
                    .samples = 5,
                    .outputs = 1,
                    .rows = {8, 7, 7, 1, 0},
                    .reads_results = false,
                    .factor = 2},
                   {.criterion = CT_BINARY_CROSS_ENTROPY,
                    .samples = 2,
                    .outputs = 17,
                    .rows = range(2, 12),
                    .slots = 6,
                    .factor = 3}}},
             {.name = "one of everything",
              .streams = 1,
              .n = 1,
              .d = 3,
              .pairs = 1,
              .tasks = {{CT_CROSS_ENTROPY, 1, 2, {0}}}},
             {.name = "large",
              .streams = 64,
              .n = 20,
              .d = 64,
              .pairs = 384,
              .tasks =
                  {{.criterion = CT_CROSS_ENTROPY,
                    .samples = 32,
                    .outputs = 10,
                    .rows = range(0, 384),
                    .slots = 12,
                    .weighs = true,
                    .factor = 1.2},
                   {.criterion = CT_CROSS_ENTROPY,
                    .samples = 32,
                    .outputs = 7,
                    .rows = range(32, 32),
                    .reads_results = false}}},
         })
        list.push_back(make(s));
    return list;
}

} // namespace heads
