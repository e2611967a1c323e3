#include <outweigh/listening/heard.hpp>
#include <outweigh/listening/heard-inl.hpp>
