#include <outweigh/listening/design-inl.hpp>
#include <outweigh/listening/design.hpp>
