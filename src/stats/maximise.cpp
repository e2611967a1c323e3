#include <outweigh/stats/maximise-inl.hpp>
