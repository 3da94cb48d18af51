// The cross-attention from latents to the tokens of several streams as one function that autograd
// can record.

#include "FusedGradients.hpp"
#include "FusedKernels.hpp"
#include "FusedRuntime.hpp"
#include "FusedTensors.hpp"
#include "FusedTokenBlockWeights.hpp"
#include "FusedTokenCalls.hpp"
#include "Guard.hpp"
#include "KeptTables.hpp"
#include "include/CTorchFused.h"

#include <ATen/Functions.h>
#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class_detail.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace ct_fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char *kName = "fused token block";

// Rows of the output that one product covers, so that its factors stay in the cache.
constexpr int64_t kRows = 256;

// Fewer rows are not worth another thread.
constexpr int64_t kRowsPerThread = 64;

// A stream as LibTorch's tensors; mask and positions may be undefined.
struct StreamTensors {
    Tensor data, mask, positions, sums, squares;
};

// Streams that each thread takes as a whole.
typedef std::vector<std::vector<size_t>> Shares;

double cost(const TokenBlockShape &s, const StreamShape &stream) {
    const TokenShape &t = stream.tokens;
    const double per_sample = static_cast<double>(t.tokens * (t.channels + s.inner()) * s.n);
    return per_sample * static_cast<double>(t.samples)
           + static_cast<double>((t.channels + t.tokens) * s.row());
}

// Gives each stream, the most expensive first, to the thread with the least work.
Shares shares_of(const TokenBlockShape &s) {
    std::vector<size_t> order(s.streams.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return cost(s, s.streams[a]) > cost(s, s.streams[b]);
    });
    const size_t threads = std::min(static_cast<size_t>(thread_count()), s.streams.size());
    Shares shares(threads);
    std::vector<double> work(threads, 0.0);
    for (const size_t index : order) {
        const auto least = std::min_element(work.begin(), work.end());
        *least += cost(s, s.streams[index]);
        shares[static_cast<size_t>(least - work.begin())].push_back(index);
    }
    return shares;
}

// True when the threads' shares of whole streams are nearly equal, or when a stream has too few
// samples for all threads. Threads then need not meet after every stream.
bool divides_streams(const TokenBlockShape &s, const Shares &shares) {
    double total = 0, most = 0;
    for (const std::vector<size_t> &share : shares) {
        double own = 0;
        for (const size_t index : share) own += cost(s, s.streams[index]);
        total += own;
        most = std::max(most, own);
    }
    const int64_t threads = thread_count();
    int64_t samples = s.samples;
    for (const StreamShape &stream : s.streams) samples = std::min(samples, stream.tokens.samples);
    return samples < 2 * threads || most * static_cast<double>(threads) < 1.1 * total;
}

// The shape and the streams, in a form that autograd keeps from forward to backward.
struct StreamsHolder : torch::CustomClassHolder {
    TokenBlockShape shape;
    std::vector<StreamTensors> streams;
    Shares shares;
    bool whole_streams = false;

    // Says how the threads share the work.
    void plan() {
        shares = shares_of(shape);
        whole_streams = divides_streams(shape, shares);
        for (StreamShape &stream : shape.streams) {
            stream.tokens.parts =
                whole_streams ? 1 : std::min(thread_count(), stream.tokens.samples);
        }
    }

    std::vector<StreamInputs> inputs(at::TensorList identities) const {
        std::vector<StreamInputs> list;
        for (size_t i = 0; i < streams.size(); ++i) {
            list.push_back(
                {.data = floats(streams[i].data),
                 .mask = flags(streams[i].mask),
                 .positions = floats(streams[i].positions),
                 .identity = floats(identities[i]),
                 .sums = floats(streams[i].sums),
                 .squares = floats(streams[i].squares)});
        }
        return list;
    }

