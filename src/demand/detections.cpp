#include <outweigh/demand/detections.hpp>
#include <outweigh/demand/detections-inl.hpp>
