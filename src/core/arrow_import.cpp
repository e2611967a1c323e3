#include <outweigh/core/arrow_import.hpp>
#include <outweigh/core/arrow_import-inl.hpp>
