// Attention among latents as a function that autograd can record.

#include "FusedAttentionPasses.hpp"
#include "FusedAttentionPlan.hpp"
#include "FusedAttentionWeights.hpp"
#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "Guard.hpp"
#include "KeptTables.hpp"
#include "include/CTorchFused.h"

#include <ATen/Functions.h>
#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class_detail.h>

#include <array>
#include <vector>

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused attention";

// The plan in a form that autograd keeps from forward to backward.
struct PlanHolder : torch::CustomClassHolder {
    AttentionPlan plan;

    PlanHolder(
        const AttentionShape &shape, const int64_t *query_index, const int64_t *context_index)
        : plan(shape, query_index, context_index) {}
};

// In self-attention, context, gamma_c and beta_c are undefined. `products` holds HeadProducts.
struct Saved {
    Tensor x, context, gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo, mask;
    Tensor products = {}, projected = {}, weights = {}, values = {};

    std::array<Tensor *, 15> members() {
        return {&x,  &context, &gamma_q, &beta_q,   &gamma_c,   &beta_c,  &wq,    &wkv,
                &wo, &bo,      &mask,    &products, &projected, &weights, &values};
    }

    AttentionWeights parameters() const {
        const bool own = gamma_c.defined();
        return {
            .gamma_q = floats(gamma_q),
            .beta_q = floats(beta_q),
            .gamma_c = floats(own ? gamma_c : gamma_q),
            .beta_c = floats(own ? beta_c : beta_q),
            .wq = floats(wq),
            .wkv = floats(wkv),
            .wo = floats(wo),
            .bo = floats(bo)};
    }

    TableKey table_key(const AttentionShape &s) const {
        const bool own = gamma_c.defined();
        return {
            kName,
            {gamma_q, beta_q, own ? gamma_c : gamma_q, own ? beta_c : beta_q, wq, wkv, wo, bo},
            {s.heads}};
    }

    // x stands for the context in self-attention.
    const float *context_rows() const { return floats(context.defined() ? context : x); }

    void allocate(const AttentionPlan &plan, const at::TensorOptions &options) {
        const AttentionShape &s = plan.shape;
        const int64_t query_rows = static_cast<int64_t>(plan.queries.size()) * s.queries;
        const int64_t context_rows = static_cast<int64_t>(plan.contexts.size()) * s.m;
        projected = at::empty({query_rows * s.wide()}, options);
        weights = at::empty({s.pairs * s.weights()}, options);
        values = at::empty(
            {(s.projects_context() ? context_rows : s.pairs * s.queries) * s.wide()}, options);
    }
};

// The gradients of the tensors in Saved; undefined where there is none.
struct Gradients {
    Tensor x, context, gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo;

    // Gradients of γ and β are zero, because they are added to; those of x and context are zero
    // where no pair writes.
    Gradients(const Saved &t, const AttentionPlan &plan)
        : gamma_q(at::zeros_like(t.gamma_q)),
          beta_q(at::zeros_like(t.beta_q)),
          wq(at::empty_like(t.wq)),
          wkv(at::empty_like(t.wkv)),
          wo(at::empty_like(t.wo)),
          bo(at::empty_like(t.bo)) {
        const AttentionShape &s = plan.shape;
        const auto like = [](const Tensor &tensor, const std::vector<int64_t> &used) {
            const bool all = static_cast<int64_t>(used.size()) == tensor.size(0);
            return all ? at::empty_like(tensor) : at::zeros_like(tensor);
        };
        x = like(t.x, plan.queries);
        if (!s.shared) context = like(t.context, plan.contexts);
        if (t.gamma_c.defined()) {
            gamma_c = at::zeros_like(t.gamma_c);
            beta_c = at::zeros_like(t.beta_c);
        }
    }

    AttentionGradients parameters() const {
        const bool own = gamma_c.defined();
        return {
            .gamma_q = mutable_floats(gamma_q),
            .beta_q = mutable_floats(beta_q),
            .gamma_c = mutable_floats(own ? gamma_c : gamma_q),
            .beta_c = mutable_floats(own ? beta_c : beta_q),
            .wq = mutable_floats(wq),
            .wkv = mutable_floats(wkv),
            .wo = mutable_floats(wo),
            .bo = mutable_floats(bo)};
    }

