#include <outweigh/listening/quality.hpp>
#include <outweigh/listening/quality-inl.hpp>