    // Calls body(index) for every stream, on the threads that own them.
    template <class Body>
    void for_streams(Body &&body) const {
        if (!whole_streams) {
            for (size_t i = 0; i < streams.size(); ++i) body(i);
            return;
        }
        parallel(static_cast<int64_t>(shares.size()), [&](int64_t part) {
            for (const size_t index : shares[static_cast<size_t>(part)]) body(index);
        });
    }

    // The beginning of each stream's saved tensors, and the end of all.
    std::vector<int64_t> saved_places() const {
        std::vector<int64_t> places = {0};
        for (const StreamShape &stream : shape.streams)
            places.push_back(places.back() + saved_floats(stream.tokens));
        return places;
    }

    int64_t row_parts() const {
        return std::max<int64_t>(
            1, std::min(thread_count(), shape.samples * shape.n / kRowsPerThread));
    }
};

struct Saved {
    Tensor gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo;
    // TokenBlockTables; the attended values [samples, n, inner]; the streams' intermediates.
    Tensor tables = {}, attended = {}, intermediates = {};

    std::array<Tensor *, 11> members() {
        return {&gamma_q, &beta_q, &gamma_c, &beta_c,   &wq,           &wkv,
                &wo,      &bo,     &tables,  &attended, &intermediates};
    }

    // Identities follow the block's own parameters.
    variable_list parameters(at::TensorList identities) const {
        variable_list list = {gamma_q, beta_q, gamma_c, beta_c, wq, wkv, wo, bo};
        list.insert(list.end(), identities.begin(), identities.end());
        return list;
    }

    TokenBlockWeights weights() const {
        return {
            .gamma_q = floats(gamma_q),
            .beta_q = floats(beta_q),
            .gamma_c = floats(gamma_c),
            .beta_c = floats(beta_c),
            .wq = floats(wq),
            .wkv = floats(wkv),
            .wo = floats(wo),
            .bo = floats(bo)};
    }
};

// In the order of Saved::parameters.
TokenBlockGradients named(const ParameterGradients &to, size_t streams) {
    std::vector<float *> identities;
    for (size_t i = 0; i < streams; ++i) identities.push_back(to[8 + i]);
    return {
        .gamma_q = to[0],
        .beta_q = to[1],
        .gamma_c = to[2],
        .beta_c = to[3],
        .wq = to[4],
        .wkv = to[5],
        .wo = to[6],
        .bo = to[7],
        .identities = identities};
}

// The tables of shared latents depend on parameters, positions and identities alone.
TableKey table_key(
    const StreamsHolder &holder, const Tensor &latents, const Saved &t, at::TensorList identities) {
    TableKey key = {kName, {latents, t.gamma_q, t.beta_q, t.gamma_c, t.beta_c, t.wq, t.wkv}, {}};
    key.inputs.insert(key.inputs.end(), identities.begin(), identities.end());
    for (const StreamTensors &stream : holder.streams) {
        key.inputs.push_back(stream.sums);
        key.inputs.push_back(stream.squares);
        if (stream.positions.defined()) key.inputs.push_back(stream.positions);
    }
    key.sizes = {holder.shape.heads};
    for (const StreamShape &stream : holder.shape.streams) {
        const TokenShape &tokens = stream.tokens;
        key.sizes.insert(key.sizes.end(), {tokens.tokens, tokens.channels, stream.positions});
    }
    return key;
}

// out = attended·Woᵀ + bo + latents for some rows.
void project_output(
    const TokenBlockShape &s, const TokenBlockWeights &w, const float *turned,
    const float *attended, const float *latents, const Range &rows, float *out) {
    const Kernels &k = kernels();
    k.product(matrix_product(
        {.rows = rows.count(), .columns = s.d, .inner = s.inner()},
        {.a = attended + rows.first * s.inner(), .row = s.inner(), .inner = 1},
        {.b = turned, .inner = padded_to_8(s.d)},
        {.c = out + rows.first * s.d, .row = s.d, .first = w.bo}));
    if (s.own_latents) {
        k.add(latents + rows.first * s.d, rows.count() * s.d, out + rows.first * s.d);
        return;
    }
    for (int64_t r = rows.first; r < rows.last; ++r)
        k.add(latents + r % s.n * s.d, s.d, out + r * s.d);
}

