#include <outweigh/core/bytes-inl.hpp>
