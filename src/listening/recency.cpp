#include <outweigh/listening/recency-inl.hpp>
