#include <outweigh/listening/recency.hpp>
#include <outweigh/listening/recency-inl.hpp>
