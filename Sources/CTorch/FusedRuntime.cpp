#include "FusedRuntime.hpp"

#include "FusedKernels.hpp"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>

#if defined(__APPLE__)
#include <dispatch/dispatch.h>
#endif

namespace ct_fused {
namespace {

struct Job {
    int64_t parts;
    void (*body)(int64_t, void *);
    void *context;
    std::exception_ptr failure = nullptr;
    std::mutex failing = {};

    // No exception may leave a thread of OpenMP, so the first one waits here.
    void run(int64_t part) noexcept {
        try {
            body(part, context);
        } catch (...) {
            const std::lock_guard<std::mutex> lock(failing);
            if (failure == nullptr) failure = std::current_exception();
        }
    }
};

// LibTorch and its BLAS share one OpenMP runtime. Its entry points are looked up at run time, so
// these files need no OpenMP flag and never bring in a second runtime with threads of its own.
struct OpenMP {
    void (*parallel)(void (*)(void *), void *, unsigned, unsigned);
    int (*thread)();
    int (*threads)();
    int (*inside)();
};

const OpenMP &open_mp() {
    static const OpenMP found = {
        .parallel = reinterpret_cast<void (*)(void (*)(void *), void *, unsigned, unsigned)>(
            dlsym(RTLD_DEFAULT, "GOMP_parallel")),
        .thread = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_thread_num")),
        .threads = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_num_threads")),
        .inside = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_in_parallel")),
    };
    return found;
}

void run_share(void *data) {
    Job &job = *static_cast<Job *>(data);
    const int64_t team = open_mp().threads();
    for (int64_t part = open_mp().thread(); part < job.parts; part += team) job.run(part);
}

struct Scratch {
    float *memory = nullptr;
    std::size_t capacity = 0;
    ~Scratch() { std::free(memory); }
};

} // namespace

int64_t thread_count() { return std::max(1, at::get_num_threads()); }

void run_parallel(int64_t parts, void (*body)(int64_t, void *), void *context) {
    const OpenMP &omp = open_mp();
    const bool has_threads =
        omp.parallel && omp.thread && omp.threads && omp.inside && !omp.inside();
    Job job = {.parts = parts, .body = body, .context = context};
    if (parts > 1 && has_threads) {
        omp.parallel(run_share, &job, static_cast<unsigned>(parts), 0);
#if defined(__APPLE__)
    } else if (parts > 1) {
        dispatch_apply_f(
            static_cast<size_t>(parts), DISPATCH_APPLY_AUTO, &job, [](void *data, size_t part) {
                static_cast<Job *>(data)->run(static_cast<int64_t>(part));
            });
#endif
    } else {
        for (int64_t part = 0; part < parts; ++part) job.run(part);
    }
    if (job.failure != nullptr) std::rethrow_exception(job.failure);
}

Workspace::Workspace(int64_t parts, int64_t shared, int64_t each) : shared_(shared), each_(each) {
    constexpr int64_t page = 4096 / sizeof(float);
    first_ = rounded_up(shared, page);
    // An odd number of cache lines beyond the page keeps the parts from competing for the same
    // cache sets.
    stride_ = rounded_up(each, page) + page + 5 * 16;
    const std::size_t bytes = static_cast<std::size_t>(first_ + parts * stride_) * sizeof(float);
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
#if defined(CT_ADDRESS_SANITIZER)
    // The previous call has left its own gaps behind.
    ASAN_UNPOISON_MEMORY_REGION(base_, bytes);
#endif
}

void reduce_parts(int64_t parts, const float *const *slices, int64_t count, float *out) {
    const int64_t workers =
        std::min<int64_t>(thread_count(), std::max<int64_t>(1, count * parts / 65536));
    parallel(workers, [&](int64_t worker) {
        const Range range = piece(count, workers, worker);
        std::copy(slices[0] + range.first, slices[0] + range.last, out + range.first);
        for (int64_t part = 1; part < parts; ++part) {
            kernels().add(slices[part] + range.first, range.count(), out + range.first);
        }
    });
}

} // namespace ct_fused
