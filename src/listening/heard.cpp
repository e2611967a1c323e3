#include <outweigh/listening/heard-inl.hpp>
#include <outweigh/listening/heard.hpp>
