// The heads of all tasks and their losses as one function that autograd can record.

#include "FusedHeads.hpp"

#include "FusedGradients.hpp"
#include "Guard.hpp"

#include <ATen/Functions.h>
#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The parameters of head `index` in the order of HeadsHolder::parameters.
HeadWeights weights_of(const variable_list &parameters, size_t index) {
    return {
        .gamma = floats(parameters[4 * index]),
        .beta = floats(parameters[4 * index + 1]),
        .weight = floats(parameters[4 * index + 2]),
        .bias = floats(parameters[4 * index + 3])};
}

HeadGradients gradients_of(const ParameterGradients &to, size_t index) {
    return {
        .gamma = to[4 * index],
        .beta = to[4 * index + 1],
        .weight = to[4 * index + 2],
        .bias = to[4 * index + 3]};
}

// Calls body(index, buffers, scratch) for every head.
template <class Body>
void for_heads(const HeadsHolder &holder, const Tensor &memory, Body &&body) {
    float *next = mutable_floats(memory);
    for (size_t i = 0; i < holder.heads.size(); ++i) {
        const HeadShape &s = holder.heads[i].shape;
        const int64_t own = floats_of<HeadBuffers>(s);
        const Workspace workspace(1, floats_of<HeadScratchBuffers>(s), 0);
        body(
            i, laid_out<HeadBuffers>(Layout(next, own), s),
            laid_out<HeadScratchBuffers>(workspace.shared(), s));
        next += own;
    }
}

struct Heads : torch::autograd::Function<Heads> {
    // Autograd sees the tables and `recorded`; all parameters are in the holder.
    static Tensor forward(
        AutogradContext *ctx, const Tensor &latents, const std::optional<Tensor> &results,
        at::TensorList /*recorded*/, const c10::intrusive_ptr<HeadsHolder> &holder, bool adds) {
        const at::TensorOptions options = latents.options().requires_grad(false);
        const Tensor memory = at::empty({holder->buffer_floats()}, options);
        variable_list saved = holder->parameters();
        const Tensor total = at::empty({}, options);
        float sum = 0;
        for_heads(
            *holder, memory,
            [&](size_t i, const HeadBuffers &buffers, const HeadScratchBuffers &scratch) {
                const Head &head = holder->heads[i];
                const float loss = head_forward(
                    head.shape, weights_of(saved, i), head.targets(),
                    floats(head.reads_results ? *results : latents), head.rows.data(), buffers,
                    scratch, mutable_floats(head.features), mutable_floats(head.outputs));
                *mutable_floats(head.loss) = loss;
                sum += loss * head.factor;
            });
        *mutable_floats(total) = sum;
        saved.push_back(memory);
        ctx->save_for_backward(saved);
        ctx->saved_data["heads"] = c10::IValue::make_capsule(holder);
        ctx->saved_data["adds"] = adds;
        ctx->saved_data["latents"] = latents.sizes().vec();
        if (results) ctx->saved_data["results"] = results->sizes().vec();
        return total;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(
            !at::GradMode::is_enabled(), "fused heads: second derivatives are not available");
        variable_list parameters = ctx->get_saved_variables();
        const Tensor memory = parameters.back();
        parameters.pop_back();
        const auto holder =
            c10::static_intrusive_pointer_cast<HeadsHolder>(ctx->saved_data["heads"].toCapsule());
        const ParameterGradients to(parameters, ctx->saved_data["adds"].toBool());
        // The gradient of a table that no head reads stays undefined.
        const auto gradient_of = [&](const char *table, bool is_results) {
            const bool is_read =
                std::any_of(holder->heads.begin(), holder->heads.end(), [&](const Head &head) {
                    return head.reads_results == is_results;
                });
            return is_read ? at::zeros(ctx->saved_data[table].toIntVector(), memory.options())
                           : Tensor();
        };
        const Tensor dlatents = gradient_of("latents", false),
                     dresults = gradient_of("results", true);
        const float upstream = gradients[0].item<float>();
        for_heads(
            *holder, memory,
            [&](size_t i, const HeadBuffers &buffers, const HeadScratchBuffers &scratch) {
                const Head &head = holder->heads[i];
                head_backward(
                    head.shape, weights_of(parameters, i), upstream * head.factor, head.rows.data(),
                    buffers, scratch, gradients_of(to, i),
                    mutable_floats(head.reads_results ? dresults : dlatents));
            });
        // In the order of forward's arguments; the last two have none.
        variable_list list = {dlatents, dresults};
        for (const Tensor &gradient : to.recorded()) list.push_back(gradient);
        list.resize(list.size() + 2);
        return list;
    }
};

} // namespace
} // namespace ct_fused

CTMessage ct_fused_heads(
    CTTensor *total, CTTensor *losses, CTTensor *outputs, CTTensor *features, CTTensor latents,
    CTTensor results, const CTHead *heads, int64_t count) {
    using namespace ct_fused;
    return ct_guard([&] {
        const Tensor &encoded = ct_ref(latents);
        const std::optional<Tensor> paired = ct_optional(results);
        TORCH_CHECK(count > 0, "fused heads: there is no head");
        const auto holder = c10::make_intrusive<HeadsHolder>();
        for (int64_t i = 0; i < count; ++i) {
            holder->heads.push_back(checked_head(heads[i], i, encoded, paired.value_or(Tensor())));
        }
        const variable_list parameters = holder->parameters();
        const bool adds = at::GradMode::is_enabled()
                          && adds_gradients({encoded, paired.value_or(Tensor())}, parameters);
        const variable_list recorded = recorded_parameters(parameters, adds);
        const Tensor sum = Heads::apply(encoded, paired, at::TensorList(recorded), holder, adds);
        *total = ct_own(sum);
        for (int64_t i = 0; i < count; ++i) {
            const Head &head = holder->heads[static_cast<size_t>(i)];
            losses[i] = ct_own(head.loss);
            outputs[i] = ct_own(head.outputs);
            features[i] = ct_own(head.features);
        }
    });
}
