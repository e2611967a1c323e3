#include <outweigh/core/arrow_import-inl.hpp>
#include <outweigh/core/arrow_import.hpp>
