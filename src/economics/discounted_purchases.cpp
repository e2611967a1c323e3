#include <outweigh/economics/discounted_purchases.hpp>
#include <outweigh/economics/discounted_purchases-inl.hpp>
