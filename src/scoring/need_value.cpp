#include <outweigh/scoring/need_value.hpp>
#include <outweigh/scoring/need_value-inl.hpp>
