#include <outweigh/stats/symmetric-inl.hpp>
