#include <outweigh/core/column.hpp>
#include <outweigh/core/column-inl.hpp>
