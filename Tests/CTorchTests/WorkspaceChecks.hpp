// Checks of the scratch memory that the fused blocks hand out to themselves.
#pragma once

#include "FusedRuntime.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace workspace {

struct Check {
    std::string name;
    std::function<bool()> holds;
};

template <class Error>
bool throws(const std::function<void()> &call) {
    try {
        call();
        return false;
    } catch (const Error &) {
        return true;
    }
}

struct Buffers {
    float *small, *large;

    Buffers(ct_fused::Layout &layout, int64_t floats)
        : small(layout.take(3)), large(layout.take(floats)) {}
};

inline std::vector<Check> checks() {
    using namespace ct_fused;
    const int64_t floats = 100;
    std::vector<Check> all = {
        {"counting and handing out agree",
         [=] {
             std::vector<float> memory(static_cast<size_t>(floats_of<Buffers>(floats)));
             const auto buffers = laid_out<Buffers>(
                 Layout(memory.data(), static_cast<int64_t>(memory.size())), floats);
             return buffers.small == memory.data() && buffers.large > buffers.small
                    && buffers.large + floats <= memory.data() + memory.size();
         }},
        {"a workspace that is one float short throws",
         [=] {
             std::vector<float> memory(static_cast<size_t>(floats_of<Buffers>(floats)) - 1);
             return throws<c10::Error>([&] {
                 laid_out<Buffers>(
                     Layout(memory.data(), static_cast<int64_t>(memory.size())), floats);
             });
         }},
        {"a negative size throws",
         [] {
             std::vector<float> memory(64);
             return throws<c10::Error>([&] { Layout(memory.data(), 64).take(-1); });
         }},
    };
#if defined(CT_WITH_INTERNALS)
    // These symbols are hidden in the library, so only a build of all sources can reach them.
    all.push_back({"an exception of one part reaches the caller", [] {
                       return throws<std::runtime_error>([] {
                           parallel(4, [](int64_t part) {
                               if (part == 2) throw std::runtime_error("part 2");
                           });
                       });
                   }});
    all.push_back({"parts of a workspace know their size", [] {
                       const Workspace small(2, 32, 64);
                       return throws<c10::Error>([&] { small.part(1).take(65); })
                              && !throws<c10::Error>([&] { small.shared().take(10); });
                   }});
#endif
    return all;
}

} // namespace workspace
