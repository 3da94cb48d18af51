// The feed-forward block as a function that autograd can record.

#include "FusedFeedForwardPasses.hpp"
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
    Tensor projected;

    std::array<Tensor *, 8> members() {
        return {&x, &gamma, &beta, &w1, &b1, &w2, &b2, &projected};
    }

    FeedForwardWeights parameters() const {
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

// The gradients of the tensors in Saved. Those of γ and β are zero, because they are added to.
struct Gradients {
    Tensor x, gamma, beta, w1, b1, w2, b2;

    explicit Gradients(const Saved &t)
        : x(at::empty_like(t.x)),
          gamma(at::zeros_like(t.gamma)),
          beta(at::zeros_like(t.beta)),
          w1(at::empty_like(t.w1)),
          b1(at::empty_like(t.b1)),
          w2(at::empty_like(t.w2)),
          b2(at::empty_like(t.b2)) {}

    FeedForwardGradients parameters() const {
        return {
            .gamma = mutable_floats(gamma),
            .beta = mutable_floats(beta),
            .w1 = mutable_floats(w1),
            .b1 = mutable_floats(b1),
            .w2 = mutable_floats(w2),
            .b2 = mutable_floats(b2)};
    }
};

struct FeedForward : torch::autograd::Function<FeedForward> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &residual,
        const Tensor &gamma, const Tensor &beta, const Tensor &w1, const Tensor &b1,
        const Tensor &w2, const Tensor &b2, bool save) {
        Saved t = {
            .x = x,
            .gamma = gamma,
            .beta = beta,
            .w1 = w1,
            .b1 = b1,
            .w2 = w2,
            .b2 = b2,
            .projected = Tensor()};
        FeedForwardShape s = t.shape(1);
        s.parts = std::max<int64_t>(1, std::min(thread_count(), s.rows / kRowsPerThread));
        const Tensor out = at::empty_like(x);
        if (save)
            t.projected = at::empty({s.rows * 2 * s.padded()}, x.options().requires_grad(false));

        const FeedForwardWeights w = t.parameters();
        const int64_t folded_floats = floats_of<FoldedFeedForward>(s);
        const Workspace workspace(
            s.parts, save ? folded_floats : 0, floats_of<FeedForwardForwardBuffers>(s));
        const auto fold = [&](Layout layout) {
            const auto folded = laid_out<FoldedFeedForward>(layout, s);
            folded.fold(s, w);
            folded.fill_forward(s, w);
            return folded;
        };
        const Tensor kept = save ? Tensor()
                                 : kept_table(
                                       {kName, {gamma, beta, w1, b1, w2}, {}}, folded_floats,
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
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const auto t = unpacked<Saved>(ctx->get_saved_variables());
        const Tensor dout = gradients[0].contiguous();
        // The chunks must be those of forward, because they decide where the panels lie.
        const FeedForwardShape s = t.shape(ctx->saved_data["parts"].toInt());
        const Gradients to(t);

        const Workspace workspace(
            s.parts, floats_of<FeedForwardSharedBackward>(s),
            floats_of<FeedForwardBackwardBuffers>(s));
        const auto shared = laid_out<FeedForwardSharedBackward>(workspace.shared(), s);
        const FeedForwardWeights w = t.parameters();
        shared.folded.fold(s, w);
        shared.folded.fill_backward(s, w);

        const FeedForwardBackward pass = {
            .s = s,
            .folded = shared.folded,
            .x = floats(t.x),
            .projected = floats(t.projected),
            .dout = floats(dout),
            .dx = mutable_floats(to.x)};
        std::vector<const float *> sums(static_cast<size_t>(s.parts));
        parallel(s.parts, [&](int64_t part) {
            const auto own = laid_out<FeedForwardBackwardBuffers>(workspace.part(part), s);
            sums[static_cast<size_t>(part)] = own.sums.begin;
            pass.run(part, own);
        });
        reduce_parts(s.parts, sums.data(), floats_of<FeedForwardSums>(s), shared.total.begin);
        shared.total.unfold(s, w, shared.turned, to.parameters());

        const Tensor dresidual = ctx->saved_data["residual"].toBool() ? dout : Tensor();
        // In the order of forward's arguments; `save` has none.
        return {to.x, dresidual, to.gamma, to.beta, to.w1, to.b1, to.w2, to.b2, Tensor()};
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
        *out = ct_own(
            FeedForward::apply(
                input, ct_optional(residual), ct_ref(norm_weight), ct_ref(norm_bias), first,
                ct_ref(b1), second, ct_ref(b2), save));
    });
}