// Sums over rows of the output: dWo [d, inner], dbo [d], and the gradient of shared latents
// through the residual [n, d].
struct OutputSums {
    float *begin, *wo, *bo, *latents;

    OutputSums(Layout &layout, const TokenBlockShape &s)
        : begin(layout.next()),
          wo(layout.take(s.d * s.inner())),
          bo(layout.take(s.d)),
          latents(layout.take(s.own_latents ? 0 : s.n * s.d)) {
        layout.join(begin);
    }

    // Adds some samples, and overwrites the gradient of their attended values.
    void
    add(const TokenBlockShape &s, const TokenBlockWeights &w, const float *attended,
        const float *dout, const Range &samples, float *dattended) const {
        const Kernels &k = kernels();
        const int64_t inner = s.inner(), last = samples.last * s.n;
        for (int64_t first = samples.first * s.n; first < last; first += kRows) {
            const int64_t rows = std::min(kRows, last - first);
            const float *const own = dout + first * s.d;
            k.product(matrix_product(
                {.rows = rows, .columns = inner, .inner = s.d}, {.a = own, .row = s.d, .inner = 1},
                {.b = w.wo, .inner = inner}, {.c = dattended + first * inner, .row = inner}));
            k.product(matrix_product(
                {.rows = s.d, .columns = inner, .inner = rows}, {.a = own, .row = 1, .inner = s.d},
                {.b = attended + first * inner, .inner = inner},
                {.c = wo, .row = inner, .accumulate = true}));
        }
        k.add_column_sums(dout + samples.first * s.n * s.d, samples.count() * s.n, s.d, bo);
        if (s.own_latents) return;
        k.add_column_sums(dout + samples.first * s.n * s.d, samples.count(), s.n * s.d, latents);
    }
};

struct TokenBlock : torch::autograd::Function<TokenBlock> {
    // Autograd sees the latents and `recorded`; all parameters are in `t` and `identities`.
    static Tensor forward(
        AutogradContext *ctx, const Tensor &latents, at::TensorList /*recorded*/, Saved t,
        const variable_list &identities, const c10::intrusive_ptr<StreamsHolder> &holder, bool adds,
        bool save) {
        const TokenBlockShape &s = holder->shape;
        const at::TensorOptions options = latents.options().requires_grad(false);
        const std::vector<int64_t> places = holder->saved_places();
        const int64_t tables_floats = floats_of<TokenBlockTables>(s);
        t.attended = at::empty({s.samples, s.n, s.inner()}, options);
        if (save) t.intermediates = at::empty({places.back()}, options);
        const Tensor out = at::empty({s.samples, s.n, s.d}, options);

        const TokenBlockWeights w = t.weights();
        const std::vector<StreamInputs> in = holder->inputs(identities);
        const auto fill = [&](float *memory) {
            const auto tables = laid_out<TokenBlockTables>(Layout(memory, tables_floats), s);
            tables.fill(s, w, floats(latents));
            holder->for_streams([&](size_t i) { tables.fill_stream(s, i, in[i]); });
        };
        if (save || s.own_latents) {
            t.tables = at::empty({tables_floats}, options);
            fill(mutable_floats(t.tables));
        } else {
            t.tables = kept_table(table_key(*holder, latents, t, identities), tables_floats, fill);
        }
        const auto tables = laid_out<TokenBlockTables>(layout_of(t.tables), s);
        float *const intermediates = mutable_floats(t.intermediates);
        float *const attended = mutable_floats(t.attended);
        holder->for_streams([&](size_t i) {
            const StreamShape &stream = s.streams[i];
            attend_to_tokens(
                stream.tokens, tables.inputs(s, i, in[i]), tables.scores(s, i),
                save ? intermediates + places[i] : nullptr,
                attended + stream.first_sample * s.n * s.inner());
        });

        const int64_t padded = padded_to_8(s.d), parts = holder->row_parts();
        std::vector<float> turned(static_cast<size_t>(s.inner() * padded));
        kernels().transpose(w.wo, s.d, s.inner(), s.inner(), turned.data(), padded);
        parallel(parts, [&](int64_t part) {
            project_output(
                s, w, turned.data(), attended, floats(latents), piece(s.samples * s.n, parts, part),
                mutable_floats(out));
        });

        if (save) {
            variable_list list = packed(t);
            list.insert(list.end(), identities.begin(), identities.end());
            ctx->save_for_backward(list);
            ctx->saved_data["streams"] = c10::IValue::make_capsule(holder);
            ctx->saved_data["adds"] = adds;
        }
        return out;
    }

