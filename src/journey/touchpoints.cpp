#include <outweigh/journey/touchpoints-inl.hpp>
