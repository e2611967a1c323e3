#include <outweigh/listening/heard-inl.hpp>
