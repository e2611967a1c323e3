#include <outweigh/listening/design.hpp>
#include <outweigh/listening/design-inl.hpp>
