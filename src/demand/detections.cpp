#include <outweigh/demand/detections-inl.hpp>
#include <outweigh/demand/detections.hpp>
