#include <outweigh/demand/detections-inl.hpp>
