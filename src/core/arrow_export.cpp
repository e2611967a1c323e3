#include <outweigh/core/arrow_export.hpp>
#include <outweigh/core/arrow_export-inl.hpp>
