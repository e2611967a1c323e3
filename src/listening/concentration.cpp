#include <outweigh/listening/concentration-inl.hpp>
