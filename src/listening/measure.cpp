#include <outweigh/listening/measure-inl.hpp>
