#include <outweigh/demand/method.hpp>
#include <outweigh/demand/method-inl.hpp>
