#include <outweigh/graph/page_rank-inl.hpp>
