#include <outweigh/stats/symmetric.hpp>
#include <outweigh/stats/symmetric-inl.hpp>
