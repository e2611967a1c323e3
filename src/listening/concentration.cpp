#include <outweigh/listening/concentration.hpp>
#include <outweigh/listening/concentration-inl.hpp>
