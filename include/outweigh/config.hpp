// Version and build mode. Every other header includes this one.
#pragma once

#define OUTWEIGH_VERSION_MAJOR 0
#define OUTWEIGH_VERSION_MINOR 1
#define OUTWEIGH_VERSION_PATCH 0
#define OUTWEIGH_VERSION "0.1.0"

// The compiled and the header-only build live in different inline namespaces, so that both can be
// linked into one program without breaking the one-definition rule.
#if defined(OUTWEIGH_HEADER_ONLY)
#define OUTWEIGH_ABI v0_1_header_only
#define OUTWEIGH_INLINE inline
#else
#define OUTWEIGH_ABI v0_1
#define OUTWEIGH_INLINE
#endif
