#include <outweigh/listening/dimension-inl.hpp>
#include <outweigh/listening/dimension.hpp>
