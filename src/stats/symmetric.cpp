#include <outweigh/stats/symmetric-inl.hpp>
#include <outweigh/stats/symmetric.hpp>
