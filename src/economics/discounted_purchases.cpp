#include <outweigh/economics/discounted_purchases-inl.hpp>
