#include <outweigh/core/column-inl.hpp>
#include <outweigh/core/column.hpp>
