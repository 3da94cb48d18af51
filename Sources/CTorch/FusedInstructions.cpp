// The choice of the instruction set that the fused blocks use.

#include "FusedKernels.hpp"
#include "include/CTorchFused.h"

#include <c10/util/Exception.h>

#include <cstdlib>
#include <string>

namespace ct_fused {
namespace {

constexpr const char *kVariable = "HIGHMMT_INSTRUCTIONS";

struct InstructionSet {
    const char *name;
    bool (*is_supported)();
    const Kernels &(*kernels)();
};

// Fastest first. Every set is listed on every processor, so that an unsupported name can be
// distinguished from a mistyped one.
constexpr InstructionSet kKnown[] = {
#if defined(__x86_64__)
    {.name = "avx512",
     .is_supported =
         [] {
             return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
                    && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
         },
     .kernels = avx512::kernels},
    {.name = "avx2",
     .is_supported = [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
     .kernels = avx2::kernels},
#else
    {.name = "avx512", .is_supported = [] { return false; }, .kernels = nullptr},
    {.name = "avx2", .is_supported = [] { return false; }, .kernels = nullptr},
#endif
    {.name = "portable", .is_supported = [] { return true; }, .kernels = portable::kernels},
};

struct Choice {
    const char *name;
    // NULL when the environment asks for what cannot be had.
    const Kernels *kernels;
    std::string problem = "";
};

std::string names(bool supported_only) {
    std::string list;
    for (const InstructionSet &one : kKnown) {
        if (supported_only && !one.is_supported()) continue;
        list += (list.empty() ? "" : ", ") + std::string(one.name);
    }
    return list;
}

Choice choose(const char *wanted) {
    const std::string text = wanted == nullptr ? "" : wanted;
    for (const InstructionSet &one : kKnown) {
        if (!text.empty() && text != one.name) continue;
        if (one.is_supported()) return {.name = one.name, .kernels = &one.kernels()};
        if (text.empty()) continue;
        return {
            .name = "unsupported",
            .kernels = nullptr,
            .problem = std::string(kVariable) + " is '" + text
                       + "', which this processor lacks; it has " + names(true)};
    }
    return {
        .name = "unknown",
        .kernels = nullptr,
        .problem = std::string(kVariable) + " is '" + text + "', expected one of " + names(false)};
}

const Choice &choice() {
    static const Choice chosen = choose(std::getenv(kVariable));
    return chosen;
}

} // namespace

const Kernels &kernels() {
    const Choice &chosen = choice();
    TORCH_CHECK(chosen.kernels != nullptr, chosen.problem);
    return *chosen.kernels;
}

} // namespace ct_fused

const char *ct_fused_instruction_set(void) { return ct_fused::choice().name; }
