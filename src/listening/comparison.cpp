#include <outweigh/listening/comparison-inl.hpp>
