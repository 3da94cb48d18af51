#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "include/CTorchFused.h"
#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"
#include "Guard.hpp"

CTMessage ct_fused_adam(
    float *p, float *g, float *m, float *v, const int64_t *offsets, const int64_t *lengths, const int64_t *steps,
    int64_t ranges, double lr, double b1, double b2, double eps, double l2, int zero_gradients) {
    using namespace ct_fused;
    return ct_guard([&] {
        struct Part {
            int64_t offset, length;
            AdamStep step;
        };
        // Elements are independent, so ranges may be cut anywhere; long ones are, to balance the threads.
        constexpr int64_t longest = 16384;
        std::vector<Part> list;
        for (int64_t i = 0; i < ranges; ++i) {
            TORCH_CHECK(
                offsets[i] >= 0 && lengths[i] >= 0 && steps[i] >= 1, "Adam: range ", i, " has offset ", offsets[i],
                ", length ", lengths[i], " and step ", steps[i], ", expected none below 0, 0 and 1");
            const double steps_done = static_cast<double>(steps[i]);
            const AdamStep step = {
                static_cast<float>(b1),
                static_cast<float>(1 - b1),
                static_cast<float>(b2),
                static_cast<float>(1 - b2),
                static_cast<float>(lr / (1 - std::pow(b1, steps_done))),
                static_cast<float>(1 / std::sqrt(1 - std::pow(b2, steps_done))),
                static_cast<float>(eps),
                static_cast<float>(l2),
                zero_gradients != 0,
            };
            for (int64_t done = 0; done < lengths[i]; done += longest) {
                list.push_back({offsets[i] + done, std::min(longest, lengths[i] - done), step});
            }
        }
        const int64_t count = static_cast<int64_t>(list.size());
        const int64_t parts = std::min(thread_count(), count);
        parallel(parts, [&](int64_t part) {
            const Range range = piece(count, parts, part);
            for (int64_t i = range.first; i < range.last; ++i) {
                const Part &one = list[static_cast<std::size_t>(i)];
                kernels().adam(
                    p + one.offset, g + one.offset, m + one.offset, v + one.offset, one.length, one.step);
            }
        });
    });
}
