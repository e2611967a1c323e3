#include <outweigh/listening/categorical-inl.hpp>
