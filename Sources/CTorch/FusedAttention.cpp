// Attention among latents as a function that autograd can record.

#include "FusedAttentionPasses.hpp"
#include "FusedAttentionPlan.hpp"
#include "FusedAttentionWeights.hpp"
#include "FusedGradients.hpp"
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
    Tensor products = {}, projected = {}, scores = {}, values = {};

    std::array<Tensor *, 15> members() {
        return {&x,  &context, &gamma_q, &beta_q,   &gamma_c,   &beta_c, &wq,    &wkv,
                &wo, &bo,      &mask,    &products, &projected, &scores, &values};
    }

    variable_list parameters() const { return {gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo}; }

    AttentionWeights weights() const {
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
        scores = at::empty({s.pairs * s.weights()}, options);
        values = at::empty(
            {(s.projects_context() ? context_rows : s.pairs * s.queries) * s.wide()}, options);
    }
};

// In the order of Saved::parameters. In self-attention the context's are those of the queries.
AttentionGradients named(const ParameterGradients &to) {
    return {
        .gamma_q = to[0],
        .beta_q = to[1],
        .gamma_c = to[2] != nullptr ? to[2] : to[0],
        .beta_c = to[3] != nullptr ? to[3] : to[1],
        .wq = to[4],
        .wkv = to[5],
        .wo = to[6],
        .bo = to[7]};
}

// Memory for the gradient of x or of the context; zero where no pair writes.
Tensor gradient_like(const Tensor &samples, const std::vector<int64_t> &used) {
    const bool all = static_cast<int64_t>(used.size()) == samples.size(0);
    return all ? at::empty_like(samples) : at::zeros_like(samples);
}

struct SharedForward {
    FoldedAttention folded;
    HeadScratch scratch;

    SharedForward(Layout &layout, const AttentionShape &s)
        : folded(layout, s), scratch(layout, s) {}
};

struct SharedBackward {
    FoldedAttention folded;
    AttentionUnfolding unfolding;

    SharedBackward(Layout &layout, const AttentionShape &s)
        : folded(layout, s), unfolding(layout, s) {}
};

struct Attention : torch::autograd::Function<Attention> {
    // Autograd sees x, the context and `recorded`; all parameters are in `t`.
    static Tensor forward(
        AutogradContext *ctx, const Tensor & /*x*/, const std::optional<Tensor> & /*context*/,
        at::TensorList /*recorded*/, Saved t, const c10::intrusive_ptr<PlanHolder> &holder,
        bool adds, bool save) {
        const Tensor out = compute(t, holder->plan, save);
        if (save) {
            ctx->save_for_backward(packed(t));
            ctx->saved_data["plan"] = c10::IValue::make_capsule(holder);
            ctx->saved_data["adds"] = adds;
        }
        return out;
    }

    // The result [pairs, queries, d]. Fills the products and, with `save`, the intermediates of
    // `t`.
    static Tensor compute(Saved &t, const AttentionPlan &plan, bool save) {
        const AttentionShape &s = plan.shape;
        const at::TensorOptions options = t.x.options().requires_grad(false);
        const Tensor out = at::empty({s.pairs, s.queries, s.d}, options);
        const AttentionWeights w = t.weights();
        const auto fill = [&](const SharedForward &shared, const Tensor &products_memory) {
            const auto products = laid_out<HeadProducts>(layout_of(products_memory), s);
            shared.folded.fill_forward(s, w, products, shared.scratch);
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
                 .weights = mutable_floats(t.scores),
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
        const ParameterGradients to(t.parameters(), ctx->saved_data["adds"].toBool());
        const Tensor dx = gradient_like(t.x, plan.queries);
        const Tensor dcontext = s.shared ? Tensor() : gradient_like(t.context, plan.contexts);

        const int64_t parts = plan.part_count();
        const Workspace workspace(
            parts, floats_of<SharedBackward>(s), floats_of<AttentionBackwardBuffers>(plan));
        const auto shared = laid_out<SharedBackward>(workspace.shared(), s);
        const auto products = laid_out<HeadProducts>(layout_of(t.products), s);
        const AttentionWeights w = t.weights();
        shared.folded.fill_backward(s, w, products);

        const AttentionBackward pass = {
            .plan = plan,
            .folded = shared.folded,
            .x = floats(t.x),
            .y = t.context_rows(),
            .mask = flags(t.mask),
            .saved =
                {.projected = floats(t.projected),
                 .weights = floats(t.scores),
                 .values = floats(t.values)},
            .dout = floats(dout),
            .dx = mutable_floats(dx),
            .dy = mutable_floats(dcontext)};
        std::vector<AttentionSums> sums;
        for (int64_t part = 0; part < parts; ++part)
            sums.push_back(laid_out<AttentionBackwardBuffers>(workspace.part(part), plan).sums);
        parallel(parts, [&](int64_t part) {
            pass.run(part, laid_out<AttentionBackwardBuffers>(workspace.part(part), plan));
        });
        shared.unfolding.unfold(s, w, products, sums, named(to));

        // In the order of forward's arguments; the last four have none.
        variable_list results = {dx, dcontext};
        for (const Tensor &gradient : to.recorded()) results.push_back(gradient);
        results.resize(results.size() + 4);
        return results;
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
    const auto given = [](CTTensor one) { return ct_optional(one).value_or(Tensor()); };
    const Saved saved = {
        .x = ct_ref(t.x),
        .context = given(t.context),
        .gamma_q = ct_ref(t.norm_weight),
        .beta_q = ct_ref(t.norm_bias),
        .gamma_c = given(t.context_norm_weight),
        .beta_c = given(t.context_norm_bias),
        .wq = ct_ref(t.wq),
        .wkv = ct_ref(t.wkv),
        .wo = ct_ref(t.wo),
        .bo = ct_ref(t.bo),
        .mask = given(t.mask)};
    const variable_list parameters = saved.parameters();
    const bool adds = save && adds_gradients({saved.x, saved.context}, parameters);
    const variable_list recorded = recorded_parameters(parameters, adds);
    return Attention::apply(
        saved.x, ct_optional(t.context), at::TensorList(recorded), saved, holder, adds, save);
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
