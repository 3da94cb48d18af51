#include "FusedHeads.hpp"
#include "Guard.hpp"

#include <ATen/Functions.h>

#include <string>

namespace ct_fused {
namespace {

using at::Tensor;

Criterion criterion_of(CTCriterion criterion, const char *name) {
    switch (criterion) {
        case CT_CROSS_ENTROPY: return Criterion::cross_entropy;
        case CT_BINARY_CROSS_ENTROPY: return Criterion::binary_cross_entropy;
        case CT_SQUARED_ERROR: return Criterion::squared_error;
    }
    TORCH_CHECK(false, name, ": unknown criterion ", static_cast<int>(criterion));
}

void check_classes(const Tensor &target, const HeadShape &s, const char *name) {
    TORCH_CHECK(
        target.device().is_cpu() && target.scalar_type() == at::kLong && target.is_contiguous()
            && target.sizes() == at::IntArrayRef({s.samples}),
        name, ": the target must be contiguous int64 [", s.samples, "] on the CPU, found ",
        target.scalar_type(), " ", target.sizes());
    const auto *const classes = static_cast<const int64_t *>(target.const_data_ptr());
    for (int64_t i = 0; i < s.samples; ++i) {
        TORCH_CHECK(
            classes[i] >= 0 && classes[i] < s.outputs, name, ": target ", classes[i], " of sample ",
            i, " is out of range, expected 0 to ", s.outputs - 1);
    }
}

std::vector<int64_t> checked_rows(const CTHead &given, int64_t count, const char *name) {
    const std::vector<int64_t> rows(given.rows, given.rows + given.samples * given.slots);
    for (const int64_t row : rows) {
        TORCH_CHECK(
            row >= 0 && row < count, name, ": row ", row, " is out of range, expected 0 to ",
            count - 1);
    }
    return rows;
}

} // namespace

HeadTargets Head::targets() const {
    const bool has_classes = criterion == Criterion::cross_entropy;
    return {
        .criterion = criterion,
        .classes = has_classes ? static_cast<const int64_t *>(target.const_data_ptr()) : nullptr,
        .values = has_classes ? nullptr : floats(target),
        .weights = floats(weights),
        .means = floats(means),
        .deviations = floats(deviations),
        .skips_absent = skips_absent};
}

Head checked_head(
    const CTHead &given, int64_t index, const Tensor &latents, const Tensor &results) {
    const std::string text = "fused heads, head " + std::to_string(index);
    const char *const name = text.c_str();
    const Tensor &table = given.reads_results ? results : latents;
    TORCH_CHECK(table.defined() && table.numel() > 0, name, ": its table is missing or empty");
    TORCH_CHECK(
        given.samples > 0 && given.slots > 0, name, ": ", given.samples, " samples and ",
        given.slots, " slots");
    const HeadShape s = {
        .samples = given.samples,
        .slots = given.slots,
        .slot_width = table.numel() / table.size(0),
        .outputs = ct_ref(given.bias).numel()};
    require(table, name, "table", table.sizes());
    require(ct_ref(given.norm_weight), name, "norm_weight", {s.width()});
    require(ct_ref(given.norm_bias), name, "norm_bias", {s.width()});
    require(ct_ref(given.weight), name, "weight", {s.outputs, s.width()});
    require(ct_ref(given.bias), name, "bias", {s.outputs});
    const Criterion criterion = criterion_of(given.criterion, name);
    const auto optional = [&](CTTensor tensor, const char *kind, int64_t count) {
        if (tensor != nullptr) require(ct_ref(tensor), name, kind, {count});
        return ct_optional(tensor).value_or(Tensor());
    };
    TORCH_CHECK(
        (given.means == nullptr) == (given.deviations == nullptr), name,
        ": means and deviations must be given together");
    if (criterion == Criterion::cross_entropy) {
        check_classes(ct_ref(given.target), s, name);
    } else {
        require(ct_ref(given.target), name, "target", {s.samples, s.outputs});
    }
    const at::TensorOptions options = table.options().requires_grad(false);
    return {
        .shape = s,
        .reads_results = given.reads_results,
        .rows = checked_rows(given, table.size(0), name),
        .gamma = ct_ref(given.norm_weight),
        .beta = ct_ref(given.norm_bias),
        .weight = ct_ref(given.weight),
        .bias = ct_ref(given.bias),
        .criterion = criterion,
        .target = ct_ref(given.target),
        .weights = optional(given.sample_weights, "sample_weights", s.samples),
        .means = optional(given.means, "means", s.outputs),
        .deviations = optional(given.deviations, "deviations", s.outputs),
        .skips_absent = given.skips_absent,
        .factor = static_cast<float>(given.factor),
        .features = at::empty({s.samples, s.width()}, options),
        .outputs = at::empty({s.samples, s.outputs}, options),
        .loss = at::empty({}, options)};
}

std::vector<Tensor> HeadsHolder::parameters() const {
    std::vector<Tensor> list;
    for (const Head &head : heads)
        list.insert(list.end(), {head.gamma, head.beta, head.weight, head.bias});
    return list;
}

int64_t HeadsHolder::buffer_floats() const {
    int64_t sum = 0;
    for (const Head &head : heads) sum += floats_of<HeadBuffers>(head.shape);
    return sum;
}

} // namespace ct_fused
