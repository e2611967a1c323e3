#include <outweigh/listening/dimension.hpp>
#include <outweigh/listening/dimension-inl.hpp>