    static variable_list backward(AutogradContext *ctx, const variable_list &gradients) {
        TORCH_CHECK(!at::GradMode::is_enabled(), kName, ": second derivatives are not available");
        variable_list list = ctx->get_saved_variables();
        const auto holder = c10::static_intrusive_pointer_cast<StreamsHolder>(
            ctx->saved_data["streams"].toCapsule());
        const TokenBlockShape &s = holder->shape;
        const int64_t count = static_cast<int64_t>(holder->streams.size());
        const variable_list identities(list.end() - count, list.end());
        list.resize(list.size() - static_cast<size_t>(count));
        const auto t = unpacked<Saved>(list);
        const Tensor dout = gradients[0].contiguous();
        const at::TensorOptions options = dout.options();
        const TokenBlockWeights w = t.weights();
        const std::vector<StreamInputs> in = holder->inputs(identities);
        const auto tables = laid_out<TokenBlockTables>(layout_of(t.tables), s);

        const Tensor memory = at::empty({floats_of<TokenBlockTableGradients>(s)}, options);
        const auto to = laid_out<TokenBlockTableGradients>(layout_of(memory), s);
        const Tensor dattended = at::empty_like(t.attended);
        const int64_t parts = std::min(holder->row_parts(), s.samples);
        const int64_t sums_size = floats_of<OutputSums>(s);
        const Tensor sums = at::zeros({parts + 1, sums_size}, options);
        const auto sums_of = [&](int64_t part) {
            return laid_out<OutputSums>(
                Layout(mutable_floats(sums) + part * sums_size, sums_size), s);
        };
        std::vector<const float *> slices;
        for (int64_t part = 0; part < parts; ++part) slices.push_back(sums_of(part).begin);
        parallel(parts, [&](int64_t part) {
            sums_of(part).add(
                s, w, floats(t.attended), floats(dout), piece(s.samples, parts, part),
                mutable_floats(dattended));
        });
        const OutputSums total = sums_of(parts);
        reduce_parts(parts, slices.data(), sums_size, total.begin);

        const std::vector<int64_t> places = holder->saved_places();
        holder->for_streams([&](size_t i) {
            const StreamShape &stream = s.streams[i];
            const StreamTableGradients &own = to.streams[i];
            // The half for keys has no gradient and is not written.
            std::fill_n(own.b, s.row(), 0.0f);
            const int64_t first = stream.first_sample * s.n * s.inner();
            attend_to_tokens_backward(
                stream.tokens, tables.inputs(s, i, in[i]), tables.scores(s, i),
                mutable_floats(t.intermediates) + places[i], floats(dattended) + first,
                {.q = s.own_latents ? to.own_queries + first : own.q,
                 .a = own.a,
                 .c = own.c,
                 .w = own.w,
                 .b = own.b,
                 .s1 = own.s1,
                 .s2 = own.s2});
        });

        const ParameterGradients added(t.parameters(identities), ctx->saved_data["adds"].toBool());
        const TokenBlockGradients parameters = named(added, identities.size());
        const Tensor dlatents = at::empty(
            s.own_latents ? std::vector<int64_t>{s.samples, s.n, s.d}
                          : std::vector<int64_t>{s.n, s.d},
            options);
        to.unfold(
            s, w, tables, in, s.own_latents ? floats(dout) : total.latents, parameters,
            mutable_floats(dlatents));
        kernels().add(total.wo, s.d * s.inner(), parameters.wo);
        kernels().add(total.bo, s.d, parameters.bo);

        // In the order of forward's arguments; the last five have none.
        variable_list results = {dlatents};
        for (const Tensor &gradient : added.recorded()) results.push_back(gradient);
        results.resize(results.size() + 5);
        return results;
    }
};

