#include <outweigh/graph/page_rank.hpp>
#include <outweigh/graph/page_rank-inl.hpp>
