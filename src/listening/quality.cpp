#include <outweigh/listening/quality-inl.hpp>
