#include <outweigh/core/bytes.hpp>
#include <outweigh/core/bytes-inl.hpp>
