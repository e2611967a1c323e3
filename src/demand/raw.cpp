#include <outweigh/demand/raw-inl.hpp>
