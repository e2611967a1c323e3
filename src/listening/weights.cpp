#include <outweigh/listening/weights-inl.hpp>
