#include <outweigh/core/read_column.hpp>
#include <outweigh/core/read_column-inl.hpp>
