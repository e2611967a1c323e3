#include <outweigh/core/instant.hpp>
#include <outweigh/core/instant-inl.hpp>
