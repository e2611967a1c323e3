#include <outweigh/core/ids.hpp>
#include <outweigh/core/ids-inl.hpp>
