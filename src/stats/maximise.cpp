#include <outweigh/stats/maximise.hpp>
#include <outweigh/stats/maximise-inl.hpp>
