#include <outweigh/core/table_bytes.hpp>
#include <outweigh/core/table_bytes-inl.hpp>
