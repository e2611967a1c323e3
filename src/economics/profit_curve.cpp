#include <outweigh/economics/profit_curve-inl.hpp>
#include <outweigh/economics/profit_curve.hpp>
