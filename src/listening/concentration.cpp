#include <outweigh/listening/concentration-inl.hpp>
#include <outweigh/listening/concentration.hpp>
