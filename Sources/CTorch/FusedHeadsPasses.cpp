#include "FusedHeadsPasses.hpp"

#include "FusedKernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ct_fused {
namespace {

// The loss of one sample; overwrites its gradient, both without the sample's weight.
double cross_entropy(const float *y, int64_t label, int64_t count, float *dy) {
    const float largest = *std::max_element(y, y + count);
    double sum = 0;
    for (int64_t i = 0; i < count; ++i) {
        dy[i] = std::exp(y[i] - largest);
        sum += static_cast<double>(dy[i]);
    }
    for (int64_t i = 0; i < count; ++i)
        dy[i] = static_cast<float>(static_cast<double>(dy[i]) / sum);
    dy[label] -= 1;
    return std::log(sum) - static_cast<double>(y[label] - largest);
}

double binary_cross_entropy(float y, float target, float *dy) {
    // exp of a negative number cannot overflow.
    const float small = std::exp(-std::abs(y));
    *dy = (y >= 0 ? 1 : small) / (1 + small) - target;
    return static_cast<double>(std::max(y, 0.0f) - y * target + std::log1p(small));
}

double squared_error(float y, float target, float *dy) {
    const float difference = y - target;
    *dy = 2 * difference;
    return static_cast<double>(difference * difference);
}

// The same for a mean over outputs.
double
mean_loss(const HeadTargets &t, const float *y, const float *target, int64_t count, float *dy) {
    int64_t counted = 0;
    double sum = 0;
    for (int64_t i = 0; i < count; ++i) {
        float value = target[i];
        if (t.means != nullptr) value = (value - t.means[i]) / t.deviations[i];
        if (t.skips_absent && !std::isfinite(value)) {
            dy[i] = 0;
            continue;
        }
        ++counted;
        sum += t.criterion == Criterion::binary_cross_entropy
                   ? binary_cross_entropy(y[i], value, dy + i)
                   : squared_error(y[i], value, dy + i);
    }
    if (counted == 0) return 0;
    const float share = 1 / static_cast<float>(counted);
    for (int64_t i = 0; i < count; ++i) dy[i] *= share;
    return sum / static_cast<double>(counted);
}

// The loss; overwrites its gradient [samples, outputs].
float total_loss(const HeadShape &s, const HeadTargets &t, const float *outputs, float *doutputs) {
    const float share = 1 / static_cast<float>(s.samples);
    double total = 0;
    for (int64_t sample = 0; sample < s.samples; ++sample) {
        const int64_t at = sample * s.outputs;
        const double loss =
            t.criterion == Criterion::cross_entropy
                ? cross_entropy(outputs + at, t.classes[sample], s.outputs, doutputs + at)
                : mean_loss(t, outputs + at, t.values + at, s.outputs, doutputs + at);
        const float weight = t.weights != nullptr ? t.weights[sample] : 1;
        total += static_cast<double>(weight) * loss;
        for (int64_t i = 0; i < s.outputs; ++i) doutputs[at + i] *= weight * share;
    }
    // The sign of a NaN depends on the instructions, and messages would show it.
    if (std::isnan(total)) return std::numeric_limits<float>::quiet_NaN();
    return static_cast<float>(total / static_cast<double>(s.samples));
}

} // namespace

HeadBuffers::HeadBuffers(Layout &layout, const HeadShape &s)
    : normalised(layout.take(s.samples * s.width())),
      affine(layout.take(s.samples * s.width())),
      rstd(layout.take(s.samples)),
      doutputs(layout.take(s.samples * s.outputs)) {}

HeadScratchBuffers::HeadScratchBuffers(Layout &layout, const HeadShape &s)
    : turned(layout.take(s.width() * padded_to_8(s.outputs))),
      daffine(layout.take(s.samples * s.width())),
      dfeatures(layout.take(s.samples * s.width())) {}

float head_forward(
    const HeadShape &s, const HeadWeights &w, const HeadTargets &targets, const float *table,
    const int64_t *rows, const HeadBuffers &buffers, const HeadScratchBuffers &scratch,
    float *features, float *outputs) {
    const Kernels &k = kernels();
    const int64_t width = s.width(), padded = padded_to_8(s.outputs);
    for (int64_t i = 0; i < s.samples * s.slots; ++i)
        std::copy_n(table + rows[i] * s.slot_width, s.slot_width, features + i * s.slot_width);
    k.normalise(features, s.samples, width, buffers.normalised, buffers.rstd);
    for (int64_t sample = 0; sample < s.samples; ++sample) {
        const float *const from = buffers.normalised + sample * width;
        float *const to = buffers.affine + sample * width;
        for (int64_t i = 0; i < width; ++i) to[i] = from[i] * w.gamma[i] + w.beta[i];
    }
    k.transpose(w.weight, s.outputs, width, width, scratch.turned, padded);
    k.product(matrix_product(
        {.rows = s.samples, .columns = s.outputs, .inner = width},
        {.a = buffers.affine, .row = width, .inner = 1}, {.b = scratch.turned, .inner = padded},
        {.c = outputs, .row = s.outputs, .first = w.bias}));
    return total_loss(s, targets, outputs, buffers.doutputs);
}

void head_backward(
    const HeadShape &s, const HeadWeights &w, float factor, const int64_t *rows,
    const HeadBuffers &buffers, const HeadScratchBuffers &scratch, const HeadGradients &to,
    float *dtable) {
    const Kernels &k = kernels();
    const int64_t width = s.width();
    for (int64_t i = 0; i < s.samples * s.outputs; ++i) buffers.doutputs[i] *= factor;
    k.add_column_sums(buffers.doutputs, s.samples, s.outputs, to.bias);
    k.product(matrix_product(
        {.rows = s.outputs, .columns = width, .inner = s.samples},
        {.a = buffers.doutputs, .row = 1, .inner = s.outputs},
        {.b = buffers.affine, .inner = width}, {.c = to.weight, .row = width, .accumulate = true}));
    k.product(matrix_product(
        {.rows = s.samples, .columns = width, .inner = s.outputs},
        {.a = buffers.doutputs, .row = s.outputs, .inner = 1}, {.b = w.weight, .inner = width},
        {.c = scratch.daffine, .row = width}));
    k.add_column_sums(scratch.daffine, s.samples, width, to.beta);
    for (int64_t sample = 0; sample < s.samples; ++sample) {
        const float *const own = buffers.normalised + sample * width;
        float *const gradient = scratch.daffine + sample * width;
        for (int64_t i = 0; i < width; ++i) {
            to.gamma[i] += gradient[i] * own[i];
            gradient[i] *= w.gamma[i];
        }
    }
    k.normalise_backward(
        scratch.daffine, buffers.normalised, buffers.rstd, nullptr, s.samples, width,
        scratch.dfeatures);
    for (int64_t i = 0; i < s.samples * s.slots; ++i)
        k.add(scratch.dfeatures + i * s.slot_width, s.slot_width, dtable + rows[i] * s.slot_width);
}

} // namespace ct_fused
