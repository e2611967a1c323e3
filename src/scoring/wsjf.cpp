#include <outweigh/scoring/wsjf-inl.hpp>
