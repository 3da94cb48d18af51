// Attention of latent queries to tokens as a function that autograd can record.

#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "FusedTokenCalls.hpp"
#include "Guard.hpp"
#include "include/CTorchFused.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused token attention";

struct Saved {
    Tensor data, mask, q, a, c, w, b, s1, s2;
    // SavedTokens of all samples; undefined when nothing is saved.
    Tensor intermediates;

    std::array<Tensor *, 10> members() {
        return {&data, &mask, &q, &a, &c, &w, &b, &s1, &s2, &intermediates};
    }

    TokenInputs inputs() const {
        return {
            .data = floats(data),
            .q = floats(q),
            .a = floats(a),
            .c = floats(c),
            .w = floats(w),
            .b = floats(b),
            .s1 = floats(s1),
            .s2 = floats(s2),
            .mask = flags(mask)};
    }

    TokenShape shape(int64_t width, int64_t parts) const {
        return {
            .samples = data.size(0),
            .tokens = data.size(1),
            .channels = data.size(2),
            .heads = q.size(-3),
            .n = q.size(-2),
            .head_width = q.size(-1),
            .width = static_cast<double>(width),
            .parts = parts,
            .own_queries = q.dim() == 4};
    }
};

// The gradients of the tensors in Saved. That of b is zero, because its half for keys stays so.
struct Gradients {
    Tensor q, a, c, w, b, s1, s2;

    explicit Gradients(const Saved &t)
        : q(at::empty_like(t.q)),
          a(at::empty_like(t.a)),
          c(at::empty_like(t.c)),
          w(at::empty_like(t.w)),
          b(at::zeros_like(t.b)),
          s1(at::empty_like(t.s1)),
          s2(at::empty_like(t.s2)) {}

    TokenGradients pointers() const {
        return {
            .q = mutable_floats(q),
            .a = mutable_floats(a),
            .c = mutable_floats(c),
            .w = mutable_floats(w),
            .b = mutable_floats(b),
            .s1 = mutable_floats(s1),
            .s2 = mutable_floats(s2)};
    }

    // In the order of forward's arguments; data, mask, width and `save` have none.
    variable_list list() const {
        return {Tensor(), Tensor(), q, a, c, w, b, s1, s2, Tensor(), Tensor()};
    }
};

struct TokenAttention : torch::autograd::Function<TokenAttention> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &data, const std::optional<Tensor> &mask,
        const Tensor &q, const Tensor &a, const Tensor &c, const Tensor &w, const Tensor &b,
        const Tensor &s1, const Tensor &s2, int64_t width, bool save) {
        Saved t = {
            .data = data,
            .mask = mask.value_or(Tensor()),
            .q = q,
            .a = a,
            .c = c,
            .w = w,
            .b = b,
            .s1 = s1,
            .s2 = s2,
            .intermediates = Tensor()};
        const TokenShape s = t.shape(width, std::min(thread_count(), data.size(0)));
        const Tensor out = compute(t, s, save);
        if (save) {
            ctx->save_for_backward(packed(t));
            ctx->saved_data["width"] = width;
            ctx->saved_data["parts"] = s.parts;
        }
        return out;
    }

    // The result [samples, n, inner]. With `save`, fills the intermediates of `t`.
    static Tensor compute(Saved &t, const TokenShape &s, bool save) {
        const at::TensorOptions options = t.data.options().requires_grad(false);
        const Tensor out = at::empty({s.samples, s.n, s.inner()}, options);
        if (save) t.intermediates = at::empty({saved_floats(s)}, options);
        attend_to_tokens(
            s, t.inputs(), nullptr, mutable_floats(t.intermediates), mutable_floats(out));
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const auto t = unpacked<Saved>(ctx->get_saved_variables());
        const TokenShape s =
            t.shape(ctx->saved_data["width"].toInt(), ctx->saved_data["parts"].toInt());
        const Tensor dout = gradients[0].contiguous();
        const Gradients to(t);
        attend_to_tokens_backward(
            s, t.inputs(), nullptr, mutable_floats(t.intermediates), floats(dout), to.pointers());
        return to.list();
    }
};

} // namespace
} // namespace ct_fused

CTMessage ct_fused_token_attention(
    CTTensor *out, CTTensor data, CTTensor key_mask, CTTensor q, CTTensor a, CTTensor c, CTTensor w,
    CTTensor b, CTTensor s1, CTTensor s2, int64_t width) {
    using namespace ct_fused;
    return ct_guard([&] {
        const at::Tensor &tokens = ct_ref(data), &queries = ct_ref(q);
        TORCH_CHECK(
            tokens.dim() == 3
                && (queries.dim() == 3 || (queries.dim() == 4 && queries.size(0) == tokens.size(0)))
                && tokens.numel() > 0 && queries.numel() > 0,
            kName, ": data ", tokens.sizes(), " and q ", queries.sizes(),
            " do not fit [samples, tokens, channels] and [heads, n, dh] or [samples, heads, n, "
            "dh]");
        const int64_t samples = tokens.size(0), count = tokens.size(1), channels = tokens.size(2);
        const int64_t row = 2 * queries.size(-3) * queries.size(-1);
        TORCH_CHECK(
            width >= channels, kName, ": tokens of width ", width, " cannot hold ", channels,
            " channels");
        TORCH_CHECK(!tokens.requires_grad(), kName, ": data gets no gradient, but requires one");
        require(tokens, kName, "data", tokens.sizes());
        require(queries, kName, "q", queries.sizes());
        require(ct_ref(a), kName, "a", {channels, row});
        require(ct_ref(c), kName, "c", {count, row});
        require(ct_ref(w), kName, "w", {row});
        require(ct_ref(b), kName, "b", {row});
        require(ct_ref(s1), kName, "s1", {count});
        require(ct_ref(s2), kName, "s2", {count});
        if (key_mask != nullptr) require_mask(ct_ref(key_mask), kName, samples, count);
        const bool save =
            at::GradMode::is_enabled() && ct_any_requires_gradient({q, a, c, w, b, s1, s2});
        *out = ct_own(
            TokenAttention::apply(
                tokens, ct_optional(key_mask), queries, ct_ref(a), ct_ref(c), ct_ref(w), ct_ref(b),
                ct_ref(s1), ct_ref(s2), width, save));
    });
}
