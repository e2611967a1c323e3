#include <outweigh/graph/page_rank-inl.hpp>
#include <outweigh/graph/page_rank.hpp>
