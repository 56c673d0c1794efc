// Compiles a function several times, for wider vectors than the baseline, and picks one when the library is loaded.
#pragma once

// Levels of the instruction set, not names of processors: those are picked on that maker's processors alone.
// Left out under sanitizers: the picking code runs before their run-time libraries are ready.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LLMOPS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LLMOPS_SANITIZED 1
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(LLMOPS_SANITIZED)
#define LLMOPS_SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LLMOPS_SIMD_CLONES
#endif
