// Checks of gradients that blocks add where they accumulate, beside those that autograd returns.
#pragma once

#include "Block.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gradients {

struct Check {
    std::string name;
    std::function<bool()> holds;
};

/// Gives every input that wants a gradient a place full of `value`.
inline void give_places(const std::vector<Tensor> &inputs, double value) {
    for (const size_t i : differentiable(inputs))
        inputs[i].mutable_grad() =
            at::full_like(inputs[i], value, inputs[i].options().requires_grad(false));
}

/// True when the gradients are `times` those of autograd.
inline bool
agree(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected, double times) {
    const auto positions = differentiable(inputs);
    for (size_t i = 0; i < positions.size(); ++i) {
        const Tensor own = inputs[positions[i]].grad();
        const Tensor wanted = expected[i].defined() ? expected[i] * times : at::zeros_like(own);
        if (times == 1 ? !at::equal(own, wanted) : !at::allclose(own, wanted, 1e-4, 1e-5))
            return false;
    }
    return true;
}

/// The checks of one case, all inputs of which are leaves.
inline std::vector<Check> checks(const Case &one) {
    const auto drawn = [=] {
        at::manual_seed(1);
        return one.draw();
    };
    const auto expected = [=](const std::vector<Tensor> &inputs) {
        const Tensor out = one.fused(inputs);
        return gradients_of(out, inputs, differentiable(inputs), at::ones_like(out));
    };
    const auto run = [=](const std::vector<Tensor> &inputs) {
        const Tensor out = one.fused(inputs);
        out.backward(at::ones_like(out));
        return out;
    };
    return {
        {"places get the bits of autograd, twice the gradients after two passes",
         [=] {
             const auto inputs = drawn();
             const auto wanted = expected(inputs);
             const size_t edges = one.fused(inputs).grad_fn()->next_edges().size();
             give_places(inputs, 0);
             const Tensor out = one.fused(inputs);
             // Autograd must not know of parameters whose gradients have places.
             if (out.grad_fn()->next_edges().size() >= edges) return false;
             const void *const place = inputs.at(differentiable(inputs).back()).grad().data_ptr();
             run(inputs);
             if (!agree(inputs, wanted, 1)) return false;
             run(inputs);
             return agree(inputs, wanted, 2)
                    && place == inputs.at(differentiable(inputs).back()).grad().data_ptr();
         }},
        {"a frozen parameter gets none and changes no other",
         [=] {
             const auto inputs = drawn();
             const auto wanted = expected(inputs);
             const size_t frozen = differentiable(inputs).back();
             inputs[frozen].set_requires_grad(false);
             give_places(inputs, 0);
             run(inputs);
             auto others = wanted;
             others.pop_back();
             return !inputs[frozen].grad().defined() && agree(inputs, others, 1);
         }},
        {"without a place for one, autograd takes all",
         [=] {
             const auto inputs = drawn();
             const auto wanted = expected(inputs);
             give_places(inputs, 0);
             inputs[differentiable(inputs).back()].mutable_grad() = Tensor();
             run(inputs);
             return agree(inputs, wanted, 1);
         }},
        {"a place that is taken away is made anew",
         [=] {
             const auto inputs = drawn();
             const auto wanted = expected(inputs);
             give_places(inputs, 0);
             const Tensor out = one.fused(inputs);
             inputs[differentiable(inputs).back()].mutable_grad() = Tensor();
             out.backward(at::ones_like(out));
             return agree(inputs, wanted, 1);
         }},
        {"gradients reach what a parameter is computed of",
         [=] {
             auto inputs = drawn();
             const auto wanted = expected(inputs);
             give_places(inputs, 0);
             const size_t last = differentiable(inputs).back();
             const Tensor leaf = inputs[last];
             inputs[last] = leaf * 2;
             // Half of it again, so that the values stay the same.
             inputs[last] = inputs[last] / 2;
             run(inputs);
             return at::allclose(leaf.grad(), wanted.back(), 1e-4, 1e-6);
         }},
        {"hooks see gradients",
         [=] {
             const auto inputs = drawn();
             const auto wanted = expected(inputs);
             give_places(inputs, 0);
             Tensor seen;
             inputs[differentiable(inputs).back()].register_hook(
                 [&seen](const Tensor &gradient) { seen = gradient.clone(); });
             run(inputs);
             return seen.defined() && at::equal(seen, wanted.back()) && agree(inputs, wanted, 1);
         }},
    };
}

} // namespace gradients
