#include <outweigh/graph/communities-inl.hpp>
