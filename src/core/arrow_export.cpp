#include <outweigh/core/arrow_export-inl.hpp>
