#include <outweigh/demand/weighted-inl.hpp>
