#include <outweigh/core/read_column-inl.hpp>
#include <outweigh/core/read_column.hpp>