// The tensors of a call before they are checked.
struct Arguments {
    CTTensor latents;
    const CTTokenStream *streams;
    int64_t count;
    CTTensor norm_weight, norm_bias, context_norm_weight, context_norm_bias, wq, wkv, wo, bo;
    int64_t heads;
};

TokenBlockShape checked_shape(const Arguments &t) {
    const Tensor &latents = ct_ref(t.latents), &wq = ct_ref(t.wq), &wkv = ct_ref(t.wkv);
    TORCH_CHECK(t.count > 0, kName, ": there is no stream");
    TORCH_CHECK(
        (latents.dim() == 2 || latents.dim() == 3) && latents.numel() > 0 && wq.dim() == 2
            && wkv.dim() == 2,
        kName, ": latents ", latents.sizes(), ", wq ", wq.sizes(), " and wkv ", wkv.sizes(),
        " do not fit [n, d] or [samples, n, d], [inner, d] and [2·inner, width]");
    TORCH_CHECK(
        t.heads > 0 && wq.size(0) > 0 && wq.size(0) % t.heads == 0, kName, ": ", t.heads,
        " heads do not divide the inner width ", wq.size(0));
    const int64_t d = latents.size(-1), inner = wq.size(0), width = wkv.size(1);
    require(latents, kName, "latents", latents.sizes());
    require(ct_ref(t.norm_weight), kName, "norm_weight", {d});
    require(ct_ref(t.norm_bias), kName, "norm_bias", {d});
    require(ct_ref(t.context_norm_weight), kName, "context_norm_weight", {width});
    require(ct_ref(t.context_norm_bias), kName, "context_norm_bias", {width});
    require(wq, kName, "wq", {inner, d});
    require(wkv, kName, "wkv", {2 * inner, width});
    require(ct_ref(t.wo), kName, "wo", {d, inner});
    require(ct_ref(t.bo), kName, "bo", {d});
    const Tensor &identity = ct_ref(t.streams[0].identity);
    return {
        .n = latents.size(-2),
        .d = d,
        .heads = t.heads,
        .head_width = inner / t.heads,
        .width = width,
        .identity = identity.numel(),
        .samples = 0,
        .own_latents = latents.dim() == 3,
        .streams = {}};
}

