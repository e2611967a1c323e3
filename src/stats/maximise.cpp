#include <outweigh/stats/maximise-inl.hpp>
#include <outweigh/stats/maximise.hpp>
