// Compares the fused CPU blocks with the same formulas composed in double precision: values and all
// gradients.
//
// Usage: fused_check [check | checksums | time] [--threads N] [--repetitions N] [--only TEXT]
//   check       compares every case; the last line counts what passed and failed (the default)
//   checksums   prints a checksum of every output and gradient, to compare two builds bit by bit
//   time        times the shapes of a large training step beside the composed operations
//
// scripts/test-fused builds this file and runs it on every instruction set; HIGHMMT_INSTRUCTIONS
// chooses one by hand. The exit status is 77 when the processor lacks that one.

#include "AttentionCases.hpp"
#include "Block.hpp"
#include "FeedForwardCases.hpp"
#include "GradientChecks.hpp"
#include "HeadsCases.hpp"
#include "TokenAttentionCases.hpp"
#include "TokenBlockCases.hpp"
#include "WorkspaceChecks.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

// Relative to the largest entry of the tensor.
constexpr double kBound = 1e-5;

// The exit status when the processor lacks the chosen instruction set.
constexpr int kSkipped = 77;

int passed = 0, failed = 0;

void report(bool good, const std::string &name, const std::string &detail = "") {
    ++(good ? passed : failed);
    std::printf("%s %-50s %s\n", good ? "ok  " : "FAIL", name.c_str(), detail.c_str());
}

double relative_error(const Tensor &actual, const Tensor &expected) {
    const double scale = expected.abs().max().item<double>();
    const double difference = (actual.to(at::kDouble) - expected).abs().max().item<double>();
    return scale > 0 ? difference / scale : difference;
}

std::vector<Case> joined(std::vector<std::vector<Case>> groups) {
    std::vector<Case> all;
    for (std::vector<Case> &group : groups) all.insert(all.end(), group.begin(), group.end());
    return all;
}

std::vector<Case> all_cases() {
    return joined(
        {feed_forward::cases(), attention::cases(), token_attention::cases(), token_block::cases(),
         heads::cases()});
}

std::vector<Case> large_step() {
    return joined(
        {feed_forward::large_step(), attention::large_step(), token_attention::large_step()});
}

std::vector<Tensor> drawn(const Case &one) {
    at::manual_seed(1);
    return one.draw();
}

// Copies in double precision; one tensor that stands in two places still does.
std::vector<Tensor> doubles_of(const std::vector<Tensor> &inputs) {
    std::vector<Tensor> doubles;
    std::map<void *, Tensor> copies;
    for (const Tensor &input : inputs) {
        if (!input.defined() || !input.is_floating_point()) {
            doubles.push_back(input);
            continue;
        }
        Tensor &copy = copies[input.unsafeGetTensorImpl()];
        if (!copy.defined()) {
            copy = input.detach().to(at::kDouble).set_requires_grad(input.requires_grad());
        }
        doubles.push_back(copy);
    }
    return doubles;
}

// ---- values and gradients

void compare(const Case &one) {
    const std::vector<Tensor> inputs = drawn(one), doubles = doubles_of(inputs);
    const Tensor actual = one.fused(inputs), expected = one.composed(doubles);
    if (actual.sizes() != expected.sizes()) return report(false, one.name, "wrong shape");
    const std::vector<size_t> positions = differentiable(inputs);
    const Tensor weights = at::randn(actual.sizes());
    const auto actual_gradients = gradients_of(actual, inputs, positions, weights);
    const auto expected_gradients =
        gradients_of(expected, doubles, positions, weights.to(at::kDouble));

    double error = relative_error(actual.detach(), expected.detach());
    std::string culprit = "value";
    // Gradients that vanish exactly are judged by the size of the others.
    double largest = 0;
    for (const Tensor &gradient : expected_gradients) {
        if (gradient.defined()) largest = std::max(largest, gradient.abs().max().item<double>());
    }
    for (size_t i = 0; i < positions.size(); ++i) {
        const auto present = [&](const Tensor &gradient, const std::vector<Tensor> &like) {
            return gradient.defined() ? gradient : at::zeros_like(like[positions[i]]);
        };
        const Tensor reference = present(expected_gradients[i], doubles);
        const Tensor own = present(actual_gradients[i], inputs);
        const bool vanishes = reference.abs().max().item<double>() < 1e-9 * largest;
        const double here =
            vanishes ? own.abs().max().item<double>() / largest : relative_error(own, reference);
        // Written so that a NaN counts as the larger error.
        if (!(here <= error)) {
            error = here;
            culprit = one.inputs[positions[i]];
        }
    }
    char detail[64];
    std::snprintf(detail, sizeof detail, "%.1e (%s)", error, culprit.c_str());
    report(error <= kBound, one.name, detail);
}

