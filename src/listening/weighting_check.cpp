#include <outweigh/listening/weighting_check-inl.hpp>
