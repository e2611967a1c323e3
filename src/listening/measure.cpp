#include <outweigh/listening/measure-inl.hpp>
#include <outweigh/listening/measure.hpp>
