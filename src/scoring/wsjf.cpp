#include <outweigh/scoring/wsjf.hpp>
#include <outweigh/scoring/wsjf-inl.hpp>
