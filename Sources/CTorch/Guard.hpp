// The common parts of all entry points: conversion of handles to tensors and of exceptions to
// messages.
#pragma once

#include "include/CTorch.h"

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

inline at::Tensor &ct_ref(CTTensor tensor) { return *reinterpret_cast<at::Tensor *>(tensor); }

inline std::optional<at::Tensor> ct_optional(CTTensor tensor) {
    return tensor == nullptr ? std::nullopt : std::optional<at::Tensor>(ct_ref(tensor));
}

inline CTTensor ct_own(at::Tensor tensor) {
    return reinterpret_cast<CTTensor>(new at::Tensor(std::move(tensor)));
}

/// True when any of the tensors, some of which may be NULL, requires a gradient.
inline bool ct_any_requires_gradient(std::initializer_list<CTTensor> tensors) {
    for (const CTTensor tensor : tensors) {
        if (tensor != nullptr && ct_ref(tensor).requires_grad()) return true;
    }
    return false;
}

inline CTMessage ct_message(const std::string &text) {
    // The first line is the message; the rest of a LibTorch message is a C++ stack.
    std::string line = text.substr(0, text.find('\n'));
    if (line.empty()) line = "unknown failure in LibTorch";
    auto *copy = static_cast<char *>(std::malloc(line.size() + 1));
    if (copy != nullptr) std::memcpy(copy, line.c_str(), line.size() + 1);
    return copy;
}

/// Runs `body` and turns whatever it throws into an owned message.
template <class Body>
CTMessage ct_guard(Body &&body) noexcept {
    try {
        body();
        return nullptr;
    } catch (const c10::Error &error) {
        return ct_message(error.what_without_backtrace());
    } catch (const std::exception &error) {
        return ct_message(error.what());
    } catch (...) {
        return ct_message("an exception of unknown type");
    }
}