    // In the order of forward's arguments; mask, plan and `save` have none.
    variable_list list() const {
        return {x,   context, gamma_q, beta_q,   gamma_c,  beta_c,  wq,
                wkv, wo,      bo,      Tensor(), Tensor(), Tensor()};
    }
};

struct SharedForward {
    FoldedAttention folded;
    HeadScratch scratch;

    SharedForward(Layout &layout, const AttentionShape &s)
        : folded(layout, s), scratch(layout, s) {}
};

struct SharedBackward {
    FoldedAttention folded;
    AttentionSums total;
    HeadScratch scratch;

    SharedBackward(Layout &layout, const AttentionShape &s)
        : folded(layout, s), total(layout, s), scratch(layout, s) {}
};

struct Attention : torch::autograd::Function<Attention> {
    static Tensor forward(
        AutogradContext *ctx, const Tensor &x, const std::optional<Tensor> &context,
        const Tensor &gamma_q, const Tensor &beta_q, const std::optional<Tensor> &gamma_c,
        const std::optional<Tensor> &beta_c, const Tensor &wq, const Tensor &wkv, const Tensor &wo,
        const Tensor &bo, const std::optional<Tensor> &mask,
        const c10::intrusive_ptr<PlanHolder> &holder, bool save) {
        Saved t = {
            .x = x,
            .context = context.value_or(Tensor()),
            .gamma_q = gamma_q,
            .beta_q = beta_q,
            .gamma_c = gamma_c.value_or(Tensor()),
            .beta_c = beta_c.value_or(Tensor()),
            .wq = wq,
            .wkv = wkv,
            .wo = wo,
            .bo = bo,
            .mask = mask.value_or(Tensor())};
        const Tensor out = compute(t, holder->plan, save);
        if (save) {
            ctx->save_for_backward(packed(t));
            ctx->saved_data["plan"] = c10::IValue::make_capsule(holder);
        }
        return out;
    }

