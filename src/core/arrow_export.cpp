#include <outweigh/core/arrow_export-inl.hpp>
#include <outweigh/core/arrow_export.hpp>
