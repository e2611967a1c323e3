#include <outweigh/listening/categorical.hpp>
#include <outweigh/listening/categorical-inl.hpp>
