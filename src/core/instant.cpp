#include <outweigh/core/instant-inl.hpp>
#include <outweigh/core/instant.hpp>
