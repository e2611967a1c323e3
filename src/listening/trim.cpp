#include <outweigh/listening/trim-inl.hpp>
