#include <outweigh/demand/method-inl.hpp>
#include <outweigh/demand/method.hpp>
