#include <outweigh/core/arrow_import-inl.hpp>
