#include <outweigh/listening/quality-inl.hpp>
#include <outweigh/listening/quality.hpp>
