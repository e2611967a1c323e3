#include <outweigh/demand/method-inl.hpp>
