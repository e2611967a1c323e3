#include <outweigh/listening/poststratify-inl.hpp>
