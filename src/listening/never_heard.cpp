#include <outweigh/listening/never_heard-inl.hpp>
