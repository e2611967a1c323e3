#include <outweigh/economics/discounted_purchases-inl.hpp>
#include <outweigh/economics/discounted_purchases.hpp>
