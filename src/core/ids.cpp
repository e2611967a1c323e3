#include <outweigh/core/ids-inl.hpp>
#include <outweigh/core/ids.hpp>
