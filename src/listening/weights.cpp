#include <outweigh/listening/weights.hpp>
#include <outweigh/listening/weights-inl.hpp>