// Without gradients nothing is saved, which takes other buffers and must give the same bits.
void check_inference(const Case &one) {
    const std::vector<Tensor> inputs = drawn(one);
    const Tensor recorded = one.fused(inputs);
    at::NoGradGuard unrecorded;
    report(at::equal(recorded, one.fused(inputs)), one.name + ", without gradients");
}

// ---- determinism

std::vector<Tensor> outputs_of(const Case &one, const std::vector<Tensor> &inputs) {
    const Tensor out = one.fused(inputs);
    std::vector<Tensor> all = gradients_of(out, inputs, differentiable(inputs), at::ones_like(out));
    all.push_back(out);
    return all;
}

void check_determinism(const Case &one) {
    const std::vector<Tensor> inputs = drawn(one), first = outputs_of(one, inputs);
    bool same = true;
    for (int repetition = 0; repetition < 3; ++repetition) {
        const std::vector<Tensor> again = outputs_of(one, inputs);
        for (size_t i = 0; i < first.size(); ++i) {
            if (first[i].defined()) same = same && at::equal(first[i], again[i]);
        }
    }
    report(same, one.name + ", repeated", "the same bits");
}

// ---- Adam

struct AdamState {
    Tensor parameters, gradients, first, second;
};

struct AdamSettings {
    std::vector<int64_t> offsets, lengths;
    double rate = 8e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 1e-3;
};

void step(const AdamSettings &s, const AdamState &state, const std::vector<int64_t> &steps) {
    succeed(ct_adam(
        handle(state.parameters), handle(state.gradients), handle(state.first),
        handle(state.second), s.offsets.data(), s.lengths.data(), steps.data(),
        static_cast<int64_t>(steps.size()), s.rate, s.beta1, s.beta2, s.epsilon, s.decay));
}

void composed_step(
    const AdamSettings &s, const AdamState &state, const std::vector<int64_t> &steps) {
    for (size_t i = 0; i < steps.size(); ++i) {
        const auto part = [&](const Tensor &x) { return x.narrow(0, s.offsets[i], s.lengths[i]); };
        const double done = static_cast<double>(steps[i]);
        const Tensor gradient = part(state.gradients) + part(state.parameters) * s.decay;
        part(state.first).mul_(s.beta1).add_(gradient, 1 - s.beta1);
        part(state.second).mul_(s.beta2).addcmul_(gradient, gradient, 1 - s.beta2);
        const Tensor root = part(state.second).sqrt() / std::sqrt(1 - std::pow(s.beta2, done));
        part(state.parameters)
            .addcdiv_(part(state.first), root + s.epsilon, -s.rate / (1 - std::pow(s.beta1, done)));
    }
}

AdamState adam_start(int64_t count) {
    at::manual_seed(1);
    return {at::randn({count}), at::zeros({count}), at::zeros({count}), at::zeros({count})};
}

const AdamSettings kAdam = {.offsets = {0, 70001, 70008}, .lengths = {70000, 7, 29995}};
constexpr int64_t kAdamCount = 100003;

std::vector<int64_t> steps_at(int64_t time) { return {time, time + 3, 2 * time}; }

void check_adam() {
    AdamState state = adam_start(kAdamCount);
    AdamState reference = {
        state.parameters.to(at::kDouble),
        {},
        state.first.to(at::kDouble),
        state.second.to(at::kDouble)};
    for (int64_t time = 1; time <= 10; ++time) {
        state.gradients = at::randn({kAdamCount});
        reference.gradients = state.gradients.to(at::kDouble);
        step(kAdam, state, steps_at(time));
        composed_step(kAdam, reference, steps_at(time));
    }
    const double error = std::max(
        {relative_error(state.parameters, reference.parameters),
         relative_error(state.first, reference.first),
         relative_error(state.second, reference.second)});
    char detail[32];
    std::snprintf(detail, sizeof detail, "%.1e", error);
    report(error <= kBound, "Adam, ten steps over three ranges", detail);
}

// ---- bad input

// The call must fail with a message that holds `expected`.
void check_refusal(
    const std::string &name, const std::string &expected, const std::function<void()> &call) {
    try {
        call();
        report(false, "refusal: " + name, "no error");
    } catch (const std::exception &error) {
        const std::string text = error.what();
        report(text.find(expected) != std::string::npos, "refusal: " + name, text.substr(0, 120));
    }
}

