#include <outweigh/core/bytes-inl.hpp>
#include <outweigh/core/bytes.hpp>
