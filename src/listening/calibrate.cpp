#include <outweigh/listening/calibrate-inl.hpp>
#include <outweigh/listening/calibrate.hpp>
