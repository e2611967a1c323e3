#include <outweigh/listening/measure.hpp>
#include <outweigh/listening/measure-inl.hpp>
