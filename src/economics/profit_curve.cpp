#include <outweigh/economics/profit_curve.hpp>
#include <outweigh/economics/profit_curve-inl.hpp>
