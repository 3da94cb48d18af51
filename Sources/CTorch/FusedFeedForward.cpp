// The feed-forward block as a function that autograd can record.

#include "FusedFeedForwardPasses.hpp"
#include "FusedGradients.hpp"
#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"
#include "KeptTables.hpp"
#include "include/CTorchFused.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused feed-forward";

// Fewer rows are not worth another thread.
constexpr int64_t kRowsPerThread = 16;

struct Saved {
    Tensor x, gamma, beta, w1, b1, w2, b2;
    // A and B of FeedForwardForward; undefined when nothing is saved.
    Tensor projected = {};

    std::array<Tensor *, 8> members() {
        return {&x, &gamma, &beta, &w1, &b1, &w2, &b2, &projected};
    }

    variable_list parameters() const { return {gamma, beta, w1, b1, w2, b2}; }

    FeedForwardWeights weights() const {
        return {
            .gamma = floats(gamma),
            .beta = floats(beta),
            .w1 = floats(w1),
            .b1 = floats(b1),
            .w2 = floats(w2),
            .b2 = floats(b2)};
    }

    FeedForwardShape shape(int64_t parts) const {
        return {.rows = x.numel() / w1.size(1), .d = w1.size(1), .h = w2.size(1), .parts = parts};
    }
};

// In the order of Saved::parameters.
FeedForwardGradients named(const ParameterGradients &to) {
    return {.gamma = to[0], .beta = to[1], .w1 = to[2], .b1 = to[3], .w2 = to[4], .b2 = to[5]};
}

struct FeedForward : torch::autograd::Function<FeedForward> {
    // Autograd sees x, the residual and `recorded`; all parameters are in `t`.
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &residual,
        at::TensorList /*recorded*/, Saved t, bool adds, bool save) {
        FeedForwardShape s = t.shape(1);
        s.parts = std::max<int64_t>(1, std::min(thread_count(), s.rows / kRowsPerThread));
        const Tensor out = at::empty_like(x);
        if (save)
            t.projected = at::empty({s.rows * 2 * s.padded()}, x.options().requires_grad(false));

        const FeedForwardWeights w = t.weights();
        const int64_t folded_floats = floats_of<FoldedFeedForward>(s);
        const Workspace workspace(
            s.parts, save ? folded_floats : 0, floats_of<FeedForwardForwardBuffers>(s));
        const auto fold = [&](Layout layout) {
            const auto folded = laid_out<FoldedFeedForward>(layout, s);
            folded.fill_forward(s, w);
            return folded;
        };
        const Tensor kept =
            save ? Tensor()
                 : kept_table(
                       {kName, {t.gamma, t.beta, t.w1, t.b1, t.w2}, {}}, folded_floats,
                       [&](float *memory) { fold(Layout(memory, folded_floats)); });
        const auto folded =
            save ? fold(workspace.shared()) : laid_out<FoldedFeedForward>(layout_of(kept), s);

        const FeedForwardForward pass = {
            .s = s,
            .folded = folded,
            .x = floats(x),
            .residual = residual ? floats(*residual) : nullptr,
            .out_bias = w.b2,
            .projected = mutable_floats(t.projected),
            .out = mutable_floats(out)};
        parallel(s.parts, [&](int64_t part) {
            pass.run(part, laid_out<FeedForwardForwardBuffers>(workspace.part(part), s));
        });

        if (save) {
            ctx->save_for_backward(packed(t));
            ctx->saved_data["residual"] = residual.has_value();
            ctx->saved_data["parts"] = s.parts;
            ctx->saved_data["adds"] = adds;
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const auto t = unpacked<Saved>(ctx->get_saved_variables());
        const Tensor dout = gradients[0].contiguous();
        // The chunks must be those of forward, because they decide where the panels lie.
        const FeedForwardShape s = t.shape(ctx->saved_data["parts"].toInt());
        const ParameterGradients to(t.parameters(), ctx->saved_data["adds"].toBool());
        const Tensor dx = at::empty_like(t.x);

        const Workspace workspace(
            s.parts, floats_of<FeedForwardSharedBackward>(s),
            floats_of<FeedForwardBackwardBuffers>(s));
        const auto shared = laid_out<FeedForwardSharedBackward>(workspace.shared(), s);
        const FeedForwardWeights w = t.weights();
        shared.folded.fill_backward(s, w);

        const FeedForwardBackward pass = {
            .s = s,
            .folded = shared.folded,
            .x = floats(t.x),
            .projected = floats(t.projected),
            .dout = floats(dout),
            .dx = mutable_floats(dx)};
        std::vector<FeedForwardSums> sums;
        for (int64_t part = 0; part < s.parts; ++part)
            sums.push_back(laid_out<FeedForwardBackwardBuffers>(workspace.part(part), s).sums);
        parallel(s.parts, [&](int64_t part) {
            pass.run(part, laid_out<FeedForwardBackwardBuffers>(workspace.part(part), s));
        });
        shared.unfolding.unfold(s, w, sums, named(to));

        // In the order of forward's arguments; the last three have none.
        variable_list results = {dx, ctx->saved_data["residual"].toBool() ? dout : Tensor()};
        for (const Tensor &gradient : to.recorded()) results.push_back(gradient);
        results.resize(results.size() + 3);
        return results;
    }
};

} // namespace
} // namespace ct_fused

CTMessage ct_fused_feed_forward(
    CTTensor *out, CTTensor x, CTTensor residual, CTTensor norm_weight, CTTensor norm_bias,
    CTTensor w1, CTTensor b1, CTTensor w2, CTTensor b2) {
    using namespace ct_fused;
    return ct_guard([&] {
        const at::Tensor &input = ct_ref(x), &first = ct_ref(w1), &second = ct_ref(w2);
        TORCH_CHECK(
            input.dim() >= 1 && first.dim() == 2 && first.size(0) % 2 == 0, kName, ": x ",
            input.sizes(), " and w1 ", first.sizes(), " do not fit [..., d] and [2h, d]");
        const int64_t d = first.size(1), h = first.size(0) / 2;
        TORCH_CHECK(
            d > 0 && h > 0 && input.numel() > 0 && input.size(-1) == d, kName, ": x ",
            input.sizes(), " is empty or does not end in the width ", d, " of w1");
        require(input, kName, "x", input.sizes());
        require(ct_ref(norm_weight), kName, "norm_weight", {d});
        require(ct_ref(norm_bias), kName, "norm_bias", {d});
        require(first, kName, "w1", {2 * h, d});
        require(ct_ref(b1), kName, "b1", {2 * h});
        require(second, kName, "w2", {d, h});
        require(ct_ref(b2), kName, "b2", {d});
        if (residual != nullptr) require(ct_ref(residual), kName, "residual", input.sizes());
        const bool save =
            at::GradMode::is_enabled()
            && ct_any_requires_gradient({x, residual, norm_weight, norm_bias, w1, b1, w2, b2});
        const Saved t = {
            .x = input,
            .gamma = ct_ref(norm_weight),
            .beta = ct_ref(norm_bias),
            .w1 = first,
            .b1 = ct_ref(b1),
            .w2 = second,
            .b2 = ct_ref(b2)};
        const std::optional<Tensor> added = ct_optional(residual);
        const variable_list parameters = t.parameters();
        const bool adds = save && adds_gradients({input, added.value_or(Tensor())}, parameters);
        const variable_list recorded = recorded_parameters(parameters, adds);
        *out = ct_own(FeedForward::apply(input, added, at::TensorList(recorded), t, adds, save));
    });
}
