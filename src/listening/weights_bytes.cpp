#include <outweigh/listening/weights_bytes.hpp>
#include <outweigh/listening/weights_bytes-inl.hpp>
