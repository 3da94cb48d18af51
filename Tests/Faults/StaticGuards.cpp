// The guards of static variables in functions, for the thread sanitizer.
//
// libstdc++ is not instrumented, so the sanitizer would miss that they order the first use of such
// a variable after its initialisation, and report a race. These are instrumented and do the same
// with one mutex. Only scripts/test-sanitizers links them.

#include <atomic>
#include <cstdint>
#include <mutex>

namespace {

std::recursive_mutex mutex;

// The first byte of a guard tells whether the variable is initialised (Itanium C++ ABI, 3.3.3).
std::atomic<unsigned char> &is_initialised(std::uint64_t *guard) {
    return *reinterpret_cast<std::atomic<unsigned char> *>(guard);
}

} // namespace

extern "C" int __cxa_guard_acquire(std::uint64_t *guard) {
    mutex.lock();
    if (is_initialised(guard).load(std::memory_order_acquire) == 0) return 1;
    mutex.unlock();
    return 0;
}

extern "C" void __cxa_guard_release(std::uint64_t *guard) {
    is_initialised(guard).store(1, std::memory_order_release);
    mutex.unlock();
}

extern "C" void __cxa_guard_abort(std::uint64_t *) { mutex.unlock(); }
