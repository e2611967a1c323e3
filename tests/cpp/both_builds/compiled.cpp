#if defined(OUTWEIGH_HEADER_ONLY)
#error "this file is the compiled build's"
#endif
#define WALK walk_compiled
#include "walk.inc"