    // The result [pairs, queries, d]. Fills the products and, with `save`, the intermediates of
    // `t`.
    static Tensor compute(Saved &t, const AttentionPlan &plan, bool save) {
        const AttentionShape &s = plan.shape;
        const at::TensorOptions options = t.x.options().requires_grad(false);
        const Tensor out = at::empty({s.pairs, s.queries, s.d}, options);
        const AttentionWeights w = t.parameters();
        const auto fill = [&](const SharedForward &shared, const Tensor &products_memory) {
            const auto products = laid_out<HeadProducts>(layout_of(products_memory), s);
            products.multiply(s, w, shared.scratch);
            shared.folded.fill(s, w, products);
        };
        const int64_t parts = plan.part_count(), shared_floats = floats_of<SharedForward>(s);
        const Workspace workspace(
            parts, save ? shared_floats : 0, floats_of<AttentionForwardBuffers>(plan));
        Tensor kept;
        if (save) {
            t.products = at::empty({floats_of<HeadProducts>(s)}, options);
            t.allocate(plan, options);
            fill(laid_out<SharedForward>(workspace.shared(), s), t.products);
        } else {
            kept = kept_table(t.table_key(s), shared_floats, [&](float *memory) {
                fill(
                    laid_out<SharedForward>(Layout(memory, shared_floats), s),
                    at::empty({floats_of<HeadProducts>(s)}, options));
            });
        }
        const auto shared = laid_out<SharedForward>(save ? workspace.shared() : layout_of(kept), s);

        const AttentionForward pass = {
            .plan = plan,
            .folded = shared.folded,
            .x = floats(t.x),
            .y = t.context_rows(),
            .mask = flags(t.mask),
            .saves = save,
            .saved =
                {.projected = mutable_floats(t.projected),
                 .weights = mutable_floats(t.weights),
                 .values = mutable_floats(t.values)},
            .out = mutable_floats(out)};
        parallel(parts, [&](int64_t part) {
            pass.run(part, laid_out<AttentionForwardBuffers>(workspace.part(part), plan));
        });
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        const auto t = unpacked<Saved>(ctx->get_saved_variables());
        const auto holder =
            c10::static_intrusive_pointer_cast<PlanHolder>(ctx->saved_data["plan"].toCapsule());
        const AttentionPlan &plan = holder->plan;
        const AttentionShape &s = plan.shape;
        const Tensor dout = gradients[0].contiguous();
        const Gradients to(t, plan);

        const int64_t parts = plan.part_count();
        const Workspace workspace(
            parts, floats_of<SharedBackward>(s), floats_of<AttentionBackwardBuffers>(plan));
        const auto shared = laid_out<SharedBackward>(workspace.shared(), s);
        const auto products = laid_out<HeadProducts>(layout_of(t.products), s);
        const AttentionWeights w = t.parameters();
        shared.folded.fill(s, w, products);
        shared.folded.turn(s);

        const AttentionBackward pass = {
            .plan = plan,
            .folded = shared.folded,
            .x = floats(t.x),
            .y = t.context_rows(),
            .mask = flags(t.mask),
            .saved =
                {.projected = floats(t.projected),
                 .weights = floats(t.weights),
                 .values = floats(t.values)},
            .dout = floats(dout),
            .dx = mutable_floats(to.x),
            .dy = mutable_floats(to.context)};
        std::vector<const float *> sums(static_cast<size_t>(parts));
        parallel(parts, [&](int64_t part) {
            const auto own = laid_out<AttentionBackwardBuffers>(workspace.part(part), plan);
            sums[static_cast<size_t>(part)] = own.sums.begin;
            pass.run(part, own);
        });
        reduce_parts(parts, sums.data(), floats_of<AttentionSums>(s), shared.total.begin);
        shared.total.unfold(s, w, products, shared.scratch, to.parameters());
        return to.list();
    }
};

// The tensors of a call before they are checked; `context`, its normalisation and `mask` may be
// NULL.
struct Arguments {
    CTTensor x, context, norm_weight, norm_bias, context_norm_weight, context_norm_bias, wq, wkv,
        wo, bo, mask;
    const int64_t *query_index, *context_index;
    int64_t pairs, heads;
    bool last_query_only;

    bool is_self() const { return context == nullptr; }
    // pairs = 0 stands for the identity.
    bool is_identity() const { return pairs == 0; }
    const Tensor &source() const { return ct_ref(is_self() ? x : context); }
};

void check_sizes(const Arguments &t) {
    const bool self = t.is_self();
    TORCH_CHECK(
        self == (t.context_norm_weight == nullptr) && self == (t.context_norm_bias == nullptr),
        kName, ": context, context_norm_weight and context_norm_bias must be given together");
    const Tensor &x = ct_ref(t.x), &source = t.source(), &wq = ct_ref(t.wq);
    TORCH_CHECK(
        x.dim() == 3 && source.dim() == 3 && wq.dim() == 2, kName, ": x ", x.sizes(), ", context ",
        source.sizes(), " and wq ", wq.sizes(),
        " do not fit [samples, n, d], [samples, m, d] and [inner, d]");
    TORCH_CHECK(
        t.heads > 0 && wq.size(0) > 0 && wq.size(0) % t.heads == 0, kName, ": ", t.heads,
        " heads do not divide the inner width ", wq.size(0));
    TORCH_CHECK(x.numel() > 0 && source.numel() > 0, kName, ": x or context is empty");
}

void check_pairs(const Arguments &t) {
    TORCH_CHECK(
        t.pairs >= 0
            && (t.is_identity() || (t.query_index != nullptr && t.context_index != nullptr)),
        kName, ": ", t.pairs, " pairs without indices");
    const int64_t queries = ct_ref(t.x).size(0), contexts = t.source().size(0);
    TORCH_CHECK(
        !t.is_identity() || queries == contexts, kName, ": ", queries, " query samples and ",
        contexts, " context samples cannot be paired one to one");
    for (int64_t i = 0; i < t.pairs; ++i) {
        const int64_t query = t.query_index[i], context = t.context_index[i];
        TORCH_CHECK(
            query >= 0 && query < queries && context >= 0 && context < contexts, kName, ": pair ",
            i, " is (", query, ", ", context, "), expected samples below (", queries, ", ",
            contexts, ")");
    }
}

