#include <outweigh/core/errors.hpp>
#include <outweigh/core/errors-inl.hpp>
