#include <outweigh/scoring/need_value-inl.hpp>