void check_refusals() {
    const auto replaced = [](std::vector<Tensor> inputs, size_t position, const Tensor &by) {
        inputs[position] = by;
        return inputs;
    };
    const Case forward = feed_forward::make({4, 8}, 6, false);
    check_refusal("feed-forward, wrong width", "norm_weight has shape [9], expected [8]", [&] {
        forward.fused(replaced(drawn(forward), 2, normal({9})));
    });
    check_refusal("feed-forward, not contiguous", "must be contiguous float32", [&] {
        forward.fused(replaced(drawn(forward), 0, normal({8, 4}).t()));
    });
    check_refusal("feed-forward, double precision", "must be contiguous float32", [&] {
        forward.fused(replaced(drawn(forward), 7, at::zeros({8}, at::kDouble)));
    });
    const Case far = attention::make(
        attention::with_pairs(attention::cross("pair out of range"), {0, 4}, {0, 0}));
    check_refusal(
        "attention, pair out of range", "pair 1 is (4, 0)", [&] { far.fused(drawn(far)); });
    const Case cross = attention::make(attention::cross("refused"));
    check_refusal("attention, unpaired samples", "cannot be paired one to one", [&] {
        cross.fused(drawn(cross));
    });
    const Case tokens = token_attention::make(
        {.name = "refused",
         .samples = 2,
         .tokens = 3,
         .channels = 4,
         .width = 3 + 4,
         .masked = true});
    check_refusal("tokens, mask of another shape", "key_mask must be contiguous bool [2, 3]", [&] {
        tokens.fused(replaced(drawn(tokens), 1, at::ones({2, 4}, at::kBool)));
    });
    check_refusal("tokens, differentiable data", "data gets no gradient", [&] {
        tokens.fused(replaced(drawn(tokens), 0, normal({2, 3, 4})));
    });
    const Case few = heads::cases()[0];
    check_refusal("heads, class out of range", "target 5 of sample 1 is out of range", [&] {
        few.fused(replaced(drawn(few), 6, at::tensor({0, 5, 1}, at::kLong)));
    });
    check_refusal("heads, weight of another width", "weight has shape [5, 15], expected", [&] {
        few.fused(replaced(drawn(few), 4, normal({5, 15})));
    });
    check_refusal("heads, no results", "its table is missing", [&] {
        few.fused(replaced(drawn(few), 1, Tensor()));
    });
    check_refusal("Adam, negative offset", "range 0 has offset -1", [&] {
        step({.offsets = {-1}, .lengths = {1}}, adam_start(4), {1});
    });
}

// ---- checksums

uint64_t checksum(const Tensor &tensor) {
    const Tensor own = tensor.detach().contiguous();
    const auto *bytes = static_cast<const unsigned char *>(own.const_data_ptr());
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < own.nbytes(); ++i) hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

void print_checksums(const std::string &only) {
    for (const Case &one : joined({all_cases(), large_step()})) {
        if (one.name.find(only) == std::string::npos) continue;
        const std::vector<Tensor> inputs = drawn(one);
        const std::vector<size_t> positions = differentiable(inputs);
        const Tensor out = one.fused(inputs);
        std::printf("%s: value %016" PRIx64, one.name.c_str(), checksum(out));
        const auto gradients = gradients_of(out, inputs, positions, at::randn(out.sizes()));
        for (size_t i = 0; i < positions.size(); ++i) {
            if (!gradients[i].defined()) continue;
            std::printf(
                " %s %016" PRIx64, one.inputs[positions[i]].c_str(), checksum(gradients[i]));
        }
        at::NoGradGuard unrecorded;
        std::printf(" without gradients %016" PRIx64 "\n", checksum(one.fused(inputs)));
    }
    AdamState state = adam_start(kAdamCount);
    for (int64_t time = 1; time <= 10; ++time) {
        state.gradients = at::randn({kAdamCount});
        step(kAdam, state, steps_at(time));
    }
    std::printf(
        "Adam: %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", checksum(state.parameters),
        checksum(state.first), checksum(state.second));
}

// ---- timing

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Milliseconds.
struct Times {
    std::vector<double> forward, backward;

    double middle() const { return median(forward) + median(backward); }
    double fastest() const {
        return *std::min_element(forward.begin(), forward.end())
               + *std::min_element(backward.begin(), backward.end());
    }
};

void time_once(
    const Block &block, const std::vector<Tensor> &inputs, const Tensor &weights, Times &times) {
    const double start = seconds();
    const Tensor out = block(inputs);
    const double middle = seconds();
    gradients_of(out, inputs, differentiable(inputs), weights);
    times.backward.push_back((seconds() - middle) * 1e3);
    times.forward.push_back((middle - start) * 1e3);
}