void check_tensors(const Arguments &t) {
    const Tensor &x = ct_ref(t.x), &source = t.source();
    const int64_t d = x.size(2), inner = ct_ref(t.wq).size(0);
    require(x, kName, "x", x.sizes());
    require(source, kName, "context", {source.size(0), source.size(1), d});
    require(ct_ref(t.norm_weight), kName, "norm_weight", {d});
    require(ct_ref(t.norm_bias), kName, "norm_bias", {d});
    if (!t.is_self()) {
        require(ct_ref(t.context_norm_weight), kName, "context_norm_weight", {d});
        require(ct_ref(t.context_norm_bias), kName, "context_norm_bias", {d});
    }
    require(ct_ref(t.wq), kName, "wq", {inner, d});
    require(ct_ref(t.wkv), kName, "wkv", {2 * inner, d});
    require(ct_ref(t.wo), kName, "wo", {d, inner});
    require(ct_ref(t.bo), kName, "bo", {d});
    if (t.mask != nullptr) require_mask(ct_ref(t.mask), kName, source.size(0), source.size(1));
}

AttentionShape shape_of(const Arguments &t) {
    const Tensor &x = ct_ref(t.x), &source = t.source();
    return {
        .query_samples = x.size(0),
        .n = x.size(1),
        .context_samples = source.size(0),
        .m = source.size(1),
        .d = x.size(2),
        .heads = t.heads,
        .head_width = ct_ref(t.wq).size(0) / t.heads,
        .pairs = t.is_identity() ? x.size(0) : t.pairs,
        .queries = t.last_query_only ? 1 : x.size(1),
        .shared = source.is_same(x)};
}

Tensor attend(const Arguments &t) {
    check_sizes(t);
    check_pairs(t);
    check_tensors(t);
    const auto holder = c10::make_intrusive<PlanHolder>(
        shape_of(t), t.is_identity() ? nullptr : t.query_index,
        t.is_identity() ? nullptr : t.context_index);
    const bool save = at::GradMode::is_enabled()
                      && ct_any_requires_gradient(
                          {t.x, t.context, t.norm_weight, t.norm_bias, t.context_norm_weight,
                           t.context_norm_bias, t.wq, t.wkv, t.wo, t.bo});
    return Attention::apply(
        ct_ref(t.x), ct_optional(t.context), ct_ref(t.norm_weight), ct_ref(t.norm_bias),
        ct_optional(t.context_norm_weight), ct_optional(t.context_norm_bias), ct_ref(t.wq),
        ct_ref(t.wkv), ct_ref(t.wo), ct_ref(t.bo), ct_optional(t.mask), holder, save);
}

} // namespace
} // namespace ct_fused

CTMessage ct_fused_attention(
    CTTensor *out, CTTensor x, CTTensor context, const int64_t *query_index,
    const int64_t *context_index, int64_t pairs, CTTensor norm_weight, CTTensor norm_bias,
    CTTensor context_norm_weight, CTTensor context_norm_bias, CTTensor wq, CTTensor wkv,
    CTTensor wo, CTTensor bo, int64_t heads, int last_query_only, CTTensor key_mask) {
    return ct_guard([&] {
        *out = ct_own(
            ct_fused::attend({
                .x = x,
                .context = context,
                .norm_weight = norm_weight,
                .norm_bias = norm_bias,
                .context_norm_weight = context_norm_weight,
                .context_norm_bias = context_norm_bias,
                .wq = wq,
                .wkv = wkv,
                .wo = wo,
                .bo = bo,
                .mask = key_mask,
                .query_index = query_index,
                .context_index = context_index,
                .pairs = pairs,
                .heads = heads,
                .last_query_only = last_query_only != 0,
            }));
    });
}
