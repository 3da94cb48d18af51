#include "FusedRuntime.hpp"

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#if defined(__APPLE__)
#include <dispatch/dispatch.h>
#endif

#include "include/CTorchFused.h"
#include "FusedKernels.hpp"

namespace ct_fused {
namespace {

struct Job {
    int64_t parts;
    void (*body)(int64_t, void *);
    void *context;
};

// LibTorch and its BLAS share one OpenMP runtime. Its entry points are looked up, so that these files need no
// OpenMP flag and never bring in a second runtime with threads of its own.
struct OpenMP {
    void (*parallel)(void (*)(void *), void *, unsigned, unsigned);
    int (*thread)();
    int (*threads)();
    int (*inside)();
};

const OpenMP &open_mp() {
    static const OpenMP found = {
        reinterpret_cast<void (*)(void (*)(void *), void *, unsigned, unsigned)>(dlsym(RTLD_DEFAULT, "GOMP_parallel")),
        reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_thread_num")),
        reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_num_threads")),
        reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_in_parallel")),
    };
    return found;
}

void run_share(void *data) {
    const Job &job = *static_cast<const Job *>(data);
    const int64_t team = open_mp().threads();
    for (int64_t part = open_mp().thread(); part < job.parts; part += team) job.body(part, job.context);
}

struct Scratch {
    float *memory = nullptr;
    std::size_t capacity = 0;
    ~Scratch() { std::free(memory); }
};

}  // namespace

int64_t thread_count() { return std::max(1, at::get_num_threads()); }

void run_parallel(int64_t parts, void (*body)(int64_t, void *), void *context) {
    Job job = {parts, body, context};
    const OpenMP &omp = open_mp();
    if (parts > 1 && omp.parallel && omp.thread && omp.threads && omp.inside && !omp.inside()) {
        omp.parallel(run_share, &job, static_cast<unsigned>(parts), 0);
        return;
    }
#if defined(__APPLE__)
    if (parts > 1) {
        dispatch_apply_f(
            static_cast<size_t>(parts), DISPATCH_APPLY_AUTO, &job, [](void *data, size_t part) {
                const Job &job = *static_cast<const Job *>(data);
                job.body(static_cast<int64_t>(part), job.context);
            });
        return;
    }
#endif
    for (int64_t part = 0; part < parts; ++part) body(part, context);
}

Workspace::Workspace(int64_t parts, int64_t shared, int64_t each) {
    constexpr int64_t page = 4096 / sizeof(float);
    shared_ = (shared + page - 1) / page * page;
    // An odd number of cache lines beyond the page keeps the parts from competing for the same cache sets.
    each_ = (each + page - 1) / page * page + page + 5 * 16;
    const std::size_t bytes = static_cast<std::size_t>(shared_ + parts * each_) * sizeof(float);
    static thread_local Scratch scratch;
    if (scratch.capacity < bytes) {
        std::free(scratch.memory);
        scratch.memory = nullptr;
        scratch.capacity = 0;
        void *memory = nullptr;
        if (posix_memalign(&memory, 4096, bytes) != 0) throw std::bad_alloc();
        scratch.memory = static_cast<float *>(memory);
        scratch.capacity = bytes;
    }
    base_ = scratch.memory;
}

void reduce_parts(int64_t parts, const float *const *slices, int64_t count, float *out) {
    const int64_t workers = std::min<int64_t>(thread_count(), std::max<int64_t>(1, count * parts / 65536));
    parallel(workers, [&](int64_t worker) {
        const Range range = piece(count, workers, worker);
        std::copy(slices[0] + range.first, slices[0] + range.last, out + range.first);
        for (int64_t part = 1; part < parts; ++part) {
            kernels().add(slices[part] + range.first, range.count(), out + range.first);
        }
    });
}

}  // namespace ct_fused

int ct_fused_available(void) { return 1; }

const char *ct_fused_instruction_set(void) { return ct_fused::kernels().name; }
