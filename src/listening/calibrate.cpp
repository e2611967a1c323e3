#include <outweigh/listening/calibrate.hpp>
#include <outweigh/listening/calibrate-inl.hpp>