void print_times(int repetitions, const std::string &only) {
    double fused_sum = 0, fused_fastest = 0, composed_sum = 0, composed_fastest = 0;
    for (const Case &one : large_step()) {
        if (one.name.find(only) == std::string::npos) continue;
        const std::vector<Tensor> inputs = drawn(one);
        const Tensor weights = at::randn(one.fused(inputs).sizes());
        Times fused, composed, warming;
        time_once(one.composed, inputs, weights, warming);
        for (int repetition = 0; repetition < repetitions; ++repetition) {
            time_once(one.fused, inputs, weights, fused);
            time_once(one.composed, inputs, weights, composed);
        }
        fused_sum += fused.middle();
        fused_fastest += fused.fastest();
        composed_sum += composed.middle();
        composed_fastest += composed.fastest();
        std::printf(
            "%-36s fused %7.2f + %7.2f ms (%5.1f GFLOP/s), composed %7.2f + %7.2f ms, %.2fx\n",
            one.name.c_str(), median(fused.forward), median(fused.backward),
            3 * one.operations / fused.middle() * 1e-6, median(composed.forward),
            median(composed.backward), composed.middle() / fused.middle());
    }
    const int64_t count = 527602;
    AdamState state = adam_start(count);
    state.gradients = at::randn({count});
    std::vector<double> times;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        const double start = seconds();
        step({.offsets = {0}, .lengths = {count}}, state, {1});
        times.push_back((seconds() - start) * 1e3);
    }
    std::printf("%-36s fused %7.2f ms\n", "Adam, 527602 parameters", median(times));
    std::printf(
        "all blocks, forward and backward: fused %.2f ms (fastest %.2f), composed %.2f ms (fastest "
        "%.2f)\n",
        fused_sum, fused_fastest, composed_sum, composed_fastest);
}

// ---- what to do

void check(const std::string &only) {
    const auto wanted = [&](const Case &one) { return one.name.find(only) != std::string::npos; };
    for (const Case &one : all_cases()) {
        if (!wanted(one)) continue;
        compare(one);
        check_inference(one);
    }
    for (const Case &one :
         {feed_forward::make({288, 20, 64}, 256, false), attention::make(attention::crossmodal(32)),
          token_attention::large_step()[2]}) {
        if (wanted(one)) check_determinism(one);
    }
    for (const Case &one :
         {feed_forward::make({5, 7}, 3, true), feed_forward::make({288, 20, 64}, 256, false),
          attention::make(attention::with_pairs(attention::cross("places"), {0, 3, 3}, {4, 0, 1})),
          token_block::cases()[0], token_block::cases()[5], token_block::cases()[6],
          heads::cases()[0], heads::cases()[3]}) {
        for (const gradients::Check &own : gradients::checks(one)) {
            if (wanted(one)) report(own.holds(), one.name + ": " + own.name);
        }
    }
    check_adam();
    check_refusals();
    for (const workspace::Check &one : workspace::checks()) {
        report(one.holds(), "workspace: " + one.name);
    }
}

int fail_usage(const std::string &argument) {
    std::fprintf(
        stderr,
        "error: unexpected argument '%s'; usage: fused_check [check | checksums | time] [--threads "
        "N] "
        "[--repetitions N] [--only TEXT]\n",
        argument.c_str());
    return 2;
}

} // namespace

int main(int argc, char **argv) {
    std::string mode = "check", only;
    int repetitions = 15;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "check" || argument == "checksums" || argument == "time") {
            mode = argument;
        } else if (i + 1 == argc) {
            return fail_usage(argument);
        } else if (argument == "--threads") {
            at::set_num_threads(std::atoi(argv[++i]));
        } else if (argument == "--repetitions") {
            repetitions = std::max(1, std::atoi(argv[++i]));
        } else if (argument == "--only") {
            only = argv[++i];
        } else {
            return fail_usage(argument);
        }
    }
    // Said by the exit status, so that a script can tell this from a failure.
    if (std::string(ct_fused_instruction_set()) == "unsupported") {
        std::printf("skipped: this processor lacks %s\n", std::getenv("HIGHMMT_INSTRUCTIONS"));
        return kSkipped;
    }
    try {
        if (mode == "time") {
            ct_keep_freed_memory();
            print_times(repetitions, only);
        } else if (mode == "checksums") {
            print_checksums(only);
        } else {
            check(only);
            std::printf("%d passed, %d failed\n", passed, failed);
        }
    } catch (const std::exception &error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return failed == 0 ? 0 : 1;
}
