#include "FusedAdam.hpp"

#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ct_fused {
namespace {

// Elements are independent, so ranges may be cut anywhere; long ones are, to balance the threads.
constexpr int64_t kLongest = 16384;

struct Part {
    int64_t offset, length;
    AdamStep step;
};

AdamStep step_at(const AdamConstants &c, int64_t time) {
    const double t = static_cast<double>(time);
    return {
        .decay1 = static_cast<float>(c.beta1),
        .gain1 = static_cast<float>(1 - c.beta1),
        .decay2 = static_cast<float>(c.beta2),
        .gain2 = static_cast<float>(1 - c.beta2),
        .step_size = static_cast<float>(c.learning_rate / (1 - std::pow(c.beta1, t))),
        .inverse_root_correction2 = static_cast<float>(1 / std::sqrt(1 - std::pow(c.beta2, t))),
        .epsilon = static_cast<float>(c.epsilon),
        .l2 = static_cast<float>(c.weight_decay),
    };
}

std::vector<Part> cut(const AdamRanges &ranges, const AdamConstants &constants) {
    std::vector<Part> list;
    for (int64_t i = 0; i < ranges.count; ++i) {
        const int64_t offset = ranges.offsets[i], length = ranges.lengths[i],
                      time = ranges.steps[i];
        TORCH_CHECK(
            offset >= 0 && length >= 0 && time >= 1, "Adam: range ", i, " has offset ", offset,
            ", length ", length, " and step ", time, ", expected none below 0, 0 and 1");
        const AdamStep step = step_at(constants, time);
        for (int64_t done = 0; done < length; done += kLongest) {
            list.push_back(
                {.offset = offset + done,
                 .length = std::min(kLongest, length - done),
                 .step = step});
        }
    }
    return list;
}

} // namespace

void adam(const AdamBuffers &buffers, const AdamRanges &ranges, const AdamConstants &constants) {
    const std::vector<Part> list = cut(ranges, constants);
    const Kernels &k = kernels();
    const int64_t count = static_cast<int64_t>(list.size()),
                  parts = std::min(thread_count(), count);
    parallel(parts, [&](int64_t part) {
        const Range range = piece(count, parts, part);
        for (int64_t i = range.first; i < range.last; ++i) {
            const Part &one = list[static_cast<size_t>(i)];
            k.adam(
                buffers.parameters + one.offset, buffers.gradients + one.offset,
                buffers.first_moments + one.offset, buffers.second_moments + one.offset, one.length,
                one.step);
        }
    });
}

} // namespace ct_fused
