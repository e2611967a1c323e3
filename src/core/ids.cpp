#include <outweigh/core/ids-inl.hpp>
