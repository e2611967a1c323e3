#include <outweigh/core/parallel-inl.hpp>
