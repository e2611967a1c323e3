#include <outweigh/listening/calibrate-inl.hpp>