// Checks a stream and adds it to the shape.
StreamTensors add_stream(const CTTokenStream &stream, TokenBlockShape &s) {
    const Tensor &data = ct_ref(stream.data);
    TORCH_CHECK(
        data.dim() == 3 && data.numel() > 0, kName, ": data ", data.sizes(),
        " do not fit [samples, tokens, channels]");
    TORCH_CHECK(!data.requires_grad(), kName, ": data gets no gradient, but requires one");
    const int64_t samples = data.size(0), tokens = data.size(1), channels = data.size(2);
    const bool has_positions = stream.positions != nullptr;
    TORCH_CHECK(
        !has_positions || ct_ref(stream.positions).dim() == 2, kName,
        ": positions do not fit [tokens, width]");
    const int64_t positions = has_positions ? ct_ref(stream.positions).size(1) : 0;
    TORCH_CHECK(
        s.width >= channels + positions + s.identity, kName, ": tokens of width ", s.width,
        " cannot hold ", channels, " channels, a position of ", positions, " and an identity of ",
        s.identity);
    require(data, kName, "data", data.sizes());
    require(ct_ref(stream.identity), kName, "identity", {s.identity});
    require(ct_ref(stream.sums), kName, "sums", {tokens});
    require(ct_ref(stream.squares), kName, "squares", {tokens});
    if (has_positions) require(ct_ref(stream.positions), kName, "positions", {tokens, positions});
    if (stream.mask != nullptr) require_mask(ct_ref(stream.mask), kName, samples, tokens);
    s.streams.push_back(
        {.tokens =
             {.samples = samples,
              .tokens = tokens,
              .channels = channels,
              .heads = s.heads,
              .n = s.n,
              .head_width = s.head_width,
              .width = static_cast<double>(s.width),
              .parts = 1,
              .own_queries = s.own_latents},
         .positions = positions,
         .first_sample = s.samples});
    s.samples += samples;
    return {
        .data = data,
        .mask = ct_optional(stream.mask).value_or(Tensor()),
        .positions = ct_optional(stream.positions).value_or(Tensor()),
        .sums = ct_ref(stream.sums),
        .squares = ct_ref(stream.squares)};
}

Tensor attend(const Arguments &t) {
    const auto holder = c10::make_intrusive<StreamsHolder>();
    holder->shape = checked_shape(t);
    variable_list identities;
    bool save = ct_any_requires_gradient(
        {t.latents, t.norm_weight, t.norm_bias, t.context_norm_weight, t.context_norm_bias, t.wq,
         t.wkv, t.wo, t.bo});
    for (int64_t i = 0; i < t.count; ++i) {
        holder->streams.push_back(add_stream(t.streams[i], holder->shape));
        identities.push_back(ct_ref(t.streams[i].identity));
        save = save || identities.back().requires_grad();
    }
    save = save && at::GradMode::is_enabled();
    const Tensor &latents = ct_ref(t.latents);
    TORCH_CHECK(
        !holder->shape.own_latents || latents.size(0) == holder->shape.samples, kName,
        ": latents of ", latents.size(0), " samples for streams of ", holder->shape.samples);
    holder->plan();
    const Saved saved = {
        .gamma_q = ct_ref(t.norm_weight),
        .beta_q = ct_ref(t.norm_bias),
        .gamma_c = ct_ref(t.context_norm_weight),
        .beta_c = ct_ref(t.context_norm_bias),
        .wq = ct_ref(t.wq),
        .wkv = ct_ref(t.wkv),
        .wo = ct_ref(t.wo),
        .bo = ct_ref(t.bo)};
    const variable_list parameters = saved.parameters(identities);
    const bool adds = save && adds_gradients({latents}, parameters);
    const variable_list recorded = recorded_parameters(parameters, adds);
    return TokenBlock::apply(
        latents, at::TensorList(recorded), saved, identities, holder, adds, save);
}

} // namespace
} // namespace ct_fused

CTMessage ct_fused_token_block(
    CTTensor *out, CTTensor latents, const CTTokenStream *streams, int64_t count,
    CTTensor norm_weight, CTTensor norm_bias, CTTensor context_norm_weight,
    CTTensor context_norm_bias, CTTensor wq, CTTensor wkv, CTTensor wo, CTTensor bo,
    int64_t heads) {
    return ct_guard([&] {
        *out = ct_own(
            ct_fused::attend({
                .latents = latents,
                .streams = streams,
                .count = count,
                .norm_weight = norm_weight,
                .norm_bias = norm_bias,
                .context_norm_weight = context_norm_weight,
                .context_norm_bias = context_norm_bias,
                .wq = wq,
                .wkv = wkv,
                .wo = wo,
                .bo = bo,
                .heads = heads,
            }));
    });
}
