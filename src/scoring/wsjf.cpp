#include <outweigh/scoring/wsjf-inl.hpp>
#include <outweigh/scoring/wsjf.hpp>
