#include "FusedTokenCalls.hpp"

#include <vector>

namespace ct_fused {

int64_t saved_floats(const TokenShape &s) {
    return floats_of<SavedTokens>(s, SampleCount{.samples = s.samples});
}

void attend_to_tokens(
    const TokenShape &s, const TokenInputs &in, const TokenTables *known, float *saved,
    float *out) {
    const bool saves = saved != nullptr;
    const SampleCount saved_samples = {.samples = saves ? s.samples : 0};
    const SampleCount unsaved = {.samples = saves ? 0 : s.chunk()};
    const Workspace workspace(
        s.parts, floats_of<TokenTables>(s), floats_of<TokenForwardBuffers>(s, unsaved));
    const auto tables = known != nullptr ? *known : laid_out<TokenTables>(workspace.shared(), s);
    if (known == nullptr && !s.own_queries) tables.fill(s, in, in.q);
    const auto intermediates =
        laid_out<SavedTokens>(saves ? Layout(saved, saved_floats(s)) : Layout(), s, saved_samples);
    const TokenForward pass = {
        .s = s,
        .in = in,
        .shared_tables = tables,
        .saves = saves,
        .saved = intermediates,
        .out = out};
    parallel(s.parts, [&](int64_t part) {
        pass.run(part, laid_out<TokenForwardBuffers>(workspace.part(part), s, unsaved));
    });
}

void attend_to_tokens_backward(
    const TokenShape &s, const TokenInputs &in, const TokenTables *known, float *saved,
    const float *dout, const TokenGradients &to) {
    const Workspace workspace(
        s.parts, floats_of<TokenSharedBackward>(s), floats_of<TokenBackwardBuffers>(s));
    const auto shared = laid_out<TokenSharedBackward>(workspace.shared(), s);
    const TokenTables &tables = known != nullptr ? *known : shared.tables;
    if (known == nullptr && !s.own_queries) tables.fill(s, in, in.q);
    const auto intermediates =
        laid_out<SavedTokens>(Layout(saved, saved_floats(s)), s, SampleCount{.samples = s.samples});
    const TokenBackward pass = {
        .s = s,
        .in = in,
        .shared_tables = tables,
        .saved = intermediates,
        .dout = dout,
        .dq = to.q};
    std::vector<const float *> sums(static_cast<size_t>(s.parts));
    parallel(s.parts, [&](int64_t part) {
        const auto own = laid_out<TokenBackwardBuffers>(workspace.part(part), s);
        sums[static_cast<size_t>(part)] = own.sums.begin;
        pass.run(part, own);
    });
    reduce_parts(s.parts, sums.data(), floats_of<TokenSums>(s), shared.total.begin);
    shared.total.unfold(s, in, to);
}

} // namespace ct_fused
