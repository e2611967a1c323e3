#if !defined(OUTWEIGH_HEADER_ONLY)
#error "this file is the header-only build's"
#endif
#define WALK walk_header_only
#include "walk.inc"
