#include <outweigh/listening/categorical-inl.hpp>
#include <outweigh/listening/categorical.hpp>
