#include <outweigh/core/table_bytes-inl.hpp>
