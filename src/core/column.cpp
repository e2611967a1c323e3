#include <outweigh/core/column-inl.hpp>
