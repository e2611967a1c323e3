#include <outweigh/economics/profit_curve-inl.hpp>
