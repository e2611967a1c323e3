#include <outweigh/core/errors-inl.hpp>
