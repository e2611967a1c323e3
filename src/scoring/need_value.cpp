#include <outweigh/scoring/need_value-inl.hpp>
#include <outweigh/scoring/need_value.hpp>
