#include <outweigh/core/read_column-inl.hpp>
