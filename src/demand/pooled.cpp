#include <outweigh/demand/pooled-inl.hpp>
