#include <outweigh/listening/recency-inl.hpp>
#include <outweigh/listening/recency.hpp>
