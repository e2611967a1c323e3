#include <outweigh/graph/communities.hpp>
#include <outweigh/graph/communities-inl.hpp>
