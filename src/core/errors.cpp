#include <outweigh/core/errors-inl.hpp>
#include <outweigh/core/errors.hpp>
