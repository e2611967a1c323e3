#include <outweigh/listening/design-inl.hpp>
