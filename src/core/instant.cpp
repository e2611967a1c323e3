#include <outweigh/core/instant-inl.hpp>
