#include <outweigh/demand/voices-inl.hpp>
