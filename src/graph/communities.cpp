#include <outweigh/graph/communities-inl.hpp>
#include <outweigh/graph/communities.hpp>
